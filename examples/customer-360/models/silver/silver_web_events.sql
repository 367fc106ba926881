{{ config(materialized='incremental', unique_key='event_id', incremental_strategy='delete+insert', on_schema_change='append_new_columns') }}
select
  event_id,
  customer_id,
  session_id,
  replace(event_type, '-', '_') as event_type,
  page,
  occurred_at,
  case when duration_ms >= 0 then duration_ms end as duration_ms,
  client.device as device,
  client.browser as browser,
  tags,
  attributes['utm_source'] as utm_source
from {{ ref('bronze_web_events') }}
{% if is_incremental() %}
where occurred_at >= (select max(occurred_at) - interval 1 day from {{ this }})
{% endif %}
qualify {{ latest_per_key(['event_id'], ['occurred_at']) }}
