select row_id from {{ ref('all_types') }} where row_id < 0
