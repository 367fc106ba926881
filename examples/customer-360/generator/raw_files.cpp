#include "raw_files.hpp"

namespace demo {
namespace {

// Faults sit at fixed remainders of the row number, not at random ones: every kind occurs in a file of 100 rows too, so
// the column types a reader infers do not depend on --rows. A row depends on its number alone and time goes on with it:
// a larger --rows adds later rows and changes none, as a source does that grows.
constexpr const char* kCustomers = R"sql(
with people as (
  select i as customer_id,
         pick(['Ada','Grace','Linus','Edsger','Barbara','Donald','Alan','Margaret','Ken','Radia','Tim','Frances'], i, 'first') as first_name,
         pick(['Okafor','Schmidt','Rossi','Dubois','Novak','Silva','Larsen','Kim','Patel','Garcia','Haddad','Jansen'], i, 'last') as last_name
  from range(1, customers() + 1) numbers(i)
),
versions as (
  select *, 1 as version from people
  union all
  select *, 2 as version from people where customer_id % 12 = 5    -- an update arrives as a second row
  union all
  select *, 2 as version from people where customer_id % 24 = 5    -- and sometimes twice
)
select customer_id,
       case when customer_id % 90 = 17 then null else first_name || ' ' || last_name end as full_name,
       case when customer_id % 33 = 9 then null
            when customer_id % 71 = 11 then lower(first_name) || '.example.com'
            when customer_id % 10 = 3 then ' ' || upper(first_name) || '.' || customer_id || '@Example.com '
            else lower(first_name) || '.' || customer_id || '@example.com' end as email,
       case when customer_id % 40 = 21 then null
            when customer_id % 15 = 4 then pick(['de', 'fr', ' it', 'Es'], customer_id, 'country')
            when customer_id % 55 = 13 then 'XX'
            else pick(['DE', 'FR', 'IT', 'ES', 'NL', 'PL', 'SE', 'US'], customer_id, 'country') end as country,
       pick(['Berlin', 'Lyon', 'Torino', 'Sevilla', 'Utrecht', 'Gdansk', 'Malmo', 'Boston'], customer_id, 'country') as city,
       case when customer_id % 37 = 6 then 'unknown'
            when customer_id % 83 = 30 then '2031-02-30'
            else cast(date '2021-01-01' + cast(rnd(customer_id, 'signup') % 1550 as integer) as varchar) end as signup_date,
       pick(['yes', 'no', 'Y', 'N', 'true', ''], customer_id, 'opt_in') as marketing_opt_in,
       case when customer_id % 47 = 8 then -5 else rnd(customer_id, 'points') % 5000 end as loyalty_points,
       strftime(timestamp '2025-01-01 00:00:00' + to_seconds(rnd(customer_id, 'updated') % 8000000 + (version - 1) * 86400),
                '%Y-%m-%d %H:%M:%S') as updated_at
from versions
order by customer_id, version
)sql";

constexpr const char* kOrders = R"sql(
with numbers as (
  select i from range(1, orders() + 1) numbers(i)
  union all
  select i from range(1, orders() + 1) numbers(i) where i % 31 = 12   -- a retried delivery repeats the line
)
select 'O-' || lpad(cast(i as varchar), 8, '0') as order_id,
       case when i % 97 = 40 then 90000000 + i
            when i % 61 = 22 then null
            else 1 + rnd(i, 'customer') % known_customers(i) end as customer_id,
       case when i % 79 = 18 then '0000-00-00'
            else strftime(timestamp '2025-01-01 00:00:00' + to_seconds(i * 480 + rnd(i, 'ordered') % 7200), '%Y-%m-%dT%H:%M:%SZ') end as ordered_at,
       case when i % 53 = 14 then 'SHIPPED '
            when i % 89 = 33 then 'lost?'
            else pick(['placed', 'shipped', 'delivered', 'delivered', 'delivered', 'returned', 'cancelled'], i, 'status') end as status,
       case when i % 67 = 25 then null else pick(['EUR', 'EUR', 'EUR', 'USD'], i, 'currency') end as currency,
       list_transform(range(1, 2 + rnd(i, 'lines') % 4), lambda line: {
         'sku': 'SKU-' || lpad(cast(1 + rnd(i * 10 + line, 'sku') % 60 as varchar), 3, '0'),
         'quantity': case when i % 43 = 16 and line = 1 then 0 else 1 + rnd(i * 10 + line, 'quantity') % 5 end,
         'unit_price': case when i % 59 = 27 and line = 1 then null else (199 + rnd(i * 10 + line, 'price') % 25000) / 100 end}) as items,
       {'city': pick(['Berlin', 'Lyon', 'Torino', 'Sevilla', 'Utrecht'], i, 'ship'),
        'postal_code': lpad(cast(rnd(i, 'postal') % 100000 as varchar), 5, '0'),
        'express': rnd(i, 'express') % 4 = 0} as shipping,
       case when rnd(i, 'coupon') % 6 = 0 then 'SAVE' || (5 * (1 + rnd(i, 'percent') % 4)) end as coupon
from numbers
order by i
)sql";

