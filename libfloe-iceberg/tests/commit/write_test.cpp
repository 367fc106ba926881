// Writes through the C table over fakes: modes, conflicts, retries, idempotency, failures.
#include "../support/table_fixture.hpp"

#include <set>
#include <thread>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

TEST_CASE("a created table is planned, appended to and replaced") {
  TableFixture t;
  const auto first = t.add_file(0, 10);
  const auto created = t.create({first});
  REQUIRE(created.status == FLOE_OK);
  CHECK(text_of(created.value, "operation") == "append");
  CHECK(text_of(created.value, "added_rows") == "10");
  CHECK(text_of(created.value, "parent_snapshot_id") == "null");
  CHECK(text_of(created.value, "sequence_number") == "1");
  CHECK(t.uris() == std::vector{first});

  const auto second = t.add_file(10, 5);
  const auto appended = t.write(R"({"mode":"append"})", TableFixture::added({second}));
  REQUIRE(appended.status == FLOE_OK);
  CHECK(text_of(appended.value, "total_rows") == "15");
  CHECK(text_of(appended.value, "parent_snapshot_id") == text_of(created.value, "snapshot_id"));
  CHECK(t.uris() == std::vector{second, first});

  const auto third = t.add_file(0, 3);
  const auto replaced =
      t.write(R"({"mode":"replace","columns":[{"name":"ID","type":"long"},{"name":"note","type":"string"}]})",
              TableFixture::added({third}));
  REQUIRE(replaced.status == FLOE_OK);
  CHECK(text_of(replaced.value, "operation") == "overwrite");
  CHECK(text_of(replaced.value, "removed_files") == "2");
  CHECK(text_of(replaced.value, "deleted_rows") == "15");
  CHECK(t.uris() == std::vector{third});
  // The name stays (ignoring case): so does the id; a new column gets a fresh one.
  const auto loaded = t.load();
  CHECK(to_json(loaded.value.as_object().at("columns")) ==
        R"([{"id":1,"name":"ID","type":"long","sql_type":null,"required":false,"doc":null},)"
        R"({"id":3,"name":"note","type":"string","sql_type":null,"required":false,"doc":null}])");
  // Old snapshots keep their files and their columns.
  const auto old = fmt::format(R"({{"snapshot_id":"{}"}})", text_of(appended.value, "snapshot_id"));
  CHECK(t.uris(old) == std::vector{second, first});
  const auto before = t.load(kOrders, old);
  CHECK(text_of(before.value.as_object().at("columns").as_array()[1], "sql_type") == "UINTEGER");
  // Per commit: the data file, then manifests, list and metadata file.
  std::vector<std::string> synced_data;
  const auto all = t.storage.names();
  std::set<std::string> unsynced(all.begin(), all.end());
  for (const std::string& uri : t.storage.synced) {
    if (uri.ends_with(".parquet")) synced_data.push_back(uri);
    unsynced.erase(uri);
  }
  CHECK(synced_data == std::vector{first, second, third});
  // The note is worth no wait for the disk.
  CHECK(unsynced == std::set<std::string>{"file:///w/main/orders/metadata/committed.txt"});
}

TEST_CASE("a write mode meets a table that is there or not") {
  TableFixture t;
  std::uint64_t handle = 0;
  CHECK(t.begin(R"({"mode":"append"})", &handle).status == FLOE_NOT_FOUND);
  CHECK(t.begin(R"({"mode":"overwrite_files"})", &handle).status == FLOE_NOT_FOUND);
  REQUIRE(t.write(R"({"mode":"replace","columns":[{"name":"id","type":"long"}]})", "{}").status == FLOE_OK);
  CHECK(t.begin(R"({"mode":"create","columns":[{"name":"id","type":"long"}]})", &handle).status == FLOE_ALREADY_EXISTS);
  CHECK(t.begin(R"({"mode":"upsert"})", &handle).status == FLOE_INVALID_ARGUMENT);
}

TEST_CASE("an empty append changes nothing and an empty create makes a table") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  const auto before = t.catalog.tables;
  const auto appended = t.write(R"({"mode":"append"})", "{}");
  REQUIRE(appended.status == FLOE_OK);
  CHECK(text_of(appended.value, "snapshot_id") == "null");
  CHECK(t.catalog.tables == before);
  CHECK(t.uris().empty());
}

