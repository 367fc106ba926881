{{ config(materialized='ephemeral') }}
select
  order_id,
  count(*) as item_count,
  sum(quantity) as unit_count,
  cast(sum(amount) as decimal(18, 2)) as amount
from {{ ref('silver_order_items') }}
group by order_id
