-- The revenue of all days equals the revenue of all customers and guests, to the cent.
with by_day as (
  select sum(revenue) as revenue from {{ ref('gold_daily_revenue') }}
),
by_order as (
  select sum(amount) as revenue from {{ ref('silver_orders') }} where is_revenue
)
select by_day.revenue as daily, by_order.revenue as ordered
from by_day cross join by_order
where by_day.revenue is distinct from by_order.revenue
