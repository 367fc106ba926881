-- What a downstream model sees must be the SQL type that the upstream one wrote, not the wider type of the table.
{{ config(materialized='table') }}
select
  {% for column in ['a_tinyint', 'a_smallint', 'a_hugeint', 'a_utinyint', 'a_usmallint', 'a_uinteger', 'a_ubigint', 'a_float', 'a_timestamptz', 'a_uuid', 'a_decimal'] -%}
  typeof({{ column }}) as {{ column }},
  {% endfor -%}
  count(*) as row_count
from {{ ref('all_types') }}
group by all
