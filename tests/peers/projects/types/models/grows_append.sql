{{ config(materialized='incremental', incremental_strategy='append') }}
select {{ var('batch') }} as batch, row_id, a_varchar from {{ ref('all_types') }}
{% if is_incremental() %}
where {{ var('batch') }} > (select max(batch) from {{ this }})
{% endif %}
