#include "avro/container.hpp"

#include "avro/runner.hpp"
#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::avro;
using testing::read_fixture;
using testing::take;

namespace {

enum Slot : std::int32_t { kId, kText, kReal, kFlag, kList };

// Collects records as JSON.
struct JsonSink {
  json::object record;
  json::object inner;

  void on_null(std::int32_t slot) {
    if (slot == kText) record["text"] = nullptr;
  }

  void on_integer(std::int32_t, std::int64_t value) { record["id"] = value; }

  void on_bytes(std::int32_t, std::string_view bytes) { record["text"] = bytes; }

  void on_float(std::int32_t, float value) { record["real"] = static_cast<double>(value); }

  void on_double(std::int32_t, double) { FAIL("no double was asked for"); }

  void on_boolean(std::int32_t, bool value) { inner["flag"] = value; }

  void on_begin_list(std::int32_t) { inner["list"] = json::array(); }

  void on_item(std::int32_t, std::int64_t value) { inner["list"].as_array().push_back(value); }

  void on_begin_record(std::int32_t) { FAIL("no list of records was asked for"); }

  void on_end_record(std::int32_t) {}

  void on_count(std::int32_t, std::int32_t, std::int64_t) { FAIL("no counts were asked for"); }

  void on_bound(std::int32_t, std::int32_t, std::string_view) { FAIL("no bounds were asked for"); }
};

// Targets in another order than the file's, one the file does not have.
std::vector<Target> odd_targets() {
  return {
      {4, "inner", Wanted::kRecord, 0, {{6, "list", Wanted::kIntegers, kList}, {5, "flag", Wanted::kBoolean, kFlag}}},
      {99, "absent", Wanted::kBytes, 9},
      {3, "real", Wanted::kAnyPrimitive, kReal},
      {2, "text", Wanted::kBytes, kText},
      {1, "id", Wanted::kInteger, kId, {}, true}};
}

Result<json::array> read_odd(std::string_view bytes) {
  ContainerReader reader = FLOE_TRY(ContainerReader::open(bytes));
  const Program program = FLOE_TRY(compile(*reader.schema(), odd_targets()));
  json::array records;
  for (;;) {
    const std::optional<Block> block = FLOE_TRY(reader.next_block());
    if (!block) return records;
    Cursor cursor(block->data);
    for (std::int64_t i = 0; i < block->record_count; ++i) {
      JsonSink sink;
      if (!Runner<JsonSink>(program, sink).run(&cursor)) return fail(ErrorCode::kData, "malformed record");
      sink.record["inner"] = sink.inner;
      records.push_back(sink.record);
    }
    if (!cursor.at_end()) return fail(ErrorCode::kData, "bytes left");
  }
}

std::string failure_of(std::string_view bytes) {
  const Result<json::array> records = read_odd(bytes);
  return records.has_value() ? "" : records.error().to_string();
}

}  // namespace

TEST_CASE("files of fastavro are read in every codec, wanted fields only") {
  const std::string expected = testing::canonical(read_fixture("avro/odd.json"));
  for (const char* codec : {"null", "deflate", "snappy", "zstandard"}) {
    CAPTURE(codec);
    const json::array records = take(read_odd(read_fixture(std::string("avro/odd_") + codec + ".avro")));
    CHECK(records.size() == 300);
    CHECK(to_canonical_json(json::value(records)) == expected);
  }
}

TEST_CASE("codecs floe does not read are named") {
  CHECK(failure_of(read_fixture("avro/odd_bzip2.avro")) ==
        "Avro codec `bzip2` is not supported: floe reads null, deflate, zstandard, snappy");
}

namespace {

constexpr std::string_view kSync = "0123456789abcdef";

// The header and the first two blocks of a fixture: a whole file, small enough to be damaged in every place.
std::string small_file(const std::string& codec) {
  const std::string whole = read_fixture("avro/odd_" + codec + ".avro");
  std::size_t end = 0;
  for (int i = 0; i < 3; ++i)
    end = whole.find(kSync, end) + kSync.size();
  return whole.substr(0, end);
}

}  // namespace

TEST_CASE("a file cut anywhere is an error, never a shorter file") {
  for (const char* codec : {"null", "deflate", "snappy", "zstandard"}) {
    CAPTURE(codec);
    const std::string file = small_file(codec);
    CHECK(failure_of(file).empty());
    CHECK_FALSE(failure_of(file + "x").empty());
    // Every byte once; the other codecs differ within their blocks only.
    const std::size_t step = std::string_view(codec) == "null" ? 1 : 13;
    for (std::size_t size = 0; size < file.size(); size += step) {
      const std::string_view cut(file.data(), size);
      // A cut at the end of a block leaves a complete file; only there may reading succeed.
      if (failure_of(cut).empty() != cut.ends_with(kSync)) FAIL_CHECK("cut at " << size);
    }
  }
}

