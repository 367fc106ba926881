{{ config(materialized='view') }}
select 1 as id, 11 as price, 'eur' as currency
