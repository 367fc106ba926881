{{ config(materialized='ephemeral') }}
select row_id, row_id % 2 = 0 as is_even from {{ ref('all_types') }}
