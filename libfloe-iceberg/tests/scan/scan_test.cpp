// Reading: time travel, refs, pruning statistics, delete files, metadata tables, branches.
#include "../support/table_fixture.hpp"
#include "manifest/manifest_list.hpp"
#include "manifest/manifest_writer.hpp"

#include "base/arrow/reader.hpp"
#include "base/json/json.hpp"

#include <functional>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

// The table's current metadata as JSON, changed and put in its place, as another engine would.
void edit_metadata(TableFixture& t, const std::function<void(json::object&)>& edit) {
  auto& location = t.catalog.tables.begin()->second;
  auto metadata = *parse_json_object(t.storage.objects.at(location));
  edit(metadata);
  location = "file:///w/main/orders/metadata/edited-" + std::to_string(t.next_file++) + ".metadata.json";
  t.storage.put(location, to_json(metadata));
}

}  // namespace

TEST_CASE("a table is read as it was: by snapshot, time, tag and branch") {
  TableFixture t;
  const auto a = t.add_file(0, 1);
  const auto first = t.create({a});
  const auto first_id = text_of(first.value, "snapshot_id");
  REQUIRE(
      t.change(t.format.set_ref, fmt::format(R"({{"name":"v1","type":"tag","snapshot_id":"{}"}})", first_id)).status ==
      FLOE_OK);
  REQUIRE(t.change(t.format.create_branch, R"({"name":"audit","snapshot_id":null})").status == FLOE_OK);
  const auto b = t.add_file(1, 1);
  REQUIRE(t.write(R"({"mode":"append","branch":"audit"})", TableFixture::added({b})).status == FLOE_OK);
  CHECK(t.uris() == std::vector{a});
  CHECK(t.uris(R"({"ref":"audit"})") == std::vector{b, a});
  CHECK(t.uris(R"({"ref":"v1"})") == std::vector{a});
  CHECK(t.uris(fmt::format(R"({{"snapshot_id":"{}"}})", first_id)) == std::vector{a});
  CHECK(t.plan(R"({"snapshot_id":"12345"})").status == FLOE_NOT_FOUND);
  CHECK(t.plan(R"({"ref":"nothing"})").message == "table `main.orders` has no branch or tag `nothing`");
  CHECK(t.load(kOrders, R"({"timestamp_ms":1})").message ==
        "table `main.orders` had no snapshot at 1970-01-01T00:00:00.001Z");
  CHECK(text_of(t.load(kOrders, R"({"timestamp_ms":9999999999999})").value, "snapshot_id") == first_id);
  // Publishing moves main to the branch; a branch that lags cannot take main along.
  REQUIRE(t.change(t.format.set_ref, R"({"name":"main","fast_forward_to":"audit"})").status == FLOE_OK);
  CHECK(t.uris() == std::vector{b, a});
  CHECK(t.change(t.format.set_ref, R"({"name":"main","fast_forward_to":"v1"})").status == FLOE_CONFLICT);
  REQUIRE(t.change(t.format.set_ref, R"({"name":"v1","snapshot_id":null})").status == FLOE_OK);
  CHECK_FALSE(t.load().value.as_object().at("refs").as_object().contains("v1"));
  CHECK(t.write(R"({"mode":"append","branch":"nothing/yet"})", TableFixture::added({t.add_file(5, 1)})).status ==
        FLOE_OK);
}

TEST_CASE("columns added on a branch stay off main until it is published") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 1)}).status == FLOE_OK);
  REQUIRE(t.change(t.format.create_branch, R"({"name":"audit"})").status == FLOE_OK);
  const auto c = t.add_file(1, 1);
  REQUIRE(
      t.write(
           R"({"mode":"append","branch":"audit","on_schema_change":"append_new_columns","columns":[{"name":"id","type":"long"},{"name":"extra","type":"string"}]})",
           TableFixture::added({c}))
          .status == FLOE_OK);
  CHECK(t.load().value.as_object().at("columns").as_array().size() == 2);
  CHECK(t.load(kOrders, R"({"ref":"audit"})").value.as_object().at("columns").as_array().size() == 3);
  REQUIRE(t.change(t.format.set_ref, R"({"name":"main","fast_forward_to":"audit"})").status == FLOE_OK);
  CHECK(t.load().value.as_object().at("columns").as_array().size() == 3);
}