constexpr const char* kWebEvents = R"sql(
select cast(i as bigint) as event_id,
       case when rnd(i, 'anonymous') % 5 = 0 then null else 1 + rnd(i // 6, 'visitor') % known_customers(i // 3) end as customer_id,
       's-' || lpad(to_hex(rnd(i // 6, 'session')), 8, '0') || '-' || (i // 6) as session_id,
       case when i % 101 = 50 then 'page-view'
            else pick(['page_view', 'page_view', 'page_view', 'search', 'add_to_cart', 'checkout'], i, 'type') end as event_type,
       '/' || pick(['', 'products', 'products/new', 'cart', 'checkout', 'account', 'help'], i, 'page') as page,
       timestamp '2025-01-01 00:00:00' + to_seconds((i // 6) * 960 + rnd(i // 6, 'start') % 900 + (i % 6) * 40)
         + to_milliseconds(rnd(i, 'millisecond') % 1000) as occurred_at,
       cast(case when i % 73 = 20 then -1 when i % 29 = 10 then null else rnd(i, 'duration') % 60000 end as integer) as duration_ms,
       {'device': pick(['mobile', 'desktop', 'tablet'], i // 6, 'device'),
        'browser': {'name': pick(['firefox', 'chrome', 'safari'], i // 6, 'browser'), 'major': cast(100 + rnd(i // 6, 'major') % 40 as integer)}} as client,
       list_filter(['new', 'campaign', 'returning'], lambda tag: rnd(i, tag) % 3 = 0) as tags,
       case when rnd(i, 'utm') % 3 = 0 then map {'utm_source': pick(['mail', 'search', 'social'], i, 'source')} else map {} end as attributes
from (
  select i from range(1, 3 * orders() + 1) numbers(i)
  union all
  select i from range(1, 3 * orders() + 1) numbers(i) where i % 113 = 60  -- at-least-once delivery
)
order by i
)sql";

}  // namespace

std::vector<std::string> preparation(const Request& request) {
  const auto rows = std::to_string(request.rows);
  return {
      // One thread and no parallel sort: the order of rows with equal keys, and so the bytes, stay the same.
      "set threads = 1",
      "set enable_progress_bar = false",
      "create macro orders() as cast(" + rows + " as bigint)",
      "create macro known_customers(i) as greatest(cast(i as bigint) // 8, 100)",
      "create macro customers() as known_customers(orders())",
      "create macro rnd(i, salt) as cast(hash(cast(i as bigint), salt, cast(" + std::to_string(request.seed) +
          " as bigint)) % 2147483647 as bigint)",
      "create macro pick(options, i, salt) as options[1 + rnd(i, salt) % len(options)]",
  };
}

std::vector<RawFile> raw_files(const Request&) {
  return {
      {"customers.csv", "format csv, header", kCustomers},
      {"orders.jsonl", "format json", kOrders},
      {"web_events.parquet", "format parquet, compression zstd", kWebEvents},
  };
}

}  // namespace demo
