{# Materializations write through the adapter: adapter.write(...) is one commit to the catalog's table. #}
{% macro floe_table_options() %}
  {{ return({'partition_by': config.get('partition_by') or config.get('partitioned_by'), 'sort_by': config.get('sort_by') or config.get('sorted_by'),
             'properties': config.get('properties') or {}}) }}
{% endmacro %}

{# What the model's SQL needs first: settings, temporary macros. #}
{% macro floe_run_header() %}
  {% set header = config.get('sql_header') %}
  {% if header %}{% call statement('sql_header') %}{{ header }}{% endcall %}{% endif %}
{% endmacro %}

{% macro floe_column_types(columns) %}
  {% set types = {} %}
  {% for column in columns %}{% do types.update({column.name | lower: column.dtype}) %}{% endfor %}
  {{ return(types) }}
{% endmacro %}

{# Under an enforced contract the query has exactly the declared columns, by name and type; the answer is the query with them in the declared order. #}
{% macro floe_contracted(sql) %}
  {% set contract = config.get('contract') %}
  {% if not contract or not contract.enforced %}{{ return(sql) }}{% endif %}
  {% set names = [] %}
  {% set typed = [] %}
  {% for column in model.columns.values() %}
    {% if not column.data_type %}{% do exceptions.column_type_missing([column.name]) %}{% endif %}
    {% set name = adapter.quote(column.name) if column.quote else column.name %}
    {% do names.append(name) %}
    {% do typed.append('cast(null as ' ~ column.data_type ~ ') as ' ~ name) %}
  {% endfor %}
  {% set declared = floe_column_types(adapter.get_column_schema_from_query('select ' ~ typed | join(', '))) %}
  {% set found = floe_column_types(adapter.get_column_schema_from_query(sql)) %}
  {% if declared != found %}{% do exceptions.raise_contract_error(declared, found) %}{% endif %}
  {{ return('select ' ~ names | join(', ') ~ '\nfrom (\n' ~ sql ~ '\n) as model_subq') }}
{% endmacro %}

{% macro floe_finish(target_relation, response, sql) %}
  {% do write(sql) %}
  {% do store_result('main', response=response) %}
{% endmacro %}

{% materialization table, default, supported_languages=['sql'] %}
  {% set target_relation = this.incorporate(type='table') %}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% do floe_run_header() %}
  {% set response = adapter.write(relation=target_relation, sql=floe_contracted(sql), mode='replace', options=floe_table_options()) %}
  {% do floe_finish(target_relation, response, sql) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(target_relation, config.get('grants')) %}
  {% do persist_docs(target_relation, model) %}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, default, supported_languages=['sql'] %}
  {% set target_relation = this.incorporate(type='view') %}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% do floe_run_header() %}
  {% do floe_contracted(sql) %}
  {% set response = adapter.create_view(relation=target_relation, sql=sql) %}
  {% do floe_finish(target_relation, response, sql) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(target_relation, config.get('grants')) %}
  {% do persist_docs(target_relation, model) %}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization seed, default, supported_languages=['sql'] %}
  {% set target_relation = this.incorporate(type='table') %}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% set response = adapter.load_file(relation=target_relation, model=model, delimiter=config.get('delimiter', ','),
                                      column_types=config.get('column_types') or {}, mode='replace') %}
  {% do store_result('main', response=response) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(target_relation, config.get('grants')) %}
  {% do persist_docs(target_relation, model) %}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# What an incremental strategy does to the table: the mode of adapter.write. Without a key no row of the table is replaced. #}
{% macro floe_incremental_mode(strategy, unique_key) %}
  {% set modes = {'append': 'append', 'delete+insert': 'delete_insert', 'merge': 'merge', 'insert_overwrite': 'overwrite_partitions'} %}
  {% if strategy is none or strategy == 'default' %}{{ return('delete_insert' if unique_key else 'append') }}{% endif %}
  {% if strategy not in modes %}
    {% do exceptions.raise_compiler_error("incremental strategy '" ~ strategy ~ "' is not supported; accepted are " ~ modes.keys() | join(', ')) %}
  {% endif %}
  {% if not unique_key and strategy == 'merge' and (config.get('merge_clauses') or config.get('merge_insert_condition')) %}
    {% do exceptions.raise_compiler_error('merge_clauses and merge_insert_condition need a unique_key') %}
  {% endif %}
  {{ return('append' if not unique_key and strategy in ['delete+insert', 'merge'] else modes[strategy]) }}
{% endmacro %}

