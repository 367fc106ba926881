{{- config(materialized='incremental', unique_key=['order_id'], incremental_strategy='delete+insert',
           on_schema_change='append_new_columns', meta={'owner': 'orders', 'n': 1}, lookback=2) -}}
select order_id, customer_id, {{ cents('amount') }} as amount
from {{ source('raw', 'orders') }}
{% if is_incremental() %}
where ordered_at > (select max(ordered_at) from {{ this }})
{% endif %}
