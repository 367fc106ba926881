select
  session_id,
  max(customer_id) as customer_id,
  min(occurred_at) as started_at,
  max(occurred_at) as ended_at,
  count(*) as event_count,
  count(*) filter (where event_type = 'page_view') as page_view_count,
  bool_or(event_type = 'checkout') as has_checkout,
  any_value(device order by occurred_at) as device,
  list(distinct page order by page) as pages,
  sum(duration_ms) as duration_ms
from {{ ref('silver_web_events') }}
group by session_id
