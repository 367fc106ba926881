{# Relations: found, created and removed through the adapter. #}
{% macro load_cached_relation(relation) %}{{ return(adapter.get_relation(database=relation.database, schema=relation.schema, identifier=relation.identifier)) }}{% endmacro %}
{% macro load_relation(relation) %}{{ return(load_cached_relation(relation)) }}{% endmacro %}
{% macro get_or_create_relation(database, schema, identifier, type) %}
  {% set found = adapter.get_relation(database=database, schema=schema, identifier=identifier) %}
  {{ return([found is not none, found if found else api.Relation.create(database=database, schema=schema, identifier=identifier, type=type)]) }}
{% endmacro %}

{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}{{ return(adapter.dispatch('make_temp_relation', 'dbt')(base_relation, suffix)) }}{% endmacro %}
{% macro default__make_temp_relation(base_relation, suffix='__dbt_tmp') %}{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}{% endmacro %}
{% macro make_intermediate_relation(base_relation, suffix='__dbt_tmp') %}{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}{% endmacro %}
{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') %}
  {{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix}, type=backup_relation_type)) }}
{% endmacro %}

{% macro create_schema(relation) %}{% do adapter.create_schema(relation) %}{% endmacro %}
{% macro drop_schema(relation) %}{% do adapter.drop_schema(relation) %}{% endmacro %}
{% macro drop_relation(relation) %}{% do adapter.drop_relation(relation) %}{% endmacro %}
{% macro drop_relation_if_exists(relation) %}{% if relation is not none %}{% do adapter.drop_relation(relation) %}{% endif %}{% endmacro %}
{% macro truncate_relation(relation) %}{% do adapter.truncate_relation(relation) %}{% endmacro %}
{% macro rename_relation(from_relation, to_relation) %}{% do adapter.rename_relation(from_relation, to_relation) %}{% endmacro %}
{% macro check_schema_exists(information_schema, schema) %}{{ return(adapter.check_schema_exists(information_schema.database, schema)) }}{% endmacro %}
{% macro list_relations_without_caching(schema_relation) %}{{ return(adapter.list_relations_without_caching(schema_relation)) }}{% endmacro %}
{% macro information_schema_name(database) %}{{ return((database ~ '.' if database else '') ~ 'INFORMATION_SCHEMA') }}{% endmacro %}

{% macro create_table_as(temporary, relation, compiled_code, language='sql') %}{{ return(adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language)) }}{% endmacro %}
{% macro default__create_table_as(temporary, relation, sql, language='sql') %}
  {{ return('create ' ~ ('temporary ' if temporary else '') ~ 'table ' ~ relation.include(database=not temporary, schema=not temporary) ~ ' as (\n' ~ sql ~ '\n);') }}
{% endmacro %}
{% macro create_view_as(relation, sql) %}{{ return(adapter.dispatch('create_view_as', 'dbt')(relation, sql)) }}{% endmacro %}
{% macro default__create_view_as(relation, sql) %}{{ return('create view ' ~ relation ~ ' as (\n' ~ sql ~ '\n);') }}{% endmacro %}
{% macro get_create_table_as_sql(temporary, relation, sql) %}{{ return(create_table_as(temporary, relation, sql)) }}{% endmacro %}
{% macro get_create_view_as_sql(relation, sql) %}{{ return(create_view_as(relation, sql)) }}{% endmacro %}

{% macro alter_relation_comment(relation, relation_comment) %}{% do adapter.comment(relation, comment=relation_comment) %}{% endmacro %}
{% macro alter_column_comment(relation, column_dict) %}{% do adapter.comment(relation, columns=column_dict) %}{% endmacro %}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) %}{{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}{% endmacro %}
{% macro default__persist_docs(relation, model, for_relation, for_columns) %}
  {% if for_relation and config.persist_relation_docs() and model.description %}{% do alter_relation_comment(relation, model.description) %}{% endif %}
  {% if for_columns and config.persist_column_docs() and model.columns %}{% do alter_column_comment(relation, model.columns) %}{% endif %}
{% endmacro %}

{# Grants and indexes mean nothing for tables of a catalog. #}
{% macro apply_grants(relation, grant_config, should_revoke=True) %}{% if grant_config %}{% do adapter.warn_once('grants are ignored: the catalog decides who may read a table') %}{% endif %}{% endmacro %}
{% macro should_revoke(existing_relation, full_refresh_mode=True) %}{{ return(False) }}{% endmacro %}
{% macro create_indexes(relation) %}{% endmacro %}

{% macro get_quoted_csv(column_names) %}
  {% set quoted = [] %}
  {% for name in column_names %}{% do quoted.append(adapter.quote(name)) %}{% endfor %}
  {{ return(quoted | join(', ')) }}
{% endmacro %}
{% macro get_list_of_column_names(columns) %}{{ return(columns | map(attribute='name') | list) }}{% endmacro %}
{% macro diff_columns(source_columns, target_columns) %}
  {% set known = target_columns | map(attribute='column') | list %}
  {{ return(source_columns | rejectattr('name', 'in', known) | list) }}
{% endmacro %}
{% macro diff_column_data_types(source_columns, target_columns) %}{{ return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) }}{% endmacro %}
{% macro default__diff_column_data_types(source_columns, target_columns) %}
  {% set result = [] %}
  {% for column in source_columns %}
    {% set same = target_columns | selectattr('name', 'equalto', column.name) | list | first %}
    {% if same and column.data_type != same.data_type and not column.can_expand_to(same) %}
      {% do result.append({'column_name': same.name, 'new_type': column.data_type}) %}
    {% endif %}
  {% endfor %}
  {{ return(result) }}
{% endmacro %}
{% macro get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) %}
  {% if merge_update_columns and merge_exclude_columns %}
    {% do exceptions.raise_compiler_error('Model cannot specify merge_update_columns and merge_exclude_columns. Please update model to use only one config') %}
  {% endif %}
  {% if merge_update_columns %}{{ return(merge_update_columns) }}{% endif %}
  {% set excluded = (merge_exclude_columns or []) | map('lower') | list %}
  {% set kept = [] %}
  {% for column in dest_columns %}{% if column.column | lower not in excluded %}{% do kept.append(column.quoted) %}{% endif %}{% endfor %}
  {{ return(kept) }}
{% endmacro %}
{% macro get_select_subquery(sql) %}{{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}{% endmacro %}
{% macro default__get_select_subquery(sql) %}{{ return('\n    select ' ~ (model.columns.keys() | list | join(', ') if model.columns else '') ~ '\n    from (\n        ' ~ sql ~ '\n    ) as model_subq') }}{% endmacro %}
{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}
  {{ return(on_schema_change if on_schema_change in ['sync_all_columns', 'append_new_columns', 'fail', 'ignore'] else default) }}
{% endmacro %}
{% macro snapshot_hash_arguments(args) %}{{ return(adapter.dispatch('snapshot_hash_arguments', 'dbt')(args)) }}{% endmacro %}
{% macro default__snapshot_hash_arguments(args) %}
  {% set parts = [] %}
  {% for arg in args %}{% do parts.append('coalesce(cast(' ~ arg ~ " as varchar ), '')\n        ") %}{% endfor %}
  {{ return('md5(' ~ parts | join(" || '|' || ") ~ ')') }}
{% endmacro %}