TEST_CASE("files without rows are left out and removed") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  const auto full = t.add_file(0, 1);
  const auto empty = t.add_file(0, 0);
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({full, empty})).status == FLOE_OK);
  CHECK(t.uris() == std::vector{full});
  CHECK_FALSE(t.storage.objects.contains(empty));
}

TEST_CASE("a copy-on-write rewrite removes exactly the files named") {
  TableFixture t;
  const auto a = t.add_file(0, 10);
  const auto b = t.add_file(10, 10);
  REQUIRE(t.create({a, b}).status == FLOE_OK);
  std::uint64_t handle = 0;
  const auto begun = t.begin(R"({"mode":"overwrite_files"})", &handle);
  REQUIRE(begun.status == FLOE_OK);
  CHECK(begun.value.as_object().at("files").as_array().size() == 2);
  const auto c = t.add_file(0, 9);
  const auto done = t.commit(handle, TableFixture::added({c}, {a}));
  REQUIRE(done.status == FLOE_OK);
  CHECK(text_of(done.value, "operation") == "overwrite");
  CHECK(text_of(done.value, "total_rows") == "19");
  CHECK(t.uris() == std::vector{c, b});
}

TEST_CASE("a rewrite conflicts with new rows that its filter may match, and with files that are gone") {
  const std::string filter = R"({"op":"lt","term":"id","value":100})";

  struct Case {
    const char* name;
    std::int64_t from;  // of the concurrently added file
    bool removes;       // the concurrent commit rewrites the same file
    floe_status expected;
  };

  const auto test = GENERATE(Case{"rows outside the filter", 500, false, FLOE_OK},
                             Case{"rows inside the filter", 50, false, FLOE_CONFLICT},
                             Case{"the file is gone", 500, true, FLOE_CONFLICT});
  INFO(test.name);
  TableFixture t;
  const auto a = t.add_file(0, 10);
  REQUIRE(t.create({a}).status == FLOE_OK);
  std::uint64_t ours = 0;
  REQUIRE(t.begin(fmt::format(R"({{"mode":"overwrite_files","filter":{}}})", filter), &ours).status == FLOE_OK);
  const auto other = t.add_file(test.from, 1);
  const auto request = test.removes ? R"({"mode":"overwrite_files"})" : R"({"mode":"append"})";
  REQUIRE(t.write(request, TableFixture::added({other}, test.removes ? std::vector{a} : std::vector<std::string>()))
              .status == FLOE_OK);
  const auto mine = t.add_file(0, 9);
  const auto done = t.commit(ours, TableFixture::added({mine}, {a}));
  CHECK(done.status == test.expected);
  // What failed leaves nothing behind; what was there stays.
  CHECK(t.storage.objects.contains(mine) == (test.expected == FLOE_OK));
  const auto expected = test.expected == FLOE_OK ? std::set{mine, other}
                        : test.removes           ? std::set{other}
                                                 : std::set{a, other};
  const auto found = t.uris();
  CHECK(std::set<std::string>(found.begin(), found.end()) == expected);
}

TEST_CASE("an idempotency key is recognised, before and after a conflict") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  const std::string request = R"({"mode":"append","idempotency_key":"run/node/0","summary":{"floe.run-id":"r"}})";
  std::uint64_t late = 0;
  REQUIRE(t.begin(request, &late).status == FLOE_OK);
  const auto a = t.add_file(0, 1);
  const auto first = t.write(request, TableFixture::added({a}));
  REQUIRE(first.status == FLOE_OK);

  std::uint64_t again = 0;
  const auto begun = t.begin(request, &again);
  REQUIRE(begun.status == FLOE_OK);
  CHECK(text_of(begun.value.as_object().at("done"), "snapshot_id") == text_of(first.value, "snapshot_id"));

  const auto b = t.add_file(0, 1);
  const auto second = t.commit(late, TableFixture::added({b}));
  REQUIRE(second.status == FLOE_OK);
  CHECK(text_of(second.value, "snapshot_id") == text_of(first.value, "snapshot_id"));
  CHECK(t.uris() == std::vector{a});
  CHECK_FALSE(t.storage.objects.contains(b));
}

