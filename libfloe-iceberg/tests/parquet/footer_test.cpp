#include "parquet/footer.hpp"

#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::parquet;
using testing::read_fixture;
using testing::take;

namespace {

RangeReader reader_of(const std::string& bytes) {
  return [&bytes](std::uint64_t offset, std::uint64_t length) -> Result<std::string> {
    if (offset + length > bytes.size()) return fail(ErrorCode::kIo, "out of range");
    return bytes.substr(offset, length);
  };
}

Result<FileMetadata> footer_of(const std::string& bytes) { return read_footer(reader_of(bytes), bytes.size()); }

std::string_view physical_name(PhysicalType type) {
  static constexpr std::string_view kNames[] = {"BOOLEAN", "INT32",  "INT64",      "INT96",
                                                "FLOAT",   "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"};
  return kNames[static_cast<std::size_t>(type)];
}

json::value optional_number(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

// What make_fixtures.py writes of pyarrow's view of a file.
json::object describe(const FileMetadata& footer) {
  json::array groups;
  for (const RowGroup& group : footer.row_groups) {
    json::array columns;
    for (const ColumnChunk& chunk : group.columns) {
      std::string path;
      for (const std::string& part : chunk.path)
        path += (path.empty() ? "" : ".") + part;
      json::object column;
      column["path"] = path;
      column["physical"] = physical_name(chunk.type);
      column["values"] = chunk.value_count;
      column["compressed"] = chunk.compressed_size;
      column["uncompressed"] = chunk.uncompressed_size;
      column["offset"] = chunk.data_page_offset;
      column["dictionary_offset"] = optional_number(chunk.dictionary_page_offset);
      column["nulls"] = optional_number(chunk.statistics.null_count);
      column["has_min_max"] = chunk.statistics.min_value.has_value() && chunk.statistics.max_value.has_value();
      columns.push_back(std::move(column));
    }
    groups.push_back({{"rows", group.row_count}, {"bytes", group.total_byte_size}, {"columns", std::move(columns)}});
  }
  return {{"rows", footer.row_count}, {"created_by", footer.created_by}, {"row_groups", std::move(groups)}};
}

// Columns whose statistics pyarrow reports differently: see the comparison below.
void drop_unreported(json::object* described) {
  for (json::value& group : described->at("row_groups").as_array()) {
    for (json::value& column : group.as_object().at("columns").as_array()) {
      if (!column.as_object().contains("nulls")) {
        column.as_object()["nulls"] = nullptr;
        column.as_object()["has_min_max"] = false;
      }
    }
  }
}

}  // namespace

TEST_CASE("footers of DuckDB and pyarrow say what pyarrow reads in them") {
  for (const char* name : {"duckdb", "pyarrow"}) {
    CAPTURE(name);
    json::object expected = testing::read_json_fixture(std::string("parquet/") + name + ".json");
    drop_unreported(&expected);
    const FileMetadata footer = take(footer_of(read_fixture(std::string("parquet/") + name + ".parquet")));
    const json::object ours = describe(footer);
    const json::array& groups = ours.at("row_groups").as_array();
    const json::array& expected_groups = expected.at("row_groups").as_array();
    REQUIRE(groups.size() == expected_groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const json::array& columns = groups[g].as_object().at("columns").as_array();
      const json::array& expected_columns = expected_groups[g].as_object().at("columns").as_array();
      REQUIRE(columns.size() == expected_columns.size());
      for (std::size_t c = 0; c < columns.size(); ++c) {
        CHECK(to_canonical_json(columns[c]) == to_canonical_json(expected_columns[c]));
      }
      CHECK(groups[g].as_object().at("rows") == expected_groups[g].as_object().at("rows"));
      CHECK(groups[g].as_object().at("bytes") == expected_groups[g].as_object().at("bytes"));
    }
    CHECK(ours.at("rows") == expected.at("rows"));
    CHECK(ours.at("created_by") == expected.at("created_by"));
  }
}

TEST_CASE("the schema tree has field ids, logical types and parents") {
  const FileMetadata footer = take(footer_of(read_fixture("parquet/duckdb.parquet")));
  std::string text;
  for (std::size_t i = 1; i < footer.schema.size(); ++i) {
    const SchemaElement& element = footer.schema[i];
    text += std::string(element.parent == 0 ? "" : footer.schema[element.parent].name + ".") + element.name + " " +
            std::to_string(element.field_id.value_or(-1)) + " " +
            (element.is_leaf() ? std::string(physical_name(element.type)) : "group") + " kind " +
            std::to_string(static_cast<int>(element.logical.kind)) + " rep " +
            std::to_string(static_cast<int>(element.repetition)) + "\n";
  }
  CHECK(text ==
        "id 1 INT64 kind 9 rep 1\nsmall 2 INT32 kind 9 rep 1\nflag 3 BOOLEAN kind 0 rep 1\nratio 4 FLOAT kind 0 rep 1\n"
        "with_nan 5 DOUBLE kind 0 rep 1\nzero 6 DOUBLE kind 0 rep 1\nprice4 7 INT32 kind 5 rep 1\n"
        "price18 8 INT64 kind 5 rep 1\nprice38 9 FIXED_LEN_BYTE_ARRAY kind 5 rep 1\nday 10 INT32 kind 6 rep 1\n"
        "clock 11 INT64 kind 7 rep 1\nat_time 12 INT64 kind 8 rep 1\nat_zone 13 INT64 kind 8 rep 1\n"
        "name 14 BYTE_ARRAY kind 1 rep 1\nkey 15 FIXED_LEN_BYTE_ARRAY kind 13 rep 1\nblob 16 BYTE_ARRAY kind 0 rep 1\n"
        "nothing 17 INT32 kind 9 rep 1\nplace 18 group kind 0 rep 1\nplace.x 19 INT64 kind 9 rep 1\n"
        "place.y 20 BYTE_ARRAY kind 1 rep 1\ntags 21 group kind 3 rep 1\ntags.list -1 group kind 0 rep 2\n"
        "list.element 22 INT64 kind 9 rep 1\ncounts 23 group kind 2 rep 1\ncounts.key_value -1 group kind 0 rep 2\n"
        "key_value.key 24 BYTE_ARRAY kind 1 rep 0\nkey_value.value 25 INT64 kind 9 rep 1\n");
  CHECK(footer.leaves.size() == 22);
}

TEST_CASE("a footer is read with one request, or two when it is long") {
  const std::string small = read_fixture("parquet/duckdb.parquet");
  std::vector<std::pair<std::uint64_t, std::uint64_t>> requests;
  const RangeReader counting = [&](std::uint64_t offset, std::uint64_t length) -> Result<std::string> {
    requests.emplace_back(offset, length);
    return small.substr(offset, length);
  };
  FLOE_REQUIRE_OK(read_footer(counting, small.size()));
  CHECK(requests == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, small.size()}});

  // The same footer with 100 kB of an unknown string field: field 15, a binary.
  const std::uint32_t length = static_cast<unsigned char>(small[small.size() - 8]) |
                               (static_cast<std::uint32_t>(static_cast<unsigned char>(small[small.size() - 7])) << 8);
  std::string thrift = small.substr(small.size() - 8 - length, length);
  thrift.pop_back();  // the stop byte
  const std::size_t padding = 100'000;
  thrift +=
      std::string("\x08\x1e", 2) + std::string("\xa0\x8d\x06", 3) + std::string(padding, 'p') + std::string(1, '\0');
  std::string large = "PAR1" + std::string(200'000, 'd') + thrift;
  for (int shift = 0; shift < 32; shift += 8)
    large.push_back(static_cast<char>(thrift.size() >> shift));
  large += "PAR1";
  requests.clear();
  const RangeReader counting_large = [&](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
    requests.emplace_back(offset, size);
    return large.substr(offset, size);
  };
  CHECK(take(read_footer(counting_large, large.size())).row_count == 1000);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].second == 65536);
  CHECK(requests[1].second == thrift.size() + 8 - 65536);
}

