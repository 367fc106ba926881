{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns') }}
select {{ var('batch') }} as batch, row_id
{%- if var('batch') > 1 %}, a_varchar as added_text, a_decimal as added_decimal{% endif %}
from {{ ref('all_types') }}
