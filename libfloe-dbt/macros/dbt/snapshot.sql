{# Snapshots: the history of a query's rows. One commit closes the rows that changed and adds their new versions. #}
{% macro get_snapshot_table_column_names() %}
  {{ return({'dbt_valid_to': 'dbt_valid_to', 'dbt_valid_from': 'dbt_valid_from', 'dbt_scd_id': 'dbt_scd_id', 'dbt_updated_at': 'dbt_updated_at', 'dbt_is_deleted': 'dbt_is_deleted'}) }}
{% endmacro %}

{# The names as configured: snapshot_meta_column_names over the usual ones. #}
{% macro floe_snapshot_columns() %}
  {% set columns = get_snapshot_table_column_names() %}
  {% for key, name in (config.get('snapshot_meta_column_names') or {}).items() %}{% if name %}{% do columns.update({key: name}) %}{% endif %}{% endfor %}
  {{ return(columns) }}
{% endmacro %}

{% macro strategy_dispatch(name) %}
  {% set package, short = name.split('.', 1) if '.' in name else (none, name) %}
  {% if package is not none and package not in context %}
    {% do exceptions.raise_compiler_error("Could not find package '" ~ package ~ "', called with '" ~ name ~ "'") %}
  {% endif %}
  {% set scope = context if package is none else context[package] %}
  {% set macro_name = 'snapshot_' ~ short ~ '_strategy' %}
  {% if macro_name not in scope %}
    {% do exceptions.raise_compiler_error("The specified strategy macro '" ~ short ~ "' was not found in package '" ~ package ~ "'") %}
  {% endif %}
  {{ return(scope[macro_name]) }}
{% endmacro %}

{% macro floe_snapshot_strategy(updated_at, row_changed) %}
  {% set unique_key = config.get('unique_key') %}
  {% set hard_deletes = adapter.get_hard_deletes_behavior(config) %}
  {{ return({'unique_key': unique_key, 'updated_at': updated_at, 'row_changed': row_changed,
             'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
             'invalidate_hard_deletes': hard_deletes == 'invalidate', 'hard_deletes': hard_deletes}) }}
{% endmacro %}

{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {% set updated_at = config.get('updated_at') %}
  {{ return(floe_snapshot_strategy(updated_at, '(' ~ snapshotted_rel ~ '.' ~ floe_snapshot_columns().dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')')) }}
{% endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {% set added, columns = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) %}
  {% set differs = [] %}
  {% for column in columns or [] %}
    {% do differs.append(snapshotted_rel ~ '.' ~ column ~ ' is distinct from ' ~ current_rel ~ '.' ~ column) %}
  {% endfor %}
  {% set row_changed = get_true_sql() if added else differs | join(' or ') or 'false' %}
  {{ return(floe_snapshot_strategy(config.get('updated_at') or snapshot_get_time(), '(' ~ row_changed ~ ')')) }}
{% endmacro %}

{# Whether the query has a column the table lacks, and the checked columns both have, quoted. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) %}
  {% if not target_exists %}{{ return((false, none)) }}{% endif %}
  {% set query = node['compiled_code'] %}
  {% if check_cols_config != 'all' %}
    {% set query = 'select ' ~ check_cols_config | join(', ') ~ ' from (\n' ~ query ~ '\n) subq' %}
  {% endif %}
  {% set existing = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
  {% set found = [] %}
  {% set missing = [] %}
  {% for column in get_columns_in_query(query) %}
    {% do (found if column in existing else missing).append(adapter.quote(column)) %}
  {% endfor %}
  {{ return((missing | length > 0, found)) }}
{% endmacro %}

{% macro get_true_sql() %}{{ return('TRUE') }}{% endmacro %}

{% macro get_dbt_valid_to_current(strategy, columns) %}
  {{ return('coalesce(nullif(' ~ strategy.updated_at ~ ', ' ~ strategy.updated_at ~ '), ' ~ (config.get('dbt_valid_to_current') or 'null') ~ ') as ' ~ columns.dbt_valid_to) }}
{% endmacro %}

{% macro unique_key_fields(unique_key) %}
  {% set fields = [] %}
  {% for key in unique_key if unique_key | is_list %}{% do fields.append(key ~ ' as dbt_unique_key_' ~ loop.index) %}{% endfor %}
  {{ return(fields | join(', ') or unique_key ~ ' as dbt_unique_key') }}
{% endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}
  {% set pairs = [] %}
  {% for key in unique_key if unique_key | is_list %}
    {% do pairs.append(equals(identifier ~ '.dbt_unique_key_' ~ loop.index, from_identifier ~ '.dbt_unique_key_' ~ loop.index)) %}
  {% endfor %}
  {{ return(pairs | join(' and ') or identifier ~ '.dbt_unique_key = ' ~ from_identifier ~ '.dbt_unique_key') }}
{% endmacro %}

{% macro unique_key_is_null(unique_key, identifier) %}{{ return(identifier ~ '.dbt_unique_key' ~ ('_1' if unique_key | is_list else '') ~ ' is null') }}{% endmacro %}
{% macro unique_key_is_not_null(unique_key, identifier) %}{{ return(identifier ~ '.dbt_unique_key' ~ ('_1' if unique_key | is_list else '') ~ ' is not null') }}{% endmacro %}

{# A version that nothing has replaced yet. #}
{% macro floe_is_open(columns, relation) %}
  {% set current = config.get('dbt_valid_to_current') %}
  {% set valid_to = (relation ~ '.' if relation else '') ~ columns.dbt_valid_to %}
  {{ return('(' ~ valid_to ~ ' = ' ~ current ~ ' or ' ~ valid_to ~ ' is null)' if current else valid_to ~ ' is null') }}
{% endmacro %}

{% macro build_snapshot_table(strategy, sql) %}
  {% set columns = floe_snapshot_columns() %}
  {{ return('select *, ' ~ strategy.scd_id ~ ' as ' ~ columns.dbt_scd_id ~ ', ' ~ strategy.updated_at ~ ' as ' ~ columns.dbt_updated_at ~ ', '
            ~ strategy.updated_at ~ ' as ' ~ columns.dbt_valid_from ~ ', ' ~ get_dbt_valid_to_current(strategy, columns)
            ~ (", 'False' as " ~ columns.dbt_is_deleted if strategy.hard_deletes == 'new_record' else '') ~ '\nfrom (\n' ~ sql ~ '\n) sbq') }}
{% endmacro %}

{# The rows of one step: open versions with the time they ended, and new versions. Every name of `target` comes first, then new ones. #}
{% macro floe_snapshot_step(strategy, sql, target_relation) %}
  {% set columns = floe_snapshot_columns() %}
  {% set target_columns = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list %}
  {% set query_columns = get_columns_in_query(sql) %}
  {% set added = query_columns | reject('in', target_columns) | list %}
  {% set keeps_deleted = strategy.hard_deletes == 'new_record' %}
  {% set is_deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" %}
  {% set changed = '(' ~ strategy.row_changed ~ (' or ' ~ is_deleted if keeps_deleted else '') ~ ')' %}
  {% set joined = unique_key_join_on(strategy.unique_key, 'snapshotted_data', 'source_data') %}
  {% set now = snapshot_get_time() %}
  {% set gone = unique_key_is_null(strategy.unique_key, 'source_data') ~ (' and not ' ~ is_deleted if keeps_deleted else '') %}
with snapshot_query as (
{{ sql }}
),
snapshotted_data as (
    select *, {{ unique_key_fields(strategy.unique_key) }}
    from {{ target_relation }}
    where {{ floe_is_open(columns) }}
),
source_data as (
    select *, {{ unique_key_fields(strategy.unique_key) }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }},
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        'False' as {{ columns.dbt_is_deleted }}
    from snapshot_query
),
ends as (
    select snapshotted_data.{{ columns.dbt_scd_id }} as scd_id, max(source_data.{{ columns.dbt_valid_from }}) as ended_at
    from source_data join snapshotted_data on {{ joined }}
    where {{ changed }}
    group by all
    {%- if strategy.hard_deletes != 'ignore' %}
    {# A key that the table has twice ends once. #}
    union all
    select distinct snapshotted_data.{{ columns.dbt_scd_id }}, {{ now }}
    from snapshotted_data left join source_data on {{ joined }}
    where {{ gone }}
    {%- endif %}
)
select {% for column in target_columns -%}
    {{ ('ends.ended_at' if column == columns.dbt_valid_to else 'snapshotted_data.' ~ adapter.quote(column)) ~ ' as ' ~ adapter.quote(column) }}{{ ', ' if not loop.last }}
  {%- endfor %}{% for column in added %}, null as {{ adapter.quote(column) }}{% endfor %}
from snapshotted_data join ends on snapshotted_data.{{ columns.dbt_scd_id }} = ends.scd_id
union all
select {% for column in target_columns + added -%}
    {{ ('source_data.' ~ adapter.quote(column) if column in query_columns or column in columns.values() else 'null') ~ ' as ' ~ adapter.quote(column) }}{{ ', ' if not loop.last }}
  {%- endfor %}
from source_data left join snapshotted_data on {{ joined }}
where {{ unique_key_is_null(strategy.unique_key, 'snapshotted_data') }} or {{ changed }}
  {%- if keeps_deleted %}
  {% set deleted = {columns.dbt_valid_from: now, columns.dbt_updated_at: now, columns.dbt_scd_id: snapshot_hash_arguments(['snapshotted_data.' ~ columns.dbt_scd_id, now]),
                    columns.dbt_valid_to: 'snapshotted_data.' ~ columns.dbt_valid_to, columns.dbt_is_deleted: "'True'"} %}
union all
select {% for column in target_columns + added -%}
    {{ (deleted.get(column) or ('snapshotted_data.' ~ adapter.quote(column) if column in query_columns and column in target_columns else 'null')) ~ ' as ' ~ adapter.quote(column) }}{{ ', ' if not loop.last }}
  {%- endfor %}
from snapshotted_data left join source_data on {{ joined }}
where {{ gone }}
  {%- endif %}
{% endmacro %}

{% materialization snapshot, default %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set existing_relation = load_cached_relation(this) %}
  {% if existing_relation is not none and not existing_relation.is_table %}{% do exceptions.relation_wrong_type(existing_relation, 'table') %}{% endif %}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% set columns = floe_snapshot_columns() %}
  {% set strategy = strategy_dispatch(config.get('strategy'))(model, 'snapshotted_data', 'source_data', model['config'], existing_relation is not none) %}
  {% if existing_relation is none %}
    {# When others created the table meanwhile, the node is built again on theirs. #}
    {% set response = adapter.write(relation=target_relation, sql=build_snapshot_table(strategy, sql), mode='create', options=floe_table_options()) %}
  {% else %}
    {% do adapter.assert_valid_snapshot_target_given_strategy(existing_relation, columns, strategy) %}
    {% set response = adapter.write(relation=target_relation, sql=floe_snapshot_step(strategy, sql, target_relation), mode='delete_insert',
                                    unique_key=[columns.dbt_scd_id], predicates=[floe_is_open(columns, 'DBT_INTERNAL_DEST')],
                                    on_schema_change='append_new_columns', options=floe_table_options()) %}
  {% endif %}
  {% do floe_finish(target_relation, response, sql) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(target_relation, config.get('grants')) %}
  {% do persist_docs(target_relation, model) %}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