TEST_CASE("files that are no Parquet files are refused") {
  const auto failure = [](const std::string& bytes) { return footer_of(bytes).error().to_string(); };
  CHECK(failure("") == "not a Parquet file: it does not end with `PAR1`");
  CHECK(failure("PAR1\0\0\0\0PAR2") == "not a Parquet file: it does not end with `PAR1`");
  CHECK(failure(std::string("PAR1\xff\xff\xff\x7fPAR1", 12)) ==
        "the Parquet footer claims 2147483647 bytes of a file of 12");
  CHECK(failure(std::string("PAR1\0\0\0\0PARE", 12)) == "the Parquet footer is encrypted");
  CHECK(failure(std::string("PAR1\0\0\0\0PAR1", 12)) == "the Parquet footer is malformed");
  const RangeReader broken = [](std::uint64_t, std::uint64_t) -> Result<std::string> {
    return fail(ErrorCode::kIo, "gone");
  };
  CHECK(read_footer(broken, 1000).error().code == ErrorCode::kIo);
  const RangeReader short_reads = [](std::uint64_t, std::uint64_t) -> Result<std::string> {
    return std::string("PAR1");
  };
  CHECK(read_footer(short_reads, 1000).error().code == ErrorCode::kIo);
}

TEST_CASE("a footer cut or flipped anywhere is an error or harmless") {
  for (const char* name : {"parquet/duckdb.parquet", "parquet/pyarrow.parquet"}) {
    const std::string file = read_fixture(name);
    const std::uint64_t length = take(footer_of(file)).footer_length;
    std::string thrift = file.substr(file.size() - 8 - length, length);
    for (std::size_t size = 0; size < thrift.size(); ++size) {
      if (parse_footer(std::string_view(thrift.data(), size)).has_value()) FAIL_CHECK("cut at " << size);
    }
    for (std::size_t i = 0; i < thrift.size(); ++i) {
      const char original = thrift[i];
      thrift[i] = static_cast<char>(original ^ (1 << (i % 8)));
      const Result<FileMetadata> parsed = parse_footer(thrift);
      if (parsed.has_value()) CHECK(parsed->leaves.size() <= thrift.size());
      thrift[i] = original;
    }
  }
}