TEST_CASE("files and manifests that cannot match are skipped and counted") {
  TableFixture t;
  REQUIRE(t.create().status == FLOE_OK);
  std::vector<std::string> files;
  for (int i = 0; i < 4; ++i) {
    files.push_back(t.add_file(i * 100, 100));
    REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({files.back()})).status == FLOE_OK);
  }
  const auto planned = t.plan(R"({"filter":{"op":"eq","term":"id","value":250},"columns":["ID"]})");
  REQUIRE(planned.status == FLOE_OK);
  CHECK(to_json(planned.value.as_object().at("stats")) == R"({"manifests":4,"manifests_skipped":0,"files_skipped":3})");
  CHECK(planned.value.as_object().at("columns").as_array().size() == 1);
  CHECK(
      to_json(planned.value.as_object().at("files")) ==
      fmt::format(
          R"([{{"uri":"{}","record_count":100,"file_size_in_bytes":{},"spec_id":0,"partition":{{}},"constants":{{}},"layout":0}}])",
          files[2], t.storage.objects.at(files[2]).size()));
  CHECK(t.plan(R"({"filter":{"op":"eq","term":"nothing","value":1}})").status == FLOE_NOT_FOUND);
  CHECK(t.plan(R"({"columns":["nothing"]})").status == FLOE_NOT_FOUND);
}

TEST_CASE("a table with delete files is refused by name, never read without them") {
  TableFixture t;
  const auto data = t.add_file(0, 10);
  REQUIRE(t.create({data}).status == FLOE_OK);
  // A position delete file as another engine adds it: the current list plus a delete manifest.
  const auto location = t.catalog.tables.begin()->second;
  const auto metadata = *parse_table_metadata(t.storage.objects.at(location));
  const auto head = metadata->current_snapshot();
  auto manifests = *read_manifest_list(t.storage.objects.at(head->manifest_list));
  ManifestWriteOptions options;
  options.schema = metadata->current_schema();
  options.content = ManifestContent::kDeletes;
  options.snapshot_id = head->snapshot_id;
  auto writer = *ManifestWriter::make(options);
  DataFile deletes;
  deletes.content = FileContent::kPositionDeletes;
  deletes.file_path = "file:///w/main/orders/data/d.parquet";
  deletes.record_count = 1;
  deletes.file_size_in_bytes = 1;
  REQUIRE(writer.add_added(deletes).has_value());
  auto written = *writer.finish();
  written.file.manifest_path = "file:///w/main/orders/metadata/deletes.avro";
  t.storage.put(written.file.manifest_path, written.bytes);
  manifests.push_back(written.file);
  ManifestListWriteOptions list;
  list.snapshot_id = head->snapshot_id;
  list.sequence_number = head->sequence_number;
  const std::string changed = "file:///w/main/orders/metadata/with-deletes.avro";
  t.storage.put(changed, *write_manifest_list(list, manifests));
  edit_metadata(t, [&](json::object& edited) {
    edited.at("snapshots").as_array().back().as_object()["manifest-list"] = changed;
  });

  TableFixture fresh;  // nothing cached
  fresh.storage.objects = t.storage.objects;
  fresh.catalog.tables = t.catalog.tables;
  const auto planned = fresh.plan();
  CHECK(planned.status == FLOE_UNSUPPORTED);
  CHECK(planned.message ==
        "table `main.orders` has delete files (merge-on-read), which are not supported yet; rewrite its data files "
        "with the "
        "engine that wrote them");
  std::uint64_t handle = 0;
  CHECK(fresh.begin(R"({"mode":"overwrite_files"})", &handle).status == FLOE_UNSUPPORTED);
  // Rows added to them could not be read afterwards; replacing takes them out.
  CHECK(fresh.begin(R"({"mode":"append"})", &handle).status == FLOE_UNSUPPORTED);
  const auto replacement = fresh.add_file(0, 2);
  REQUIRE(fresh.write(R"({"mode":"replace"})", TableFixture::added({replacement})).status == FLOE_OK);
  CHECK(fresh.uris() == std::vector{replacement});
}

