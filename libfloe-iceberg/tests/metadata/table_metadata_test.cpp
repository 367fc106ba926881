#include "metadata/table_metadata.hpp"

#include "../support/fixture.hpp"
#include "metadata/metadata_file.hpp"
#include "metadata/update.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

// In iceberg-core's key order, so that writing what was read gives the same bytes.
const std::string kV2 =
    R"({"format-version":2,"table-uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c1","location":"s3://bucket/test/location",)"
    R"("last-sequence-number":34,"last-updated-ms":1602638573590,"last-column-id":3,"current-schema-id":1,"schemas":[)"
    R"({"type":"struct","schema-id":0,"fields":[{"id":1,"name":"x","required":true,"type":"long"}]},)"
    R"({"type":"struct","schema-id":1,"identifier-field-ids":[1,2],"fields":[{"id":1,"name":"x","required":true,"type":"long"},)"
    R"({"id":2,"name":"y","required":true,"type":"long","doc":"comment"},{"id":3,"name":"z","required":true,"type":"long"}]}],)"
    R"("default-spec-id":0,"partition-specs":[{"spec-id":0,"fields":[{"name":"x","transform":"identity","source-id":1,"field-id":1000}]}],)"
    R"("last-partition-id":1000,"default-sort-order-id":3,"sort-orders":[{"order-id":3,"fields":[{"transform":"identity","source-id":2,)"
    R"("direction":"asc","null-order":"nulls-first"},{"transform":"bucket[4]","source-id":3,"direction":"desc","null-order":"nulls-last"}]}],)"
    R"("properties":{"read.split.target.size":"134217728"},"current-snapshot-id":3055729675574597004,)"
    R"("refs":{"audit":{"snapshot-id":3051729675574597004,"type":"tag","max-ref-age-ms":10000000},)"
    R"("main":{"snapshot-id":3055729675574597004,"type":"branch"}},"snapshots":[{"snapshot-id":3051729675574597004,)"
    R"("timestamp-ms":1515100955770,"summary":{"operation":"append"},"manifest-list":"s3://a/b/1.avro"},)"
    R"({"sequence-number":1,"snapshot-id":3055729675574597004,"parent-snapshot-id":3051729675574597004,)"
    R"("timestamp-ms":1555100955770,"summary":{"operation":"append"},"manifest-list":"s3://a/b/2.avro","schema-id":1}],)"
    R"("statistics":[{"snapshot-id":3055729675574597004,"statistics-path":"s3://a/b/stats.puffin"}],"partition-statistics":[],)"
    R"("snapshot-log":[{"timestamp-ms":1515100955770,"snapshot-id":3051729675574597004},)"
    R"({"timestamp-ms":1555100955770,"snapshot-id":3055729675574597004}],"metadata-log":[{"timestamp-ms":1515100955770,"metadata-file":"s3://a/0.json"}]})";

const std::string kV1 =
    R"({"format-version":1,"location":"s3://bucket/v1/","last-updated-ms":1602638573874,"last-column-id":3,)"
    R"("schema":{"type":"struct","fields":[{"id":1,"name":"x","required":true,"type":"long"},{"id":3,"name":"z","required":false,"type":"date"}]},)"
    R"("partition-spec":[{"name":"x_bucket","transform":"bucket[8]","source-id":1},{"name":"z","transform":"identity","source-id":3}],)"
    R"("properties":{},"current-snapshot-id":-1,"snapshots":[]})";

TableMetadataPtr v2() { return take(parse_table_metadata(kV2)); }

// `kV2` with one text replaced.
std::string with(const std::string& from, const std::string& to) {
  auto text = kV2;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

SnapshotPtr snapshot(std::int64_t id, std::int64_t sequence, std::optional<std::int64_t> parent,
                     std::int64_t at = 2'000'000'000'000) {
  Snapshot made;
  made.snapshot_id = id;
  made.sequence_number = sequence;
  made.parent_snapshot_id = parent;
  made.timestamp_ms = at;
  made.operation = "append";
  made.manifest_list = "s3://a/list.avro";
  return make_snapshot(std::move(made));
}

}  // namespace

