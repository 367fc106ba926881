// The Avro schema and header of manifests are, as JSON, those of Java's iceberg-core.
#include "avro/container.hpp"
#include "manifest/manifest_list.hpp"
#include "manifest/manifest_writer.hpp"
#include "support/fixture.hpp"

#include <algorithm>
#include <map>

using namespace floe;
using namespace floe::iceberg;
using testing::take;

namespace {

PartitionSpec java_spec(const json::object& golden) {
  const auto spec_id = static_cast<std::int32_t>(std::stoi(testing::text_member(golden, "partition-spec-id")));
  return take(partition_spec_from_fields_json(golden.at("partition-spec").as_array(), spec_id));
}

std::string written_manifest(const json::object& golden, ManifestContent content = ManifestContent::kData) {
  ManifestWriteOptions options;
  options.schema = take(Schema::from_json(golden.at("schema").as_object()));
  options.spec = java_spec(golden);
  options.content = content;
  ManifestWriter writer = take(ManifestWriter::make(options));
  return take(writer.finish()).bytes;
}

}  // namespace

TEST_CASE("manifest headers equal Java's") {
  for (const char* name : {"unpartitioned", "identity_all", "transforms", "repeated"}) {
    CAPTURE(name);
    const json::object golden = testing::read_json_fixture(std::string("java/manifest_v2_") + name + ".json");
    const std::string bytes = written_manifest(golden);
    const avro::ContainerReader reader = take(avro::ContainerReader::open(bytes));
    for (const auto& [key, value] : golden) {
      CAPTURE(std::string(key));
      const std::string* written = reader.find(std::string(key));
      REQUIRE(written != nullptr);
      if (value.is_string()) {
        CHECK(*written == std::string(to_view(value.as_string())));
      } else {
        CHECK(testing::canonical(*written) == to_canonical_json(value));
      }
    }
    CHECK(*reader.find("schema-id") == "7");  // the spec demands it; Java leaves it out
  }
}

TEST_CASE("field order in the Avro schema is Java's, not only its set") {
  const json::object golden = testing::read_json_fixture("java/manifest_v2_identity_all.json");
  const std::string bytes = written_manifest(golden);
  const avro::ContainerReader reader = take(avro::ContainerReader::open(bytes));
  const avro::NodePtr java = take(avro::parse_schema(to_json(golden.at("avro.schema"))));
  const auto names = [](const avro::Node& record) {
    std::vector<std::string> found;
    for (const avro::RecordField& field : record.fields)
      found.push_back(field.name);
    return found;
  };
  CHECK(names(*reader.schema()) == names(*java));
  CHECK(names(*reader.schema()->fields[4].type) == names(*java->fields[4].type));
}

TEST_CASE("manifests of deletes say so") {
  const json::object golden = testing::read_json_fixture("java/manifest_v2_unpartitioned.json");
  const std::string bytes = written_manifest(golden, ManifestContent::kDeletes);
  CHECK(*take(avro::ContainerReader::open(bytes)).find("content") == "deletes");
}

TEST_CASE("manifest list headers equal Java's") {
  const json::object golden = testing::read_json_fixture("java/manifest_list_v2.json");
  ManifestListWriteOptions options;
  options.snapshot_id = 42;
  options.parent_snapshot_id = 41;
  options.sequence_number = 6;
  const std::string bytes = take(write_manifest_list(options, {}));
  const avro::ContainerReader reader = take(avro::ContainerReader::open(bytes));
  for (const auto& [key, value] : golden) {
    CAPTURE(std::string(key));
    const std::string* written = reader.find(std::string(key));
    REQUIRE(written != nullptr);
    CHECK(testing::canonical(value.is_string() ? "\"" + *written + "\"" : *written) == to_canonical_json(value));
  }
  CHECK(reader.metadata().size() == golden.size());
  options.parent_snapshot_id.reset();
  const std::string first = take(write_manifest_list(options, {}));
  CHECK(*take(avro::ContainerReader::open(first)).find("parent-snapshot-id") == "null");
}