TEST_CASE("the row count of the writer must be that of the file") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  const auto a = t.add_file(0, 3);
  const auto done = t.write(R"({"mode":"append"})", fmt::format(R"({{"added":[{{"uri":"{}","record_count":4}}]}})", a));
  CHECK(done.status == FLOE_DATA);
  CHECK(done.message == "file `" + a + "` holds 3 rows, its writer reported 4");
}

TEST_CASE("every failing storage or catalog call leaves the old snapshot readable and no stray file") {
  const std::string mode = GENERATE("append", "replace", "overwrite_files");
  const bool in_catalog = GENERATE(false, true);
  for (int n = 1;; ++n) {
    INFO(mode << (in_catalog ? " catalog" : " storage") << " call " << n);
    TableFixture t;
    const auto a = t.add_file(0, 10);
    REQUIRE(t.create({a}).status == FLOE_OK);
    const auto stored = t.storage.names();
    const auto pointer = t.catalog.tables;
    const auto b = t.add_file(10, 1);
    std::uint64_t handle = 0;
    REQUIRE(t.begin(fmt::format(R"({{"mode":"{}"}})", mode), &handle).status == FLOE_OK);
    int count = 0;
    auto& faults = in_catalog ? t.catalog.faults : t.storage.faults;
    faults.set([&](std::string_view method, std::string_view) -> std::optional<Fault> {
      // Removing is best effort: were it failing, files would stay by design.
      if (method == "remove" || ++count != n) return std::nullopt;
      return Fault{fail(ErrorCode::kIo, "injected"), false};
    });
    const auto done = t.commit(
        handle, TableFixture::added({b}, mode == "overwrite_files" ? std::vector{a} : std::vector<std::string>()));
    faults.set({});
    if (done.status == FLOE_OK) {
      if (count < n) break;  // every call was failed once
      continue;              // tried again and went through
    }
    CHECK(t.catalog.tables == pointer);
    CHECK(t.uris() == std::vector{a});
    CHECK(t.storage.names() == stored);
  }
}

TEST_CASE("an outcome nobody knows is looked up; nothing is removed when it stays unknown") {
  const auto unknown = fail(ErrorCode::kUnavailable, "connection lost").with_detail("commit_state", "unknown");
  TableFixture t;
  const auto a = t.add_file(0, 1);
  REQUIRE(t.create({a}).status == FLOE_OK);
  const auto b = t.add_file(1, 1);

  SECTION("it went through") {
    t.catalog.faults.set([&](std::string_view method, std::string_view) -> std::optional<Fault> {
      return method == "swap_pointer" ? std::optional(Fault{unknown, true}) : std::nullopt;
    });
    const auto done = t.write(R"({"mode":"append"})", TableFixture::added({b}));
    REQUIRE(done.status == FLOE_OK);
    t.catalog.faults.set({});
    CHECK(t.uris() == std::vector{b, a});
  }
  SECTION("it did not, and is asked for again") {
    int count = 0;
    t.catalog.faults.set([&](std::string_view method, std::string_view) -> std::optional<Fault> {
      return method == "swap_pointer" && count++ == 0 ? std::optional(Fault{unknown, false}) : std::nullopt;
    });
    REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({b})).status == FLOE_OK);
    CHECK(count == 2);
    CHECK(t.uris() == std::vector{b, a});
  }
  SECTION("it went through and somebody built on it") {
    bool is_first = true;
    t.catalog.faults.set([&](std::string_view method, std::string_view) -> std::optional<Fault> {
      if (method != "swap_pointer" || !std::exchange(is_first, false)) return std::nullopt;
      return Fault{unknown, true};
    });
    const auto done = t.write(R"({"mode":"append"})", TableFixture::added({b}));
    REQUIRE(done.status == FLOE_OK);
    CHECK(text_of(done.value, "attempts") == "1");
  }
  SECTION("it stays unknown") {
    t.catalog.faults.set([&](std::string_view method, std::string_view) -> std::optional<Fault> {
      return method == "swap_pointer" ? std::optional(Fault{unknown, false}) : std::nullopt;
    });
    const auto done = t.write(R"({"mode":"append"})", TableFixture::added({b}));
    CHECK(done.status == FLOE_UNAVAILABLE);
    CHECK(text_of(done.details, "commit_state") == "unknown");
    CHECK(t.storage.objects.contains(b));
    t.catalog.faults.set({});
    CHECK(t.uris() == std::vector{a});
  }
}

