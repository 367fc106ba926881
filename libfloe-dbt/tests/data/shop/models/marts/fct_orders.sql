select o.*, c.name from {{ ref('stg_orders') }} o join {{ ref('dim_customers') }} c using (customer_id)
join {{ ref('country_codes') }} using (customer_id)
join {{ ref('tool_model') }} t on true
