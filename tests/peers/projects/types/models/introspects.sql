{#- Reads the database while it is compiled. -#}
{%- set columns = adapter.get_columns_in_relation(ref('all_types')) -%}
{%- set relation = adapter.get_relation(database=this.database, schema=this.schema, identifier='all_types') -%}
{%- set ids = [] -%}
{%- if execute -%}
  {%- set ids = run_query('select row_id from ' ~ ref('all_types') ~ ' order by row_id').columns[0].values() | list -%}
{%- endif -%}
select '{{ relation.identifier }}' as identifier, {{ ids | length }} as id_count, '{{ ids | join("-") }}' as ids,
  {% for column in columns if column.name.startswith('a_') -%}
  max(cast({{ adapter.quote(column.name) }} as varchar)) as {{ column.name }}{{ ',' if not loop.last }}
  {% endfor %}
from {{ ref('all_types') }}
