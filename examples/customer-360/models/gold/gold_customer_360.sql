with orders as (
  select
    customer_id,
    count(*) as order_count,
    cast(sum(amount) filter (where is_revenue) as decimal(18, 2)) as revenue,
    count(*) filter (where status = 'returned') as return_count,
    min(ordered_at) as first_order_at,
    max(ordered_at) as last_order_at
  from {{ ref('silver_orders') }}
  where customer_id is not null
  group by customer_id
),

web as (
  select
    customer_id,
    count(*) as session_count,
    sum(event_count) as event_count,
    max(ended_at) as last_seen_at,
    mode(device order by device) as usual_device
  from {{ ref('silver_web_sessions') }}
  where customer_id is not null
  group by customer_id
)

select
  customers.customer_id,
  customers.full_name,
  customers.email,
  customers.country_code,
  customers.region,
  customers.signup_date,
  customers.has_opted_in,
  customers.loyalty_points,
  coalesce(orders.order_count, 0) as order_count,
  coalesce(orders.revenue, 0) as revenue,
  coalesce(orders.return_count, 0) as return_count,
  orders.first_order_at,
  orders.last_order_at,
  coalesce(web.session_count, 0) as session_count,
  coalesce(web.event_count, 0) as event_count,
  web.last_seen_at,
  web.usual_device,
  case
    when coalesce(orders.revenue, 0) >= 8000 then 'vip'
    when coalesce(orders.revenue, 0) >= 2500 then 'regular'
    when orders.order_count > 0 then 'occasional'
    else 'prospect'
  end as segment
from {{ ref('silver_customers') }} as customers
left join orders using (customer_id)
left join web using (customer_id)
order by revenue desc, customers.customer_id
