{%- set checks = [
  ('bronze_customers', 'customer without email', 'email is null'),
  ('bronze_customers', 'email without @', "email not like '%@%'"),
  ('bronze_customers', 'signup date is not a date', 'try_cast(signup_date as date) is null'),
  ('bronze_customers', 'negative loyalty points', 'loyalty_points < 0'),
  ('bronze_orders', 'order time is not a time', "try_cast(replace(replace(ordered_at, 'T', ' '), 'Z', '') as timestamp) is null"),
  ('bronze_orders', 'order without customer', 'customer_id is null'),
  ('bronze_orders', 'item without price or quantity', 'len(list_filter(items, lambda item: item.unit_price is null or coalesce(item.quantity, 0) < 1)) > 0'),
  ('bronze_web_events', 'negative duration', 'duration_ms < 0'),
] -%}
{% for model, reason, condition in checks %}
select '{{ model }}' as model_name, '{{ reason }}' as reason, count(*) as row_count
from {{ ref(model) }}
where {{ condition }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
