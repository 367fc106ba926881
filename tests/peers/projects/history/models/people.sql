{%- set batch = var('batch') | int -%}
with versions as (
    select * from (values
        (1, 1, 'Ada', 'de', 'Berlin', timestamp '2020-01-01 08:00:00'),
        (1, 2, 'Bob', 'de', 'Bonn', timestamp '2020-01-01 08:00:00'),
        (1, 3, 'Cem', 'tr', null, timestamp '2020-01-01 08:00:00'),
        (2, 1, 'Ada', 'de', 'Hamburg', timestamp '2020-02-01 08:00:00'),
        (2, 3, 'Cem', 'tr', 'Izmir', timestamp '2020-02-01 08:00:00'),
        (2, 4, 'Dan', 'us', 'Boston', timestamp '2020-02-01 08:00:00'),
        (3, 1, 'Ada', 'de', 'Hamburg', timestamp '2020-02-01 08:00:00'),
        (3, 3, 'Cem', 'tr', null, timestamp '2020-03-01 08:00:00'),
        (3, 4, 'Dana', 'us', 'Boston', timestamp '2020-03-01 08:00:00'),
        (4, 1, 'Ada', 'de', 'Hamburg', timestamp '2020-04-01 08:00:00'),
        (4, 2, 'Bob', 'de', 'Bonn', timestamp '2020-04-01 08:00:00'),
        (4, 4, 'Dana', 'us', 'Boston', timestamp '2020-03-01 08:00:00')
    ) as rows (batch, id, name, country, city, updated_at)
)
select id, name, country, city, updated_at
    {%- if batch > 2 %}, upper(country) as country_code {% endif %}
from versions
where batch = {{ batch }}
