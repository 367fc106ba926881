#include "compute_fixture.hpp"

#include <chrono>
#include <thread>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

constexpr const char* kLong =
    "SELECT count(*)::VARCHAR FROM range(10000000) a, range(10000000) b WHERE hash(a.range + b.range) = 1";

std::int64_t count_rows(ArrowStream& stream) {
  std::int64_t rows = 0;
  while (true) {
    ArrowArrayOwner chunk;
    if (stream->get_next(stream.get(), chunk.get()) != 0) return -1;
    if (!chunk.has_value()) return rows;
    rows += chunk->length;
  }
}

// Runs `body` on another thread while the call is cancelled as soon as the statement is at work.
template <class Body>
std::chrono::milliseconds time_to_stop(Body body, floe_call& call) {
  std::atomic<bool> started{false};
  std::chrono::steady_clock::time_point cancelled_at;
  std::thread canceller([&] {
    while (!started)
      std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(150));  // into the middle of the statement
    cancelled_at = std::chrono::steady_clock::now();
    call.cancel();
  });
  started = true;
  body();
  const auto end = std::chrono::steady_clock::now();
  canceller.join();
  return std::chrono::duration_cast<std::chrono::milliseconds>(end - cancelled_at);
}

}  // namespace

TEST_CASE("rows come as a stream; a later statement of the session ends it") {
  Compute compute;
  floe_call call;
  auto first = compute.client.query(&call, compute.session, "SELECT i FROM range(100000) t(i)", ArrowStream());
  FLOE_REQUIRE_OK(first);
  ArrowSchemaOwner schema;
  REQUIRE(first->rows->get_schema(first->rows.get(), schema.get()) == 0);
  CHECK(std::string(schema->children[0]->name) == "i");
  CHECK(std::string(schema->children[0]->format) == "l");
  ArrowArrayOwner chunk;
  REQUIRE(first->rows->get_next(first->rows.get(), chunk.get()) == 0);
  CHECK(chunk->length > 0);
  floe_call other;
  auto second = compute.client.query(&other, compute.session, "SELECT i FROM range(5000) t(i)", ArrowStream());
  FLOE_REQUIRE_OK(second);
  ArrowArrayOwner late;
  CHECK(first->rows->get_next(first->rows.get(), late.get()) != 0);
  CHECK(std::string(first->rows->get_last_error(first->rows.get())) ==
        "the stream was ended by a later statement of its session");
  CHECK(count_rows(second->rows) == 5000);
  CHECK(chunk->length > 0);  // a chunk that was handed out stays
}

TEST_CASE("an error in the middle of a stream is told") {
  Compute compute;
  floe_call call;
  auto result = compute.client.query(
      &call, compute.session, "SELECT CASE WHEN i = 900000 THEN error('boom') ELSE i END FROM range(1000000) t(i)",
      ArrowStream());
  if (result) {
    CHECK(count_rows(result->rows) == -1);
    CHECK(std::string(result->rows->get_last_error(result->rows.get())).find("boom") != std::string::npos);
  } else {
    CHECK(result.error().message.find("boom") != std::string::npos);
  }
}

TEST_CASE("a stream outlives its session without harm") {
  Compute compute;
  const std::uint64_t session = compute.open();
  floe_call call;
  auto result = compute.client.query(&call, session, "SELECT i FROM range(100000) t(i)", ArrowStream());
  FLOE_REQUIRE_OK(result);
  FLOE_REQUIRE_OK(compute.client.close_session(&call, session));
  ArrowArrayOwner chunk;
  CHECK(result->rows->get_next(result->rows.get(), chunk.get()) != 0);
}

TEST_CASE("cancelling a call stops every method within a second") {
  Compute compute;
  const std::string sql = kLong;
  const auto described = compute.describe("SELECT 'x' AS c");
  FLOE_REQUIRE_OK(described);
  const TableShape shape = shape_of(*described, compute.directory);
  Result<std::string> result = std::string();
  floe_call call;
  std::chrono::milliseconds waited{0};
  SECTION("query and its stream") {
    waited = time_to_stop(
        [&] {
          auto rows = compute.client.query(&call, compute.session, sql, ArrowStream());
          if (!rows) {
            result = rows.error();
            return;
          }
          if (count_rows(rows->rows) == -1) result = fail(ErrorCode::kCancelled, "");
        },
        call);
  }
  SECTION("execute") {
    waited =
        time_to_stop([&] { result = compute.client.execute(&call, compute.session, sql, R"({"guard":true})"); }, call);
  }
  SECTION("stage") {
    waited = time_to_stop([&] { result = compute.client.stage(&call, compute.session, sql); }, call);
  }
  SECTION("write_files") {
    waited = time_to_stop(
        [&] {
          result = compute.client.write_files(
              &call, compute.session, to_json(shape.request),
              "SELECT hash(a.range + b.range)::VARCHAR AS c FROM range(10000000) a, range(10000000) b");
        },
        call);
    CHECK(std::filesystem::is_empty(compute.directory));
  }
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kCancelled);
  CHECK(waited < std::chrono::seconds(1));
  CHECK(compute.rows("SELECT 1 AS a") == R"({"a":1})");  // the session goes on
}

