{{ config(materialized='incremental', unique_key='order_date', incremental_strategy='merge') }}
select
  cast(ordered_at as date) as order_date,
  count(*) as order_count,
  count(distinct customer_id) as customer_count,
  cast(sum(amount) as decimal(18, 2)) as revenue,
  avg(amount) as average_amount
from {{ ref('silver_orders') }}
where is_revenue
{% if is_incremental() %}
  and cast(ordered_at as date) >= (select max(order_date) - interval 3 day from {{ this }})
{% endif %}
group by all