TEST_CASE("a data file that is not what its manifest says is refused by name") {
  TableFixture t;
  const auto file = t.add_file(0, 1);
  REQUIRE(t.create({file}).status == FLOE_OK);
  const auto size = t.storage.objects.at(file).size();
  t.storage.put(file, t.storage.objects.at(file) + "x");
  CHECK(t.plan().message ==
        fmt::format(
            "table `main.orders` cannot be read exactly: the data file `{}`: it has {} bytes, its manifest says {}",
            file, size + 1, size));
}

TEST_CASE("a file that another engine added is looked at before rows are read or added") {
  TableFixture t;
  const auto own = t.add_file(0, 1);
  REQUIRE(t.create({own}).status == FLOE_OK);
  const auto foreign = fmt::format("{}/foreign.parquet", "file:///w/main/orders/data");
  t.storage.put(foreign, parquet_stub(1, {long_column(1, "id", 5, 5), text_column(2, "amount", "a", "b")}));
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({foreign})).status == FLOE_OK);
  const auto refusal = "table `main.orders` cannot be read exactly: the data file `" + foreign +
                       "`: column `amount`: it is stored as BYTE_ARRAY (string), which is not read as long";
  CHECK(t.plan().message == refusal);
  // Where the filter leaves the file out, it is not in the way.
  CHECK(t.plan(R"({"filter":{"op":"lt","term":"id","value":5}})").status == FLOE_OK);
  // What this engine wrote it has looked at.
  std::uint64_t handle = 0;
  CHECK(t.begin(R"({"mode":"append"})", &handle).status == FLOE_OK);
  edit_metadata(t, [](json::object& metadata) {
    metadata.at("snapshots").as_array().back().as_object().at("summary").as_object()["engine-name"] = "other";
  });
  CHECK(t.begin(R"({"mode":"append"})", &handle).message == "writing to `main.orders`: " + refusal);
}

TEST_CASE("a snapshot with many files answers their number when that is asked") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 1), t.add_file(1, 1)}).status == FLOE_OK);
  const auto counted = t.plan(R"({"max_files":1})");
  CHECK(to_json(counted.value.at("file_count")) == "2");
  CHECK(counted.value.at("files").is_null());
  CHECK(counted.value.at("columns").as_array().size() == 2);
  const auto planned = t.plan(R"({"max_files":2})");
  CHECK(planned.value.at("files").as_array().size() == 2);
  CHECK(to_json(planned.value.at("layouts")) ==
        R"([{"by_name":false,"columns":[{"id":1,"name":"id","type":"long"},{"id":2,"name":"amount","type":"long"}],)"
        R"("nan_unsafe":[]}])");
}

TEST_CASE("the current snapshot is read with its own columns when that is asked") {
  TableFixture t;
  const auto created = t.create({t.add_file(0, 1)});
  REQUIRE(created.status == FLOE_OK);
  const auto id = text_of(created.value, "snapshot_id");
  REQUIRE(t.change(t.format.update_schema, R"([{"action":"rename","name":"amount","to":"total"}])").status == FLOE_OK);
  const auto names = [&](const std::string& request) {
    std::string list;
    const auto planned = t.plan(request);
    for (const auto& column : planned.value.at("columns").as_array())
      list += text_of(column, "name") + " ";
    return list;
  };
  CHECK(names(fmt::format(R"({{"snapshot_id":"{}"}})", id)) == "id total ");
  CHECK(names(fmt::format(R"({{"snapshot_id":"{}","own_schema":true}})", id)) == "id amount ");
}

