select
  order_id,
  customer_id,
  cast(ordered_at as varchar) as ordered_at,
  status,
  currency,
  items,
  shipping,
  coupon
from {{ source('raw', 'orders') }}
