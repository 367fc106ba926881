{{ config(tags=['daily']) }}
select
  coalesce(customers.region, 'Unknown') as region,
  count(distinct customers.customer_id) as customer_count,
  count(orders.order_id) as order_count,
  coalesce(cast(sum(orders.amount) as decimal(18, 2)), 0) as revenue,
  max(orders.ordered_at) as last_order_at
from {{ ref('silver_customers') }} as customers
left join {{ ref('silver_orders') }} as orders
  on orders.customer_id = customers.customer_id and orders.is_revenue
group by 1
