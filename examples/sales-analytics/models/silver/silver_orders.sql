select order_id, upper(region) as region, amount, ordered_on
from {{ ref('bronze_orders') }}
where amount > 0
