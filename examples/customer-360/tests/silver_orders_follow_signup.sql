{{ config(severity='warn') }}
-- Orders before their customer's signup date: possible for guests who registered later, worth a look.
select orders.order_id, orders.ordered_at, customers.signup_date
from {{ ref('silver_orders') }} as orders
join {{ ref('silver_customers') }} as customers using (customer_id)
where cast(orders.ordered_at as date) < customers.signup_date
