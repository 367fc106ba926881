{{ config(alias='customers_clean', tags=['pii']) }}

select
    id as customer_id,
    upper(name) as name -- {{ "jinja in a comment" }}
from {{ source('raw', 'customers') }}
