-- a comment before the with clause
with totals as (
  select * from {{ ref('over_ephemeral') }}
)
select totals.is_even, totals.row_count, count(details.row_id) as again
from totals join {{ ref('as_ephemeral') }} as details using (is_even)
group by all
