{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['row_id', 'half']) }}
select {{ var('batch') }} as batch, row_id, row_id % 2 as half, {{ var('batch') }} * 100 + row_id as amount
from {{ ref('all_types') }}
{% if is_incremental() %}
where row_id % 3 = 0
union all
select {{ var('batch') }}, 1000 + {{ var('batch') }}, 0, 0
{% endif %}