TEST_CASE("two openings race: snapshots are the commits reported and no row is lost") {
  TableFixture t(R"({"warehouse":"file:///w","retry":{"num_retries":1000,"min_wait_ms":1,"max_wait_ms":4}})");
  REQUIRE(t.create().status == FLOE_OK);
  // Own handles, so that the lock of one process does not order them.
  constexpr int kThreads = 4;
  constexpr int kCommits = 12;
  std::atomic<int> committed{0};
  std::atomic<std::int64_t> rows{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      void* mine = nullptr;
      floe_call opening;
      const std::string options =
          R"({"warehouse":"file:///w","threads":1,"retry":{"num_retries":1000,"min_wait_ms":1,"max_wait_ms":4}})";
      if (t.format.open(t.host.table(), &opening, &t.catalog_table, &t.catalog, &t.storage_table, &t.storage,
                        options.data(), options.size(), &mine) != FLOE_OK) {
        return;
      }
      for (int j = 0; j < kCommits; ++j) {
        const auto uri = t.add_file(i * 1000 + j, 1);
        const std::string request = i == 0 && j % 6 == 5 ? R"({"mode":"replace"})" : R"({"mode":"append"})";
        floe_call call;
        floe_sink plan;
        std::uint64_t write = 0;
        if (t.format.begin_write(mine, t.host.table(), &call, kOrders.data(), kOrders.size(), request.data(),
                                 request.size(), &write, &plan) != FLOE_OK) {
          continue;
        }
        floe_sink result;
        const auto files = TableFixture::added({uri});
        if (t.format.commit(mine, t.host.table(), &call, write, files.data(), files.size(), &result) != FLOE_OK)
          continue;
        const auto answer = *parse_json(result.bytes);
        rows += answer.as_object().at("added_rows").as_int64() - answer.as_object().at("deleted_rows").as_int64();
        ++committed;
      }
      t.format.close(mine);
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK(committed == kThreads * kCommits);
  const auto metadata = *parse_table_metadata(t.storage.objects.at(t.catalog.tables.begin()->second));
  CHECK(metadata->snapshots.size() == static_cast<std::size_t>(committed) + 1);
  CHECK(metadata->ancestors(*metadata->current_snapshot_id).size() == metadata->snapshots.size());
  CHECK(metadata->last_sequence_number == static_cast<std::int64_t>(metadata->snapshots.size()));
  CHECK(t.uris().size() == static_cast<std::size_t>(rows));
  CHECK(metadata->current_snapshot()->summary_value("total-records") == std::to_string(rows));
}

TEST_CASE("many appends merge their manifests") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  REQUIRE(t.change(t.format.set_properties, R"({"updates":{"commit.manifest.min-count-to-merge":"5"}})").status ==
          FLOE_OK);
  std::set<std::string> expected;
  for (int i = 0; i < 12; ++i) {
    const auto uri = t.add_file(i, 1);
    expected.insert(uri);
    REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({uri})).status == FLOE_OK);
  }
  const auto planned = t.plan();
  CHECK(planned.value.as_object().at("stats").as_object().at("manifests").as_int64() <= 5);
  const auto found = t.uris();
  CHECK(std::set<std::string>(found.begin(), found.end()) == expected);
  // Everything in storage below metadata/ is referred to by some snapshot: merged-away manifests are older snapshots'.
  const auto metadata = *parse_table_metadata(t.storage.objects.at(t.catalog.tables.begin()->second));
  CHECK(metadata->current_snapshot()->summary_value("total-data-files") == "12");
}

