select region, count(*) as orders, sum(amount) as revenue
from {{ ref('silver_orders') }}
group by region
