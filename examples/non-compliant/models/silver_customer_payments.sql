select customers.customer_id, customers.full_name, count(payments.payment_id) as payment_count, sum(payments.amount) as amount
from {{ ref('bronze_customers') }} as customers
left join {{ ref('stg_payments') }} as payments using (customer_id)
group by customers.customer_id, customers.full_name
