select typeof(whole) as whole, typeof(fraction) as fraction, typeof(day) as day, typeof(moment) as moment, typeof(flag) as flag,
       typeof(label) as label, typeof(nothing) as nothing, typeof(mixed) as mixed, count(*) as row_count
from {{ ref('seed_inferred') }}
group by all
