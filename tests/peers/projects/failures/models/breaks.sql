select cast('x' || id as integer) as id from {{ ref('fine') }}
