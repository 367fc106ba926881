select * from {{ ref('bad_rows') }} where other is null
