{{ config(tags=['single'], warn_if='> 3') }}
select * from {{ ref('fct_orders') }} where amount < 0
