select * from {{ ref('all_types') }} where false