TEST_CASE("metadata of version 2 is written as it was read, byte for byte") {
  const auto metadata = v2();
  CHECK(take(write_table_metadata(*metadata)) == kV2);
  CHECK(metadata->current_schema().column_name(2) == "y");
  CHECK(metadata->ancestors(3055729675574597004).size() == 2);
  CHECK(metadata->is_ancestor(3051729675574597004, 3055729675574597004));
  CHECK_FALSE(metadata->is_ancestor(3055729675574597004, 3051729675574597004));
  CHECK(metadata->ref_snapshot("audit")->snapshot_id == 3051729675574597004);
  CHECK(metadata->ref_snapshot("nothing") == nullptr);
}

TEST_CASE("what version 1 lacks is made up") {
  const auto metadata = take(parse_table_metadata(kV1));
  CHECK(metadata->location == "s3://bucket/v1");
  CHECK(metadata->table_uuid.empty());
  CHECK(metadata->current_schema_id == 0);
  CHECK(metadata->default_spec().fields.at(1).field_id == 1001);
  CHECK(metadata->last_partition_id == 1001);
  CHECK_FALSE(metadata->default_sort_order().is_sorted());
  CHECK_FALSE(metadata->current_snapshot_id.has_value());
  CHECK(metadata->refs.empty());
  const auto refused = check_writable_version(*metadata, "a.b");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message ==
        "table `a.b` has format version 1, which is read but not written; set the property `format-version` to 2");
}

TEST_CASE("broken metadata says what is wrong") {
  struct Case {
    std::string text;
    ErrorCode code;
    std::string message;
  };

  const auto test = GENERATE(
      Case{"[]", ErrorCode::kData, ""}, Case{"{", ErrorCode::kData, ""},
      Case{with(R"("format-version":2)", R"("format-version":4)"), ErrorCode::kUnsupported,
           "format version 4 is not supported; versions 1 to 3 are read"},
      Case{with(R"("current-schema-id":1)", R"("current-schema-id":7)"), ErrorCode::kData,
           "`current-schema-id` 7 is no schema of the table"},
      Case{with(R"("default-spec-id":0)", R"("default-spec-id":5)"), ErrorCode::kData,
           "`default-spec-id` 5 is no partition spec of the table"},
      Case{with(R"("default-sort-order-id":3)", R"("default-sort-order-id":9)"), ErrorCode::kData,
           "`default-sort-order-id` 9 is no sort order of the table"},
      Case{with(R"("current-snapshot-id":3055729675574597004)", R"("current-snapshot-id":5)"), ErrorCode::kData,
           "`current-snapshot-id` 5 is no snapshot of the table"},
      Case{with(R"("type":"tag")", R"("type":"twig")"), ErrorCode::kData, "a ref is a `branch` or a `tag`, not `twig`"},
      Case{with(R"("last-column-id":3)", R"("last-column-id":30000000000)"), ErrorCode::kData,
           "`last-column-id` is out of range"});
  const auto parsed = parse_table_metadata(test.text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == test.code);
  if (!test.message.empty()) CHECK(parsed.error().message == test.message);
}

TEST_CASE("version 3 is read and never written") {
  const auto metadata = take(parse_table_metadata(with(R"("format-version":2)", R"("format-version":3)")));
  CHECK(metadata->snapshots.size() == 2);
  CHECK(write_table_metadata(*metadata).error().code == ErrorCode::kUnsupported);
  CHECK(check_writable_version(*metadata, "t").error().code == ErrorCode::kUnsupported);
}

