with latest as (
  select *
  from {{ ref('bronze_customers') }}
  qualify {{ latest_per_key(['customer_id'], ['updated_at desc', 'full_name']) }}
),

cleaned as (
  select
    customer_id,
    coalesce({{ clean_text('full_name') }}, 'Unknown') as full_name,
    lower({{ clean_text('email') }}) as email,
    upper({{ clean_text('country') }}) as country_code,
    {{ clean_text('city') }} as city,
    try_cast(signup_date as date) as signup_date,
    coalesce(lower({{ clean_text('marketing_opt_in') }}) in ('yes', 'y', 'true'), false) as has_opted_in,
    cast(greatest(loyalty_points, 0) as integer) as loyalty_points,
    updated_at
  from latest
)

select
  cleaned.customer_id,
  cleaned.full_name,
  case when cleaned.email like '%_@_%' then cleaned.email end as email,
  countries.country_code,
  countries.region,
  cleaned.city,
  cleaned.signup_date,
  cleaned.has_opted_in,
  cleaned.loyalty_points,
  cleaned.updated_at
from cleaned
left join {{ ref('countries') }} as countries using (country_code)
