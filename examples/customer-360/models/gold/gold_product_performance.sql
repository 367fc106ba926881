select
  items.sku,
  count(distinct items.order_id) as order_count,
  cast(sum(items.quantity) as bigint) as unit_count,
  cast(sum(items.amount) as decimal(18, 2)) as revenue,
  cast(avg(items.unit_price) as decimal(18, 2)) as average_price,
  count(distinct orders.order_id) filter (where orders.status = 'returned') as return_count
from {{ ref('silver_order_items') }} as items
join {{ ref('silver_orders') }} as orders using (order_id)
group by items.sku
