// libFuzzer: any bytes as a manifest and as a manifest list. What is read once reads the same again after rewriting.
// links: iceberg
#include "avro/container.hpp"
#include "manifest/manifest_list.hpp"
#include "manifest/manifest_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace floe::iceberg;  // NOLINT: a fuzz target is one file about one thing

// Small, so that a bomb is found by its limit and not by the clock.
constexpr std::size_t kMaxBlockBytes = std::size_t{1} << 20;

void require(bool condition) {
  if (!condition) std::abort();
}

bool has_small_blocks(std::string_view bytes) {
  auto reader = avro::ContainerReader::open(bytes, kMaxBlockBytes);
  if (!reader.has_value()) return false;
  for (;;) {
    auto block = reader->next_block();
    if (!block.has_value()) return false;
    if (!*block) return true;
  }
}

void check_list(std::string_view bytes) {
  const auto manifests = read_manifest_list(bytes);
  if (!manifests.has_value()) return;
  ManifestListWriteOptions options;
  const auto rewritten = write_manifest_list(options, *manifests);
  if (!rewritten.has_value()) return;  // counts are missing, or a number is unassigned
  const auto again = read_manifest_list(*rewritten);
  require(again.has_value() && again->size() == manifests->size());
  for (std::size_t i = 0; i < manifests->size(); ++i) {
    ManifestFile expected = (*manifests)[i];
    if (expected.sequence_number == kUnassignedSequenceNumber) expected.sequence_number = 0;
    if (expected.min_sequence_number == kUnassignedSequenceNumber) expected.min_sequence_number = 0;
    expected.first_row_id.reset();  // version 3
    require((*again)[i] == expected);
  }
}

void check_manifest(std::string_view bytes) {
  ManifestReadOptions options;
  const auto entries = read_manifest(bytes, options);
  if (!entries.has_value()) return;
  options.skip_statistics = true;
  const auto without = read_manifest(bytes, options);
  require(without.has_value() && without->size() == entries->size());
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const DataFile& file = (*entries)[i].data_file;
    require((*without)[i].data_file.file_path == file.file_path);
    require((*without)[i].data_file.partition == file.partition);
    for (const auto& item : file.lower_bounds.items())
      require(file.lower_bounds.find(item.id).has_value());
    for (const auto& item : file.column_sizes.items())
      require(file.column_sizes.find(item.id) == item.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!has_small_blocks(bytes)) return 0;
  check_manifest(bytes);
  check_list(bytes);
  return 0;
}
