{{ config(materialized=var('dim_materialized', 'table'), pre_hook=["select 1", {"sql": "select 2", "transaction": false}],
          post_hook="{{ audit('dim') }}", persist_docs={'relation': false}) }}
with a as (select * from {{ ref('stg_customers') }}),
     b as (select * from {{ ref('shop', 'stg_orders') }}),
     e as (select * from {{ ref('helper_ephemeral') }})
select a.*, {{ toolbox.greet('x') }} as greeting, {{ toolbox_wide() }} as w
from a left join b using (customer_id)
