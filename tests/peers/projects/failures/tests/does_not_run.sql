select nonsense from {{ ref('also_fine') }}
