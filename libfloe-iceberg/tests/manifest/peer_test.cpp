// fastavro and PyIceberg read what floe writes. Skipped, with a warning, where the peers' environment is not built.
#include "manifest/manifest_list.hpp"
#include "manifest/sample_manifest.hpp"

#include "base/io/process.hpp"
#include "base/text/text.hpp"

#include <fstream>
#include <sys/stat.h>

using namespace floe;
using namespace floe::iceberg;
using testing::sample_file;
using testing::take;

namespace {

std::string peer_python() {
  io::ProcessRequest request;
  request.command = {std::string(FLOE_SOURCE_DIR) + "/tools/peers.sh", "--python", "iceberg"};
  const Result<io::ProcessResult> result = io::run_process(request);
  if (!result.has_value() || result->exit_code != 0) return "";
  const std::string path(text::trim(result->standard_output));
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 ? path : "";
}

// The lines a peer prints; every one is a JSON object.
std::vector<json::object> read_with(const std::string& python, const char* peer, const std::string& file) {
  io::ProcessRequest request;
  request.command = {python, std::string(FLOE_SOURCE_DIR) + "/tests/peers/iceberg/read_formats.py", peer, file};
  const io::ProcessResult result = take(io::run_process(request));
  CAPTURE(result.standard_error);
  REQUIRE(result.exit_code == 0);
  std::vector<json::object> documents;
  for (const std::string_view line : text::split(result.standard_output, '\n')) {
    if (!line.empty()) documents.push_back(take(parse_json_object(line)));
  }
  return documents;
}

std::string write_file(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(FLOE_BUILD_DIR) + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

WrittenManifest sample_manifest(const char* spec_name, std::int64_t count) {
  ManifestWriteOptions options;
  options.schema = testing::sample_schema();
  options.spec = testing::sample_spec(spec_name);
  options.snapshot_id = 42;
  const Type partition = take(partition_type(options.spec, options.schema));
  ManifestWriter writer = take(ManifestWriter::make(options));
  for (std::int64_t i = 0; i < count; ++i) {
    ManifestEntry entry;
    entry.snapshot_id = 7;
    entry.sequence_number = i;
    entry.file_sequence_number = i;
    entry.data_file = sample_file(partition, i);
    if (i % 3 == 0) FLOE_REQUIRE_OK(writer.add_added(entry.data_file));
    if (i % 3 == 1) FLOE_REQUIRE_OK(writer.add_existing(entry));
    if (i % 3 == 2) FLOE_REQUIRE_OK(writer.add_deleted(entry));
  }
  return take(writer.finish());
}

}  // namespace

TEST_CASE("fastavro and PyIceberg read floe's manifests") {
  const std::string python = peer_python();
  if (python.empty()) {
    WARN("skipped: run tools/peers.sh iceberg first");
    return;
  }
  for (const char* spec_name : {"unpartitioned", "transforms", "identity_all", "repeated"}) {
    CAPTURE(spec_name);
    const WrittenManifest written = sample_manifest(spec_name, 60);
    const std::string path = write_file(std::string("floe_manifest_") + spec_name + ".avro", written.bytes);
    ManifestFile listed = written.file;
    listed.sequence_number = 9;
    ManifestReadOptions options;
    options.manifest = &listed;
    const auto entries = take(read_manifest(written.bytes, options));
    const auto raw = read_with(python, "fastavro", path);
    REQUIRE(raw.size() == entries.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const json::object& file = raw[i].at("data_file").as_object();
      CHECK(raw[i].at("status").as_int64() == static_cast<std::int64_t>(entries[i].status));
      CHECK(testing::text_member(file, "file_path") == entries[i].data_file.file_path);
      CHECK(file.at("column_sizes").as_array().size() == 15);
      CHECK(file.at("partition").as_object().size() == entries[i].data_file.partition.size());
    }
    // PyIceberg 0.12 does not resolve the name of an Avro type defined before (Java's manifests have such names too).
    if (std::string_view(spec_name) == "repeated") continue;
    const auto read = read_with(python, "pyiceberg", path);
    REQUIRE(read.size() == entries.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      const ManifestEntry& entry = entries[i];
      CHECK(read[i].at("snapshot").as_int64() == *entry.snapshot_id);
      CHECK(read[i].at("sequence").as_int64() == *entry.sequence_number);
      CHECK(read[i].at("file_sequence").as_int64() == *entry.file_sequence_number);
      CHECK(read[i].at("rows").as_int64() == entry.data_file.record_count);
      CHECK(testing::text_member(read[i], "path") == entry.data_file.file_path);
      for (const auto& item : entry.data_file.column_sizes.items()) {
        CHECK(read[i].at("column_sizes").as_object().at(std::to_string(item.id)).as_int64() == item.value);
      }
      for (const auto& item : entry.data_file.lower_bounds.items()) {
        CHECK(testing::text_member(read[i].at("lower").as_object(), std::to_string(item.id).c_str()) ==
              text::to_hex(entry.data_file.lower_bounds.bytes(item)));
      }
    }
  }
}

TEST_CASE("fastavro and PyIceberg read floe's manifest lists") {
  const std::string python = peer_python();
  if (python.empty()) {
    WARN("skipped: run tools/peers.sh iceberg first");
    return;
  }
  std::vector<ManifestFile> manifests;
  for (const char* spec_name : {"unpartitioned", "transforms", "identity_all"}) {
    manifests.push_back(sample_manifest(spec_name, 10).file);
    manifests.back().manifest_path = std::string("file:///w/metadata/") + spec_name + ".avro";
    manifests.back().added_snapshot_id = 42;
  }
  ManifestListWriteOptions options;
  options.snapshot_id = 42;
  options.sequence_number = 9;
  const std::string path = write_file("floe_list.avro", take(write_manifest_list(options, manifests)));
  CHECK(read_with(python, "fastavro", path).size() == 3);
  const auto read = read_with(python, "pyiceberg", path);
  REQUIRE(read.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(testing::text_member(read[i], "path") == manifests[i].manifest_path);
    CHECK(read[i].at("sequence").as_int64() == 9);
    CHECK(read[i].at("min").as_int64() == 1);
    CHECK(read[i].at("added").as_int64() == 4);
    CHECK(read[i].at("rows").as_int64() == 180);
    REQUIRE(read[i].at("partitions").as_array().size() == manifests[i].partitions->size());
    for (std::size_t j = 0; j < manifests[i].partitions->size(); ++j) {
      const PartitionFieldSummary& summary = (*manifests[i].partitions)[j];
      const json::array& partition = read[i].at("partitions").as_array()[j].as_array();
      CHECK(partition[0].as_bool() == summary.contains_null);
      CHECK(partition[1].as_bool() == *summary.contains_nan);
      CHECK(to_json(partition[2]) == (summary.lower_bound ? "\"" + text::to_hex(*summary.lower_bound) + "\"" : "null"));
      CHECK(to_json(partition[3]) == (summary.upper_bound ? "\"" + text::to_hex(*summary.upper_bound) + "\"" : "null"));
    }
  }
}
