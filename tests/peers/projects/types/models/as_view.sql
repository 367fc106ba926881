{{ config(materialized='view') }}
select row_id, a_varchar, an_integer * 2.5 as scaled from {{ ref('all_types') }} where row_id <> 2