TEST_CASE("updates make a new table") {
  const auto schema = take(Schema::make({{1, "id", true, Type(TypeId::kLong), {}, {}, {}}}));
  const std::vector<TableUpdate> updates{update::AssignUuid{"u"},
                                         update::UpgradeFormatVersion{2},
                                         update::AddSchema{schema},
                                         update::SetCurrentSchema{},
                                         update::AddSpec{},
                                         update::SetDefaultSpec{},
                                         update::AddSortOrder{},
                                         update::SetDefaultSortOrder{},
                                         update::SetLocation{"file:///t/"}};
  const auto metadata = take(apply_updates(nullptr, updates, {1000, ""}));
  CHECK(
      take(write_table_metadata(*metadata)) ==
      R"({"format-version":2,"table-uuid":"u","location":"file:///t","last-sequence-number":0,"last-updated-ms":1000,)"
      R"("last-column-id":1,"current-schema-id":0,"schemas":[{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","required":true,"type":"long"}]}],)"
      R"("default-spec-id":0,"partition-specs":[{"spec-id":0,"fields":[]}],"last-partition-id":999,"default-sort-order-id":0,)"
      R"("sort-orders":[{"order-id":0,"fields":[]}],"properties":{},"current-snapshot-id":-1,"refs":{},"snapshots":[],)"
      R"("statistics":[],"partition-statistics":[],"snapshot-log":[],"metadata-log":[]})");
}

TEST_CASE("a schema, spec or order that was there before keeps its id") {
  const auto base = v2();
  const auto old = *base->schema(0);
  SortOrder order = base->default_sort_order();
  order.order_id = 1;
  const auto next = take(apply_updates(base.get(),
                                       {update::AddSchema{old.with_schema_id(9)}, update::SetCurrentSchema{},
                                        update::AddSpec{base->default_spec()}, update::SetDefaultSpec{}},
                                       {1, ""}));
  CHECK(next->current_schema_id == 0);
  CHECK(next->schemas.size() == 2);
  CHECK(next->default_spec_id == 0);
  CHECK(next->specs.size() == 1);
  const auto sorted =
      take(apply_updates(base.get(), {update::AddSortOrder{order}, update::SetDefaultSortOrder{}}, {1, ""}));
  CHECK(sorted->default_sort_order_id == 3);
}

TEST_CASE("the metadata log keeps what was current and is capped") {
  auto current = v2();
  for (int i = 0; i < 5; ++i) {
    current =
        take(apply_updates(current.get(), {update::SetProperties{{{"write.metadata.previous-versions-max", "3"}}}},
                           {2'000'000'000'000 + i, "s3://a/" + std::to_string(i) + ".json"}));
  }
  std::vector<std::string> files;
  for (const auto& entry : current->metadata_log)
    files.push_back(entry.metadata_file);
  CHECK(files == std::vector<std::string>{"s3://a/2.json", "s3://a/3.json", "s3://a/4.json"});
  CHECK(current->metadata_log.back().timestamp_ms == 2'000'000'000'003);
}

TEST_CASE("only the last snapshot of one change enters the snapshot log") {
  const auto base = v2();
  const auto next = take(apply_updates(
      base.get(),
      {update::AddSnapshot{snapshot(1, 35, 3055729675574597004)}, update::SetSnapshotRef{"main", {1, true, {}, {}, {}}},
       update::AddSnapshot{snapshot(2, 36, 1)}, update::SetSnapshotRef{"main", {2, true, {}, {}, {}}}},
      {1, ""}));
  CHECK(next->snapshot_log.size() == 3);
  CHECK(next->snapshot_log.back() == SnapshotLogEntry{2'000'000'000'000, 2});
  CHECK(next->last_sequence_number == 36);
  CHECK(next->current_snapshot_id == 2);
  // Sequence numbers only rise.
  const auto stale = apply_updates(base.get(), {update::AddSnapshot{snapshot(1, 34, 3055729675574597004)}}, {1, ""});
  CHECK(stale.error().code == ErrorCode::kInvalidState);
}

TEST_CASE("expired snapshots take the log before them along") {
  const auto base = v2();
  const auto held = apply_updates(base.get(), {update::RemoveSnapshots{{3051729675574597004}}}, {1, ""});
  CHECK(held.error().message == "snapshot 3051729675574597004 is held by ref `audit`");
  const auto next = take(apply_updates(
      base.get(), {update::RemoveSnapshotRef{"audit"}, update::RemoveSnapshots{{3051729675574597004}}}, {1, ""}));
  CHECK(next->snapshot_log == std::vector<SnapshotLogEntry>{{1555100955770, 3055729675574597004}});
  CHECK(next->statistics.size() == 1);
}

