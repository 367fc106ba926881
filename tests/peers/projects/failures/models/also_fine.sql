select id from {{ ref('fine') }} where id < 3
