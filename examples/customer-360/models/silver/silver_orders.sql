with documents as (
  select *
  from {{ ref('bronze_orders') }}
  qualify {{ latest_per_key(['order_id'], ['ordered_at', 'status']) }}
),

typed as (
  select
    order_id,
    customer_id,
    try_cast(replace(replace(ordered_at, 'T', ' '), 'Z', '') as timestamp) as ordered_at,
    lower({{ clean_text('status') }}) as status,
    shipping,
    coupon
  from documents
)

select
  typed.order_id,
  customers.customer_id,
  typed.ordered_at,
  typed.status,
  typed.status in ('placed', 'shipped', 'delivered') as is_revenue,
  typed.shipping.city as shipping_city,
  typed.shipping.express as is_express,
  try_cast(replace(typed.coupon, 'SAVE', '') as integer) as coupon_percent,
  coalesce(totals.item_count, 0) as item_count,
  coalesce(totals.unit_count, 0) as unit_count,
  coalesce(totals.amount, 0) as amount
from typed
left join {{ ref('silver_customers') }} as customers using (customer_id)
left join {{ ref('silver_order_totals') }} as totals using (order_id)
where typed.ordered_at is not null
  and typed.status in (
    {%- for status in var('valid_statuses') %}
    '{{ status }}'{{ ',' if not loop.last }}
    {%- endfor %}
  )
