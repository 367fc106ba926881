with documents as (
  select order_id, currency, items
  from {{ ref('bronze_orders') }}
  qualify {{ latest_per_key(['order_id'], ['ordered_at', 'status']) }}
),

lines as (
  select
    order_id,
    coalesce(currency, 'EUR') as currency,
    unnest(range(1, len(items) + 1)) as line_number,
    unnest(items) as item
  from documents
)

select
  order_id || '-' || line_number as order_item_id,
  order_id,
  cast(line_number as integer) as line_number,
  item.sku as sku,
  cast(item.quantity as integer) as quantity,
  {{ to_euro('item.unit_price', 'currency') }} as unit_price,
  cast({{ to_euro('item.unit_price', 'currency') }} * item.quantity as decimal(18, 2)) as amount
from lines
-- A line without a price or with a quantity below one is not sold; it stays in bronze and is counted in silver_rejected_rows.
where item.unit_price is not null and item.quantity >= 1