{# The columns by which rows of the query and of the table are the same row. #}
{% macro floe_incremental_key() %}
  {% set unique_key = config.get('unique_key') or [] %}
  {% if config.get('incremental_strategy') == 'merge' and config.get('merge_on_using_columns') %}{% set unique_key = config.get('merge_on_using_columns') %}{% endif %}
  {{ return([unique_key] if unique_key is string else unique_key | list) }}
{% endmacro %}

{% macro floe_incremental_predicates() %}
  {% set predicates = config.get('predicates') or config.get('incremental_predicates') or [] %}
  {% set named = [] %}
  {% for predicate in ([predicates] if predicates is string else predicates) %}{% do named.append(predicate | replace('DBT_INCREMENTAL_TARGET', 'DBT_INTERNAL_DEST')) %}{% endfor %}
  {{ return(named) }}
{% endmacro %}

{# A column that the query lost, or has under another name, would be NULL in the rows that it replaces. A merge leaves one that is lost as it is. #}
{% macro floe_assert_all_columns(sql, target_relation) %}
  {% if incremental_validate_on_schema_change(config.get('on_schema_change')) != 'ignore' %}{{ return(none) }}{% endif %}
  {% set found = get_columns_in_query(sql) | map('lower') | list %}
  {% set known = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list %}
  {% set lost = [] %}
  {% for name in known if name | lower not in found %}{% do lost.append('`' ~ name ~ '`') %}{% endfor %}
  {% set is_kept = config.get('incremental_strategy') == 'merge' and not found | reject('in', known | map('lower') | list) | list %}
  {% if lost and not is_kept %}
    {% do exceptions.raise_compiler_error('the query has no column ' ~ lost | join(', ') ~ ', which the table has; select it, or configure on_schema_change: '
        ~ "'append_new_columns' writes NULL, 'sync_all_columns' drops the column") %}
  {% endif %}
{% endmacro %}

{% materialization incremental, default, supported_languages=['sql'] %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set unique_key = floe_incremental_key() %}
  {% set mode = floe_incremental_mode(config.get('incremental_strategy'), unique_key) %}
  {# A first build creates: when others created the table meanwhile, the node is built again on theirs. #}
  {% set creates = existing_relation is none or existing_relation.is_view %}
  {% set first_mode = 'replace' if should_full_refresh() else ('create' if creates else none) %}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% do floe_run_header() %}
  {% set contracted_sql = floe_contracted(sql) %}
  {% if first_mode %}
    {% set response = adapter.write(relation=target_relation, sql=contracted_sql, mode=first_mode, options=floe_table_options()) %}
  {% else %}
    {% do floe_assert_all_columns(contracted_sql, target_relation) %}
    {% set response = adapter.write(relation=target_relation, sql=contracted_sql, mode=mode, unique_key=unique_key, predicates=floe_incremental_predicates(),
                                    on_schema_change=incremental_validate_on_schema_change(config.get('on_schema_change')),
                                    merge_update_columns=config.get('merge_update_columns'), merge_exclude_columns=config.get('merge_exclude_columns'),
                                    merge_update_condition=config.get('merge_update_condition'), merge_insert_condition=config.get('merge_insert_condition'),
                                    merge_update_set_expressions=config.get('merge_update_set_expressions'), merge_clauses=config.get('merge_clauses'),
                                    options=floe_table_options()) %}
  {% endif %}
  {% do floe_finish(target_relation, response, sql) %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do apply_grants(target_relation, config.get('grants')) %}
  {% do persist_docs(target_relation, model) %}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization test, default %}
  {% set relations = [] %}
  {% set main_sql = get_limit_subquery_sql(sql, config.get('limit')) %}
  {% if should_store_failures() %}
    {% set stored_as = config.get('store_failures_as') or 'table' %}
    {% if stored_as not in ['table', 'view'] %}
      {% do exceptions.raise_compiler_error("'" ~ stored_as ~ "' is not a valid value for `store_failures_as`. Accepted values are: ['ephemeral', 'table', 'view']") %}
    {% endif %}
    {% set target_relation = api.Relation.create(identifier=model['alias'], schema=schema, database=database, type=stored_as) %}
    {% if stored_as == 'view' %}
      {% do adapter.create_view(relation=target_relation, sql=main_sql) %}
    {% else %}
      {% do adapter.write(relation=target_relation, sql=main_sql, mode='replace', options={}) %}
    {% endif %}
    {% do relations.append(target_relation) %}
    {% set main_sql = 'select * from ' ~ target_relation %}
  {% endif %}
  {% call statement('main', fetch_result=True) -%}
    {{ get_test_sql(main_sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none) }}
  {%- endcall %}
  {{ return({'relations': relations}) }}
{% endmaterialization %}
