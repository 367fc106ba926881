{{ config(materialized='incremental', incremental_strategy='merge', unique_key='row_id') }}
select {{ var('batch') }} as batch, row_id, {{ var('batch') }} * 100 + row_id as amount
from {{ ref('all_types') }}
{% if is_incremental() %}
where row_id % 2 = 0
union all
select {{ var('batch') }}, 1000 + {{ var('batch') }}, 0
{% endif %}
