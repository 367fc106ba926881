select
  event_id,
  customer_id,
  session_id,
  event_type,
  page,
  occurred_at,
  duration_ms,
  client,
  tags,
  attributes
from {{ source('raw', 'web_events') }}
