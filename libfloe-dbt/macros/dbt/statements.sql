{# Running SQL from macros. #}
{% macro statement(name=none, fetch_result=False, auto_begin=True, language='sql') %}
  {%- if execute -%}
    {%- set compiled_code = caller() -%}
    {%- if name == 'main' -%}{% do write(compiled_code) %}{%- endif -%}
    {%- if language != 'sql' -%}
      {% do exceptions.raise_compiler_error("statements in `" ~ language ~ "` cannot run here") %}
    {%- endif -%}
    {%- set response, table = adapter.execute(compiled_code, auto_begin=auto_begin, fetch=fetch_result) -%}
    {%- if name is not none -%}{% do store_result(name, response=response, agate_table=table) %}{%- endif -%}
  {%- endif -%}
{% endmacro %}

{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) %}
  {%- set sql = caller() -%}
  {%- if name == 'main' -%}{% do write(sql) %}{%- endif -%}
  {%- if name is not none -%}
    {% do store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) %}
  {%- endif -%}
{% endmacro %}

{% macro run_query(sql) %}
  {% call statement('run_query_statement', fetch_result=True, auto_begin=False) %}{{ sql }}{% endcall %}
  {{ return(load_result('run_query_statement').table if execute else none) }}
{% endmacro %}

{% macro run_hooks(hooks, inside_transaction=True) %}
  {% for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) %}
    {% set rendered = render(hook.get('sql')) | trim %}
    {% if rendered | length > 0 %}
      {% call statement(auto_begin=inside_transaction) %}{{ rendered }}{% endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}

{% macro make_hook_config(sql, inside_transaction) %}{{ return(tojson({'sql': sql, 'transaction': inside_transaction})) }}{% endmacro %}
{% macro before_begin(sql) %}{{ return(make_hook_config(sql, inside_transaction=False)) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ return(make_hook_config(sql, inside_transaction=True)) }}{% endmacro %}
{% macro after_commit(sql) %}{{ return(make_hook_config(sql, inside_transaction=False)) }}{% endmacro %}

{% macro set_sql_header(config) %}{% do config.set('sql_header', caller()) %}{% endmacro %}

{% macro should_full_refresh() %}
  {% set configured = config.get('full_refresh') %}
  {{ return(flags.FULL_REFRESH if configured is none else configured) }}
{% endmacro %}
{% macro should_store_failures() %}
  {% set configured = config.get('store_failures') %}
  {{ return(flags.STORE_FAILURES if configured is none else configured) }}
{% endmacro %}

{% macro is_incremental() %}
  {% if not execute %}{{ return(False) }}{% endif %}
  {% set relation = adapter.get_relation(this.database, this.schema, this.table) %}
  {{ return(relation is not none and relation.type == 'table' and model.config.materialized == 'incremental' and not should_full_refresh()) }}
{% endmacro %}

{% macro get_limit_subquery_sql(sql, limit) %}{{ return(adapter.dispatch('get_limit_subquery_sql', 'dbt')(sql, limit)) }}{% endmacro %}
{% macro get_limit_sql(sql, limit) %}{{ return(adapter.dispatch('get_limit_sql', 'dbt')(sql, limit)) }}{% endmacro %}
{% macro default__get_limit_subquery_sql(sql, limit) %}{{ return(adapter.dispatch('get_limit_sql', 'dbt')(sql, limit)) }}{% endmacro %}
{% macro default__get_limit_sql(sql, limit) %}
  {{ return('\n  ' ~ sql ~ ('\n  \n  limit ' ~ limit if limit is not none else '\n  ')) }}
{% endmacro %}
{% macro get_show_sql(compiled_code, sql_header, limit) %}
  {{ return('\n  ' ~ (sql_header ~ '\n' if sql_header is not none else '') ~ get_limit_subquery_sql(compiled_code, limit) ~ '\n') }}
{% endmacro %}

{% macro get_empty_subquery_sql(select_sql, select_sql_header=none) %}{{ return(adapter.dispatch('get_empty_subquery_sql', 'dbt')(select_sql, select_sql_header)) }}{% endmacro %}
{% macro default__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
  {{ return((select_sql_header or '') ~ 'select * from (\n' ~ select_sql ~ '\n) as __dbt_sbq where false limit 0') }}
{% endmacro %}
{% macro get_columns_in_query(select_sql) %}{{ return(adapter.dispatch('get_columns_in_query', 'dbt')(select_sql)) }}{% endmacro %}
{% macro default__get_columns_in_query(select_sql) %}{{ return(run_query(get_empty_subquery_sql(select_sql)).column_names | list) }}{% endmacro %}
{% macro get_column_schema_from_query(select_sql, select_sql_header=none) %}{{ return(adapter.get_column_schema_from_query(get_empty_subquery_sql(select_sql, select_sql_header))) }}{% endmacro %}
{% macro get_columns_in_relation(relation) %}{{ return(adapter.get_columns_in_relation(relation)) }}{% endmacro %}
