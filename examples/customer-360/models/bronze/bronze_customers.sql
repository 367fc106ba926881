select
  customer_id,
  full_name,
  email,
  country,
  city,
  cast(signup_date as varchar) as signup_date,
  cast(marketing_opt_in as varchar) as marketing_opt_in,
  loyalty_points,
  cast(updated_at as timestamp) as updated_at
from {{ source('raw', 'customers') }}
