select count(*) as row_count, min(row_id) as first_row from {{ ref('as_view') }}