TEST_CASE("interrupt stops the statement that runs; before one it is lost") {
  Compute compute;
  floe_call call;
  FLOE_REQUIRE_OK(compute.client.interrupt(&call, compute.session));
  CHECK(compute.rows("SELECT 1 AS a") == R"({"a":1})");
  floe_call running;
  Result<std::string> result = std::string();
  std::thread worker([&] { result = compute.client.stage(&running, compute.session, kLong); });
  std::atomic<bool> done{false};
  std::thread interrupter([&] {  // as the contract says: sent again until it stopped
    while (!done) {
      floe_call mine;
      (void)compute.client.interrupt(&mine, compute.session);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  worker.join();
  done = true;
  interrupter.join();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kCancelled);
}

TEST_CASE("a deadline that passes stops the statement") {
  Compute compute;
  floe_call call;
  call.deadline = std::chrono::duration_cast<std::chrono::nanoseconds>(
                      (std::chrono::system_clock::now() + std::chrono::milliseconds(200)).time_since_epoch())
                      .count();
  const auto begin = std::chrono::steady_clock::now();
  const auto result = compute.client.stage(&call, compute.session, kLong);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kTimeout);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(1200));
}

TEST_CASE("a statement takes no longer than the configuration allows") {
  Compute compute(R"({"statement_timeout":1})");
  floe_call call;
  const auto result = compute.client.stage(&call, compute.session, kLong);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kTimeout);
  CHECK(result.error().message == "it took more than the 1 second of the compute's `statement_timeout`");
  CHECK(compute.rows("SELECT 1 AS a") == "{\"a\":1}");
}

TEST_CASE("eight sessions bind and query at once") {
  Compute compute;
  const auto described = compute.describe("SELECT 1::UTINYINT AS id, 'x' AS s");
  FLOE_REQUIRE_OK(described);
  const TableShape shape = shape_of(*described, compute.directory);
  const auto written = compute.write(shape.request, "SELECT i::UTINYINT AS id, 'v' || i AS s FROM range(200) t(i)");
  FLOE_REQUIRE_OK(written);
  const json::array files = written->at("files").as_array();
  std::atomic<int> failures{0};
  std::vector<std::uint64_t> sessions;
  for (int t = 0; t < 8; ++t)
    sessions.push_back(compute.open());
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 15; ++round) {
        const auto bound =
            compute.bind_in(sessions[static_cast<std::size_t>(t)],
                            {iceberg_scan("shared", std::to_string(round), shape.columns, files),
                             iceberg_scan("own" + std::to_string(t), std::to_string(round), shape.columns, files)});
        const auto rows = compute.rows_in(
            sessions[static_cast<std::size_t>(t)],
            "SELECT count(*) AS n, sum(o.id)::INT AS s FROM shared JOIN own" + std::to_string(t) + " o USING (s)");
        if (!bound || !rows || *rows != R"({"n":200,"s":19900})") ++failures;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(failures == 0);
}

TEST_CASE("positional parameters come from one Arrow row") {
  Compute compute;
  floe_call call;
  auto row = compute.client.query(
      &call, compute.session,
      "SELECT 3 AS a, 'x''y' AS b, NULL::VARCHAR AS c, DATE '2020-01-02' AS d, 1.25::DECIMAL(20,2) AS e",
      ArrowStream());
  FLOE_REQUIRE_OK(row);
  const std::uint64_t other = compute.open();
  floe_call second;
  auto result = compute.client.query(&second, other,
                                     "SELECT concat_ws('|', ?::INT, ?, coalesce(?, 'null'), ?::DATE, ?::DECIMAL(20,2))",
                                     std::move(row->rows));
  FLOE_REQUIRE_OK(result);
  ArrowArrayOwner chunk;
  REQUIRE(result->rows->get_next(result->rows.get(), chunk.get()) == 0);
  CHECK(first_text(*chunk.get()) == "3|x'y|null|2020-01-02|1.25");
}

TEST_CASE("query takes statements that read, and names the other way") {
  Compute compute;
  floe_call call;
  for (const char* sql :
       {"SELECT 1", "EXPLAIN SELECT 1", "PRAGMA table_info('duckdb_tables')", "SHOW TABLES", "FROM range(2)"}) {
    INFO(sql);
    FLOE_CHECK_OK(compute.client.query(&call, compute.session, sql, ArrowStream()));
  }
  const auto refused = compute.client.query(&call, compute.session, "CREATE TABLE x AS SELECT 1", ArrowStream());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "the statement is not a query; use execute");
}
