// Decodes one manifest of many entries, as planning does, and prints entries and raw bytes per second:
//   manifest_decode [ENTRIES=20000] [COLUMNS=12] [ROUNDS=7]
// deflate, zstd and uncompressed; with statistics and without. Processor time; the best round counts.
#include "manifest/manifest_reader.hpp"
#include "manifest/manifest_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

using namespace floe::iceberg;  // NOLINT: a benchmark is one file about one thing

template <class T>
T take(floe::Result<T> result) {
  if (result.has_value()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
  std::exit(1);
}

WrittenManifest make_manifest(std::int64_t entries, std::int32_t columns, AvroCodec codec) {
  ManifestWriteOptions options;
  std::vector<Field> fields;
  for (std::int32_t id = 1; id <= columns; ++id) {
    fields.push_back(Field{id, "column_" + std::to_string(id), false, id % 3 == 0 ? TypeId::kString : TypeId::kLong});
  }
  options.schema = take(Schema::make(std::move(fields)));
  options.spec.fields = {PartitionField{1, 1000, "bucket", take(floe::transform::parse("bucket[16]")), {}}};
  options.codec = codec;
  ManifestWriter writer = take(ManifestWriter::make(options));
  std::uint64_t state = 42;
  const auto random = [&state] { return state = state * 6364136223846793005U + 1442695040888963407U; };
  for (std::int64_t i = 0; i < entries; ++i) {
    DataFile file;
    char name[80];
    std::snprintf(name, sizeof(name), "%08x-%04x-%08x", static_cast<unsigned>(random() >> 33),
                  static_cast<unsigned>(random() >> 48), static_cast<unsigned>(random() >> 33));
    file.file_path = std::string("s3://bucket/warehouse/db/table/data/00000-0-") + name + ".parquet";
    file.partition = {Literal::integer(static_cast<std::int32_t>(i % 16))};
    file.record_count = static_cast<std::int64_t>(random() >> 44);
    file.file_size_in_bytes = static_cast<std::int64_t>(random() >> 36);
    for (std::int32_t id = 1; id <= columns; ++id) {
      file.column_sizes.add(id, static_cast<std::int64_t>(random() >> 42));
      file.value_counts.add(id, file.record_count);
      file.null_value_counts.add(id, static_cast<std::int64_t>(random() >> 54));
      std::string bound(id % 3 == 0 ? 16 : 8, '\0');
      for (char& byte : bound)
        byte = static_cast<char>(random() >> (id % 3 == 0 ? 59 : 57));
      file.lower_bounds.add(id, bound);
      file.upper_bounds.add(id, bound);
    }
    file.split_offsets = {4};
    if (!writer.add_added(file).has_value()) std::exit(1);
  }
  return take(writer.finish());
}

double best_seconds(const std::string& bytes, std::int64_t entries, bool skip_statistics, int rounds) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const std::clock_t start = std::clock();  // processor time: others may be using the machine
    ManifestReadOptions options;
    options.skip_statistics = skip_statistics;
    ManifestReader reader = take(ManifestReader::open(bytes, options));
    ManifestEntry entry;
    std::int64_t count = 0;
    while (take(reader.next(&entry)))
      ++count;
    if (count != entries) std::exit(1);
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t entries = argc > 1 ? std::atoll(argv[1]) : 20'000;
  const std::int32_t columns = argc > 2 ? std::atoi(argv[2]) : 12;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 7;
  const double raw = static_cast<double>(make_manifest(entries, columns, AvroCodec::kNull).bytes.size());
  std::printf("%lld entries, %d columns, %.0f raw bytes per entry\n", static_cast<long long>(entries), columns,
              raw / static_cast<double>(entries));
  const std::pair<const char*, AvroCodec> codecs[] = {
      {"none", AvroCodec::kNull}, {"deflate", AvroCodec::kDeflate}, {"zstd", AvroCodec::kZstd}};
  for (const auto& [name, codec] : codecs) {
    const std::string bytes = make_manifest(entries, columns, codec).bytes;
    for (const bool skip : {false, true}) {
      const double seconds = best_seconds(bytes, entries, skip, rounds);
      std::printf("%-8s %-16s %7.2f us/entry %9.0f entries/s %6.0f MB/s raw  (file %.1f MB)\n", name,
                  skip ? "no statistics" : "all", seconds * 1e6 / static_cast<double>(entries),
                  static_cast<double>(entries) / seconds, raw / seconds / 1e6, static_cast<double>(bytes.size()) / 1e6);
    }
  }
  return 0;
}