TEST_CASE("flipped bits are found or harmless, never fatal") {
  for (const char* codec : {"null", "deflate", "snappy", "zstandard"}) {
    std::string bytes = small_file(codec);
    std::size_t tried = 0;
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 7, ++tried) {
      const char original = bytes[i];
      bytes[i] = static_cast<char>(original ^ (1 << (i % 8)));
      accepted += failure_of(bytes).empty() ? 1 : 0;
      bytes[i] = original;
    }
    CAPTURE(codec, accepted, tried);
    CHECK(accepted < tried);
    CHECK(failure_of(bytes).empty());
  }
}

TEST_CASE("what floe writes it reads back, in every codec") {
  const std::string schema = R"({"type":"record","name":"r","fields":[{"name":"id","type":"long","field-id":1},)"
                             R"({"name":"text","type":["null","string"],"field-id":2}]})";
  for (const Codec codec : {Codec::kNull, Codec::kDeflate, Codec::kZstd}) {
    ContainerWriter writer = take(ContainerWriter::make(schema, {{"key", "value"}}, codec));
    for (std::int64_t i = 0; i < 20'000; ++i) {
      write_long(writer.record_buffer(), i - 10'000);
      write_long(writer.record_buffer(), i % 2);
      if (i % 2 == 1) write_bytes(writer.record_buffer(), std::string(static_cast<std::size_t>(i % 40), 'x'));
      FLOE_REQUIRE_OK(writer.end_record());
    }
    const std::string bytes = take(writer.finish());
    ContainerReader reader = take(ContainerReader::open(bytes));
    CHECK(*reader.find("key") == "value");
    const Program program =
        take(compile(*reader.schema(), {{1, "id", Wanted::kInteger, kId}, {2, "text", Wanted::kBytes, kText}}));
    std::int64_t next = 0;
    int blocks = 0;
    while (const std::optional<Block> block = take(reader.next_block())) {
      ++blocks;
      Cursor cursor(block->data);
      for (std::int64_t i = 0; i < block->record_count; ++i, ++next) {
        JsonSink sink;
        REQUIRE(Runner<JsonSink>(program, sink).run(&cursor));
        REQUIRE(sink.record["id"].as_int64() == next - 10'000);
        REQUIRE(sink.record["text"].is_null() == (next % 2 == 0));
      }
      REQUIRE(cursor.at_end());
    }
    CHECK(next == 20'000);
    CHECK(blocks > 2);
  }
  CHECK(ContainerWriter::make(schema, {}, Codec::kSnappy).error().code == ErrorCode::kUnsupported);
}

namespace {

// A container with one block of these bytes, uncompressed.
std::string container(const std::string& schema, std::int64_t records, const std::string& block,
                      const std::string& codec = "null") {
  const std::string sync(16, 's');
  std::string bytes("Obj\1", 4);
  write_long(&bytes, 2);
  write_bytes(&bytes, "avro.schema");
  write_bytes(&bytes, schema);
  write_bytes(&bytes, "avro.codec");
  write_bytes(&bytes, codec);
  write_long(&bytes, 0);
  bytes += sync;
  write_long(&bytes, records);
  write_bytes(&bytes, block);
  return bytes + sync;
}

}  // namespace

TEST_CASE("counts that no block can hold are refused before anything is allocated") {
  const std::string schema = R"({"type":"record","name":"r","fields":[{"name":"id","type":"long","field-id":1},)"
                             R"({"name":"list","type":{"type":"array","items":"long"}}]})";
  std::string huge_array;
  write_long(&huge_array, 1);
  write_long(&huge_array, INT64_MAX);
  CHECK(failure_of(container(schema, 1, huge_array)) == "malformed record");
  std::string negative_array;
  write_long(&negative_array, 1);
  write_long(&negative_array, INT64_MIN);
  write_long(&negative_array, 1);
  CHECK(failure_of(container(schema, 1, negative_array)) == "malformed record");
  CHECK(failure_of(container(schema, INT64_MAX, "xx")) ==
        "an Avro block of 2 bytes claims 9223372036854775807 records");
  CHECK_FALSE(failure_of(container(schema, -1, "xx")).empty());
  std::string sized;  // one block of 2 items in 2 bytes, skipped by its size
  write_long(&sized, 7);
  write_long(&sized, -2);
  write_long(&sized, 2);
  write_long(&sized, 5);
  write_long(&sized, 6);
  write_long(&sized, 0);
  const json::array records = take(read_odd(container(schema, 1, sized)));
  CHECK(to_json(json::value(records)) == R"([{"id":7,"inner":{}}])");
}

TEST_CASE("decompression bombs stop at the limit") {
  const std::string schema = R"({"type":"record","name":"r","fields":[{"name":"id","type":"bytes"}]})";
  ContainerWriter writer = take(ContainerWriter::make(schema, {}, Codec::kZstd));
  write_bytes(writer.record_buffer(), std::string(3'000'000, 'x'));
  FLOE_REQUIRE_OK(writer.end_record());
  const std::string bytes = take(writer.finish());
  CHECK(bytes.size() < 2000);
  ContainerReader bounded = take(ContainerReader::open(bytes, 1'000'000));
  CHECK(bounded.next_block().error().code == ErrorCode::kExhausted);
  ContainerReader wide = take(ContainerReader::open(bytes));
  CHECK(take(wide.next_block())->data.size() == 3'000'004);
}

TEST_CASE("wrong Avro schemas say what is wrong") {
  const auto parsed = [](const std::string& text) {
    const Result<NodePtr> node = parse_schema(text);
    return node.has_value() ? std::string() : node.error().to_string();
  };
  CHECK(parsed(R"({"type":"record","name":"a","fields":[{"name":"x","type":["null","a"]}]})") ==
        "Avro type `a` contains itself");
  CHECK(parsed(R"("missing")") == "Avro type `missing` is not defined");
  CHECK(parsed(R"(["null",["int"]])") == "Avro union contains a union");
  CHECK(parsed(R"({"type":"fixed","name":"f","size":-1})") == "Avro fixed `f` of size -1");
  CHECK(parsed(R"({"type":"record","name":"a","fields":[{"name":"x","type":{"type":"fixed","name":"a","size":1}}]})") ==
        "Avro type `a` is defined twice");
  std::string deep = "\"int\"";
  for (int i = 0; i < 80; ++i)
    deep = R"({"type":"array","items":)" + deep + "}";
  CHECK(parsed(deep) == "Avro schema is nested deeper than 64 levels");
  const NodePtr empty_items = take(parse_schema(
      R"({"type":"record","name":"r","fields":[{"name":"x","type":{"type":"array","items":{"type":"record","name":"e","fields":[]}}}]})"));
  CHECK(compile(*empty_items, {}).error().code == ErrorCode::kUnsupported);
  const NodePtr text_id =
      take(parse_schema(R"({"type":"record","name":"r","fields":[{"name":"id","type":"string","field-id":1}]})"));
  CHECK(compile(*text_id, odd_targets()).error().to_string() ==
        "Avro field `id`: the type in the file is not the one Iceberg defines");
  const NodePtr nothing = take(parse_schema(R"({"type":"record","name":"r","fields":[]})"));
  CHECK(compile(*nothing, odd_targets()).error().to_string() == "Avro schema has no field `id` (id 1)");
}

namespace {

// Records r0 to rN; each after the first has as many fields as `uses`, all of the type before it.
std::string schema_of_uses(int records, int uses, const std::string& first_fields) {
  std::string fields = R"({"name":"f0","type":{"type":"record","name":"r0","fields":[)" + first_fields + "]}}";
  for (int i = 1; i < records; ++i) {
    fields += R"(,{"name":"f)" + std::to_string(i) + R"(","type":{"type":"record","name":"r)" + std::to_string(i) +
              R"(","fields":[)";
    for (int use = 0; use < uses; ++use) {
      fields += (use == 0 ? "" : ",") + (R"({"name":"u)" + std::to_string(use)) + R"(","type":"r)" +
                std::to_string(i - 1) + R"("})";
    }
    fields += "]}}";
  }
  return R"({"type":"record","name":"top","fields":[)" + fields + "]}";
}

}  // namespace

TEST_CASE("a schema that unfolds without end is refused, also when it takes no bytes at all") {
  const auto failure = [](const std::string& schema) { return parse_schema(schema).error().to_string(); };
  const std::string integer = R"({"name":"x","type":"int"})";
  CHECK(failure(schema_of_uses(24, 2, integer)) == "Avro schema has more than 100000 nodes");
  CHECK(failure(schema_of_uses(60, 2, "")) == "Avro schema has more than 100000 nodes");
  // Nested by name, not by brackets.
  CHECK(failure(schema_of_uses(20'000, 1, integer)) == "Avro schema is nested deeper than 64 levels");
  FLOE_CHECK_OK(parse_schema(schema_of_uses(60, 1, integer)));
}