TEST_CASE("an SQL type is forgotten when another writer changes its column") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 1)}).status == FLOE_OK);
  const auto sql_types = [&] {
    std::string list;
    const auto loaded = t.load();
    for (const auto& column : loaded.value.at("columns").as_array())
      list += to_json(column.at("sql_type")) + " ";
    return list;
  };
  CHECK(sql_types() == R"("BIGINT" "UINTEGER" )");
  edit_metadata(t, [](json::object& metadata) {
    metadata.at("schemas").as_array()[0].as_object().at("fields").as_array()[1].as_object()["type"] = "double";
  });
  CHECK(sql_types() == R"("BIGINT" null )");
}

TEST_CASE("a missing or broken file is an error that names it, not a missing table") {
  TableFixture t;
  const auto a = t.add_file(0, 1);
  REQUIRE(t.create({a}).status == FLOE_OK);
  const auto location = t.catalog.tables.begin()->second;
  const std::string part = GENERATE("metadata.json", "snap-", "-m0.avro");
  const bool is_missing = GENERATE(true, false);
  const auto victim = t.storage.names(part).at(0);
  TableFixture fresh;
  fresh.storage.objects = t.storage.objects;
  fresh.catalog.tables = t.catalog.tables;
  if (is_missing) {
    fresh.storage.objects.erase(victim);
  } else {
    fresh.storage.objects[victim].resize(fresh.storage.objects[victim].size() / 2);
  }
  const auto planned = fresh.plan();
  CHECK(planned.status == FLOE_DATA);
  CHECK(to_json(planned.details).find("FLOE-E0511") != std::string::npos);
  CHECK(planned.message.find(victim) != std::string::npos);
  // Never a reason to create the table anew.
  std::uint64_t handle = 0;
  const auto begun = fresh.begin(R"({"mode":"create","columns":[{"name":"id","type":"long"}]})", &handle);
  CHECK(begun.status != FLOE_OK);
}

TEST_CASE("metadata tables have a row per thing") {
  TableFixture t;
  const auto a = t.add_file(0, 3);
  REQUIRE(t.create({a}).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({t.add_file(3, 4)})).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"overwrite_files"})", TableFixture::added({}, {a})).status == FLOE_OK);
  const auto rows = [&](const std::string& name) {
    floe_call call;
    ArrowArrayStream stream{};
    const std::string at = "{}";
    REQUIRE(t.format.metadata(t.tables, t.host.table(), &call, kOrders.data(), kOrders.size(), name.data(), name.size(),
                              at.data(), at.size(), &stream) == FLOE_OK);
    const ArrowStream owner(&stream);
    std::int64_t count = 0;
    for (;;) {
      ArrowArrayOwner batch;
      REQUIRE(const_cast<ArrowStream&>(owner)->get_next(const_cast<ArrowStream&>(owner).get(), batch.get()) == 0);
      if (!batch.has_value()) return count;
      count += batch->length;
    }
  };
  CHECK(rows("snapshots") == 3);
  CHECK(rows("history") == 3);
  CHECK(rows("refs") == 1);
  CHECK(rows("files") == 1);
  CHECK(rows("entries") == 2);
  CHECK(rows("manifests") == 2);
  CHECK(rows("partitions") == 1);
  CHECK(rows("metadata_log") == 3);
  CHECK(rows("schemas") == 1);
  floe_call call;
  ArrowArrayStream stream{};
  CHECK(t.format.metadata(t.tables, t.host.table(), &call, kOrders.data(), kOrders.size(), "x", 1, "{}", 2, &stream) ==
        FLOE_NOT_FOUND);
}