TEST_CASE("nesting and counts beyond reason are refused") {
  CHECK_FALSE(parse_footer(std::string(1000, '\x1c')).has_value());       // structs in structs
  CHECK_FALSE(parse_footer("\x29\xfc\xff\xff\xff\xff\x0f").has_value());  // a list of 4 billion structs
  CHECK_FALSE(parse_footer("\x1b\xff\xff\xff\xff\x0f\x88").has_value());  // a map of 4 billion entries
  CHECK_FALSE(parse_footer(std::string("\x29\x1c\x48\x01r\x15\xfe\xff\xff\xff\x0f\0\0", 13)).has_value());  // children
  // Groups of one child each: {4: "g", 5: 1}, 300 deep, and a leaf.
  std::string chain("\x29\xfc\xad\x02", 4);
  for (int i = 0; i < 300; ++i)
    chain.append("\x48\1g\x15\2\0", 6);
  chain.append("\x15\2\0\0", 4);
  CHECK(parse_footer(chain).error().to_string() == "the Parquet schema is nested too deep");
}

TEST_CASE("counts that have no sum are refused") {
  // {2: [{4: "r", 5: 1}, {1: INT32, 4: "c"}], 4: [row group, row group]}, of columns [{3: {1: INT32, 5: values}}].
  const std::string schema("\x29\x2c\x48\1r\x15\2\0\x15\2\x38\1c\0", 14);
  const auto footer = [&](const std::string& values) {
    const std::string group = std::string("\x19\x1c\x3c\x15\2\x46", 6) + values + std::string("\0\0\0", 3);
    return schema + std::string("\x29\x2c", 2) + group + group + std::string("\0", 1);
  };
  FLOE_CHECK_OK(parse_footer(footer("\2")));
  CHECK(parse_footer(footer("\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1")).error().to_string() ==
        "the counts of Parquet column `c` overflow");
}
