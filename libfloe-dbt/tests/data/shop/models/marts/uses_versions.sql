select * from {{ ref('pricing') }} union all by name select * from {{ ref('pricing', v=1) }}
