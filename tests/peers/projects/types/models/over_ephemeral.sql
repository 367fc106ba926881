{{ config(materialized='ephemeral') }}
select is_even, count(*) as row_count from {{ ref('as_ephemeral') }} group by is_even
