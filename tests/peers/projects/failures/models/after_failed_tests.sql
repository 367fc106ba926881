select * from {{ ref('bad_rows') }}
