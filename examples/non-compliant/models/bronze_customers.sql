select customer_id, full_name from {{ ref('raw_customers') }}