TEST_CASE("requirements ask for what an update builds on, and no more") {
  const auto base = v2();
  const std::vector<TableUpdate> append{update::AddSnapshot{snapshot(1, 35, {})},
                                        update::SetSnapshotRef{"main", {1, true, {}, {}, {}}},
                                        update::SetSnapshotRef{"new", {1, true, {}, {}, {}}}};
  CHECK(requirements_to_json(requirements_for(base.get(), append)) ==
        R"([{"type":"assert-table-uuid","uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c1"},)"
        R"({"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":3055729675574597004},)"
        R"({"type":"assert-ref-snapshot-id","ref":"new","snapshot-id":null}])");
  CHECK(requirements_to_json(requirements_for(nullptr, append)) == R"([{"type":"assert-create"}])");
  const std::vector<TableUpdate> schema{update::AddSchema{base->current_schema()}, update::SetCurrentSchema{},
                                        update::AddSpec{}, update::SetDefaultSpec{}, update::SetDefaultSortOrder{0}};
  const auto wanted = requirements_for(base.get(), schema);
  CHECK(wanted.size() == 6);
  CHECK(check_requirements(base.get(), wanted).has_value());
  const auto moved = take(apply_updates(base.get(), {update::SetCurrentSchema{0}}, {1, ""}));
  CHECK(check_requirements(moved.get(), wanted).error().code == ErrorCode::kConflict);
  CHECK(check_requirements(nullptr, wanted).error().code == ErrorCode::kNotFound);
  CHECK(check_requirements(base.get(), requirements_for(nullptr, {})).error().code == ErrorCode::kAlreadyExists);
}

TEST_CASE("updates are REST JSON") {
  CHECK(
      updates_to_json({update::AddSnapshot{snapshot(5, 1, {}, 7)},
                       update::SetSnapshotRef{"main", {5, true, {}, {}, {}}}, update::SetProperties{{{"a", "1"}}},
                       update::RemoveProperties{{"b"}}, update::SetCurrentSchema{}}) ==
      R"([{"action":"add-snapshot","snapshot":{"sequence-number":1,"snapshot-id":5,"timestamp-ms":7,"summary":{"operation":"append"},"manifest-list":"s3://a/list.avro"}},)"
      R"({"action":"set-snapshot-ref","ref-name":"main","snapshot-id":5,"type":"branch"},)"
      R"({"action":"set-properties","updates":{"a":"1"}},{"action":"remove-properties","removals":["b"]},{"action":"set-current-schema","schema-id":-1}])");
}

TEST_CASE("metadata files are numbered, named by their content, and compressed when the table wants it") {
  const auto encoded = [](const std::string& previous, const Properties& properties = {}) {
    return take(encode_metadata("{}", metadata_file_options("s3://t", properties), previous));
  };
  const auto file = encoded("s3://x/00041-abc.metadata.json");
  CHECK(file.location.starts_with("s3://t/metadata/00042-f10e"));
  CHECK(file.location.ends_with(".metadata.json"));
  CHECK(file.bytes == "{}");
  CHECK(check_content(file.location, "{}").has_value());
  CHECK(check_content(file.location, "{ }").error().to_string() ==
        "the file `" + file.location + "` is damaged: its content does not match the digest in its name");
  CHECK(encoded("").location.find("/00000-") != std::string::npos);
  CHECK(encoded("s3://x/v7.gz.metadata.json").location.find("/00008-") != std::string::npos);
  const auto compressed =
      encoded("", {{"write.metadata.compression-codec", "gzip"}, {"write.metadata.path", "s3://other/"}});
  CHECK(compressed.location.starts_with("s3://other/00000-"));
  CHECK(compressed.location.ends_with(".gz.metadata.json"));
  CHECK(compressed.bytes.substr(0, 2) == "\x1f\x8b");
  CHECK(check_content(compressed.location, compressed.bytes).has_value());
  CHECK(take(decode_metadata(compressed.bytes)) == "{}");
  CHECK(take(decode_metadata("{}")) == "{}");
  CHECK(gunzip("\x1f\x8b broken").error().code == ErrorCode::kData);
}
