select order_id, region, cast(amount as decimal(12, 2)) as amount, cast(ordered_on as date) as ordered_on
from {{ ref('raw_orders') }}
