{% set methods = ['card', 'cash'] %}
select payment_id,
{%- for m in methods %}
  sum(case when method = '{{ m }}' then amount end) as {{ m }}_amount{{ "," if not loop.last }}
{%- endfor %}
from {{ ref('raw_payments') }}
where paid_at >= '{{ var("start_date") }}' and {{ var('only_shop', 3) }} = 7
group by 1
