select * from {{ ref('dim_customers') }} where '{{ var("flavour", "none") }}' <> ''