TEST_CASE("several tables commit in one transaction or not at all") {
  TableFixture t;
  const std::string lines = R"({"namespace":["main"],"name":"lines"})";
  REQUIRE(t.create().status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"create","columns":[{"name":"id","type":"long"},{"name":"amount","type":"long"}]})", "{}",
                  lines)
              .status == FLOE_OK);
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  REQUIRE(t.begin(R"({"mode":"append"})", &first).status == FLOE_OK);
  REQUIRE(t.begin(R"({"mode":"append"})", &second, lines).status == FLOE_OK);
  const auto a = t.add_file(0, 1);
  const auto b = t.add_file(0, 2);
  const auto requests = fmt::format(R"([{{"write":{},"files":{}}},{{"write":{},"files":{}}}])", first,
                                    TableFixture::added({a}), second, TableFixture::added({b}));
  const bool fails = GENERATE(false, true);
  const auto before = t.catalog.tables;
  if (fails) {
    t.catalog.faults.set([](std::string_view method, std::string_view) -> std::optional<Fault> {
      return method == "commit_transaction" ? std::optional(Fault{fail(ErrorCode::kPermission, "no"), false})
                                            : std::nullopt;
    });
  }
  const auto done = t.run([&](floe_call* call, floe_sink* sink) {
    return t.format.commit_all(t.tables, t.host.table(), call, requests.data(), requests.size(), sink);
  });
  if (fails) {
    CHECK(done.status == FLOE_PERMISSION);
    CHECK(t.catalog.tables == before);
    CHECK_FALSE(t.storage.objects.contains(a));
    return;
  }
  REQUIRE(done.status == FLOE_OK);
  CHECK(text_of(done.value, "atomic") == "true");
  CHECK(done.value.as_object().at("results").as_array().size() == 2);
  CHECK(t.uris() == std::vector{a});
}

namespace {

// The same table, in a store that has read nothing, whose files of that name ending are damaged.
void damage(TableFixture& from, TableFixture& to, const std::string& part, bool removes) {
  to.storage.objects = from.storage.objects;
  to.catalog.tables = from.catalog.tables;
  to.next_file = 100;
  for (const auto& uri : from.storage.names()) {
    if (uri.find(part) == std::string::npos || uri.find("/committed.txt") != std::string::npos) continue;
    if (removes) {
      to.storage.objects.erase(uri);
    } else {
      auto& byte = to.storage.objects.at(uri)[10];
      byte = static_cast<char>(byte ^ 1);
    }
  }
}

floe_status purge(TableFixture& t) {
  const std::string request = R"({"purge":true})";
  floe_call call;
  return t.format.drop(t.tables, t.host.table(), &call, kOrders.data(), kOrders.size(), request.data(), request.size());
}

}  // namespace

TEST_CASE("a table whose rows cannot be read can be replaced and dropped") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({t.add_file(5, 3)})).status == FLOE_OK);
  for (const char* part : {"/snap-", "-m0.avro", "/data/"}) {
    for (const bool removes : {true, false}) {
      INFO(part << " " << removes);
      const bool is_data = std::string_view(part) == "/data/";
      TableFixture replaced;
      damage(t, replaced, part, removes);
      if (!is_data) CHECK(replaced.plan().details.contains("floe.diagnostics"));
      const auto written = replaced.write(R"({"mode":"replace"})", TableFixture::added({replaced.add_file(9, 1)}));
      REQUIRE(written.status == FLOE_OK);
      CHECK(text_of(written.value, "removed_files") == "2");
      CHECK(text_of(written.value, "deleted_rows") == "5");
      CHECK(text_of(written.value, "total_rows") == "1");
      CHECK(replaced.uris().size() == 1);

      TableFixture dropped;
      damage(t, dropped, part, removes);
      CHECK(purge(dropped) == FLOE_OK);
      CHECK(dropped.load().status == FLOE_NOT_FOUND);
    }
  }
}

TEST_CASE("a table whose metadata cannot be read can be dropped and created again") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
  for (const bool removes : {true, false}) {
    TableFixture dropped;
    damage(t, dropped, ".metadata.json", removes);
    CHECK(dropped.load().status == FLOE_DATA);
    CHECK(purge(dropped) == FLOE_OK);
    CHECK(dropped.create({dropped.add_file(7, 1)}).status == FLOE_OK);
    CHECK(dropped.uris().size() == 1);
  }
}
