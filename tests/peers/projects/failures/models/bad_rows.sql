select id // 2 as id, case when id % 4 = 0 then null else id end as other from {{ ref('fine') }}
