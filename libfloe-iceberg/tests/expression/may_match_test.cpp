// Filters to proofs: bound, projected, and evaluated on summaries, tuples and metrics.
#include "expression/may_match.hpp"

#include "../support/fixture.hpp"

#include <cmath>
#include <limits>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

Schema schema() {
  return take(Schema::make({{1, "id", false, Type(TypeId::kInt), {}, {}, {}},
                            {2, "ts", false, Type(TypeId::kTimestamp), {}, {}, {}},
                            {3, "text", false, Type(TypeId::kString), {}, {}, {}},
                            {4, "real", false, Type(TypeId::kDouble), {}, {}, {}},
                            {5, "key", true, Type(TypeId::kLong), {}, {}, {}},
                            {6, "day", false, Type(TypeId::kDate), {}, {}, {}},
                            {7, "tags", false, Type::list(8, false, Type(TypeId::kString)), {}, {}, {}}}));
}

Expression bound(const std::string& filter) { return take(bind_filter_text(filter, schema())); }

std::string compare_json(const char* op, const char* term, const std::string& value) {
  return std::string(R"({"op":")") + op + R"(","term":")" + term + R"(","value":)" + value + "}";
}

PartitionSpec spec(const std::string& transform, std::int32_t source) {
  PartitionSpec made;
  made.fields.push_back({source, 1000, "p", take(transform::parse(transform)), {}});
  return made;
}

DataFile file(std::int32_t id, const Literal& lower, const Literal& upper, std::int64_t nulls = 0) {
  DataFile made;
  made.record_count = 10;
  made.value_counts.add(id, 10);
  made.null_value_counts.add(id, nulls);
  made.lower_bounds.add(id, literal_to_bytes(lower));
  made.upper_bounds.add(id, literal_to_bytes(upper));
  return made;
}

}  // namespace

TEST_CASE("filters are bound to columns and folded") {
  struct Case {
    std::string filter;
    std::string expected;
  };

  const auto test = GENERATE(
      Case{"null", "true"}, Case{R"({"op":"true"})", "true"}, Case{"false", "false"},
      Case{compare_json("eq", "ID", "5"), "1 eq 5"},
      Case{
          R"({"op":"not","child":{"op":"and","left":{"op":"lt","term":"id","value":5},"right":{"op":"is-null","term":"text"}}})",
          "(1 gteq 5 or 3 not-null)"},
      Case{R"({"op":"in","term":"id","values":[3,1,3]})", "1 in 1 3"},
      Case{R"({"op":"in","term":"id","values":[3]})", "1 eq 3"},
      Case{R"({"op":"in","term":"id","values":[]})", "false"},
      Case{R"({"op":"not-in","term":"id","values":[99999999999]})", "true"},
      Case{compare_json("lt", "id", "99999999999"), "true"}, Case{compare_json("gteq", "id", "99999999999"), "false"},
      Case{compare_json("gt", "id", "-99999999999"), "true"}, Case{compare_json("noteq", "id", "99999999999"), "true"},
      Case{R"({"op":"is-null","term":"key"})", "false"}, Case{R"({"op":"not-null","term":"key"})", "true"},
      Case{R"({"op":"is-nan","term":"id"})", "false"}, Case{R"({"op":"not-nan","term":"real"})", "4 not-nan"},
      Case{R"({"op":"or","left":{"op":"false"},"right":{"op":"eq","term":"day","value":"2026-11-21"}})",
           "6 eq 2026-11-21"});
  INFO(test.filter);
  CHECK(bound(test.filter).to_string() == test.expected);
}

TEST_CASE("filters that cannot be bound are refused by name") {
  struct Case {
    std::string filter;
    ErrorCode code;
  };

  const auto test =
      GENERATE(Case{compare_json("eq", "nothing", "5"), ErrorCode::kNotFound},
               Case{compare_json("like", "id", "5"), ErrorCode::kInvalidArgument},
               Case{compare_json("eq", "tags", "5"), ErrorCode::kUnsupported},
               Case{compare_json("eq", "tags.element", "\"a\""), ErrorCode::kUnsupported},
               Case{compare_json("eq", "id", "\"a\""), ErrorCode::kData},
               Case{compare_json("starts-with", "id", "5"), ErrorCode::kInvalidArgument},
               Case{R"({"op":"eq","term":"id"})", ErrorCode::kInvalidArgument}, Case{"[]", ErrorCode::kInvalidArgument},
               Case{R"({"op":"and","left":{"op":"true"}})", ErrorCode::kInvalidArgument});
  INFO(test.filter);
  const auto result = bind_filter_text(test.filter, schema());
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == test.code);
}

TEST_CASE("filters are projected onto partition values, never too narrowly") {
  struct Case {
    std::string filter;
    std::string transform;
    std::int32_t source;
    std::string expected;
  };

  const std::string second = "\"1970-01-03T00:00:00\"";
  const auto test = GENERATE_COPY(
      Case{compare_json("lt", "id", "100"), "identity", 1, "0 lt 100"},
      Case{compare_json("lt", "id", "100"), "truncate[10]", 1, "(0 lteq 90 or 0 gt 2147483637)"},
      Case{compare_json("lteq", "id", "100"), "truncate[10]", 1, "(0 lteq 100 or 0 gt 2147483637)"},
      Case{compare_json("gt", "id", "99"), "truncate[10]", 1, "0 gteq 100"},
      Case{compare_json("gt", "id", "-2147483648"), "truncate[10]", 1, "true"},
      Case{compare_json("eq", "id", "-2147483648"), "truncate[10]", 1, "0 eq 2147483646"},
      Case{compare_json("eq", "id", "-1"), "truncate[10]", 1, "0 eq -10"},
      Case{compare_json("eq", "id", "34"), "bucket[16]", 1, "0 eq 3"},
      Case{compare_json("lt", "id", "34"), "bucket[16]", 1, "true"},
      Case{R"({"op":"noteq","term":"id","value":34})", "bucket[16]", 1, "true"},
      Case{R"({"op":"is-null","term":"id"})", "bucket[16]", 1, "0 is-null"},
      Case{compare_json("lt", "ts", second), "day", 2, "0 lteq 1970-01-02"},
      Case{compare_json("gteq", "ts", second), "day", 2, "0 gteq 1970-01-03"},
      Case{compare_json("eq", "ts", second), "month", 2, "0 eq 0"},
      // Values before 1970: old writers rounded towards zero.
      Case{compare_json("lteq", "ts", "\"1969-12-31T23:00:00\""), "hour", 2, "0 lteq 0"},
      Case{compare_json("eq", "day", "\"1969-11-30\""), "month", 6, "0 in -2 -1"},
      Case{compare_json("eq", "day", "\"1969-12-31\""), "day", 6, "0 eq 1969-12-31"},
      Case{compare_json("lt", "text", "\"abcdef\""), "truncate[3]", 3, "0 lteq abc"},
      Case{compare_json("starts-with", "text", "\"abcdef\""), "truncate[3]", 3, "0 starts-with abc"},
      Case{compare_json("not-starts-with", "text", "\"ab\""), "truncate[3]", 3, "0 not-starts-with ab"},
      Case{compare_json("not-starts-with", "text", "\"abcd\""), "truncate[3]", 3, "true"},
      Case{compare_json("eq", "id", "5"), "void", 1, "true"},
      Case{compare_json("eq", "id", "5"), "later[3]", 1, "true"},
      Case{compare_json("eq", "id", "5"), "identity", 3, "true"},
      Case{R"({"op":"or","left":{"op":"eq","term":"id","value":5},"right":{"op":"eq","term":"text","value":"a"}})",
           "identity", 1, "true"},
      Case{R"({"op":"and","left":{"op":"eq","term":"id","value":5},"right":{"op":"eq","term":"text","value":"a"}})",
           "identity", 1, "0 eq 5"});
  INFO(test.filter << " by " << test.transform);
  CHECK(project_inclusive(bound(test.filter), spec(test.transform, test.source)).to_string() == test.expected);
}

TEST_CASE("metrics prove that no row matches") {
  const auto numbers = file(1, Literal::integer(30), Literal::integer(79));

  struct Case {
    std::string filter;
    bool may_match;
  };

  const auto test =
      GENERATE(Case{compare_json("lt", "id", "30"), false}, Case{compare_json("lt", "id", "31"), true},
               Case{compare_json("lteq", "id", "29"), false}, Case{compare_json("lteq", "id", "30"), true},
               Case{compare_json("gt", "id", "79"), false}, Case{compare_json("gt", "id", "78"), true},
               Case{compare_json("gteq", "id", "80"), false}, Case{compare_json("gteq", "id", "79"), true},
               Case{compare_json("eq", "id", "29"), false}, Case{compare_json("eq", "id", "50"), true},
               Case{compare_json("eq", "id", "80"), false}, Case{compare_json("noteq", "id", "50"), true},
               Case{R"({"op":"in","term":"id","values":[1,2,100]})", false},
               Case{R"({"op":"in","term":"id","values":[1,2,50]})", true},
               Case{R"({"op":"not-in","term":"id","values":[1,50]})", true},
               Case{R"({"op":"is-null","term":"id"})", false}, Case{R"({"op":"not-null","term":"id"})", true},
               // A column without metrics proves nothing.
               Case{compare_json("eq", "text", "\"a\""), true}, Case{R"({"op":"is-null","term":"text"})", true});
  INFO(test.filter);
  CHECK(file_may_match(bound(test.filter), numbers) == test.may_match);
}

TEST_CASE("columns of nulls only and NaN are told by counts") {
  DataFile nulls;
  nulls.record_count = 4;
  nulls.value_counts.add(1, 4);
  nulls.null_value_counts.add(1, 4);
  CHECK_FALSE(file_may_match(bound(compare_json("eq", "id", "1")), nulls));
  CHECK_FALSE(file_may_match(bound(R"({"op":"not-null","term":"id"})"), nulls));
  CHECK(file_may_match(bound(R"({"op":"is-null","term":"id"})"), nulls));

  auto reals = file(4, Literal::double_real(1.0), Literal::double_real(2.0));
  // Without a NaN count there may be a NaN, which engines sort above everything.
  CHECK(file_may_match(bound(compare_json("gt", "real", "5.0")), reals));
  CHECK_FALSE(file_may_match(bound(compare_json("lt", "real", "0.5")), reals));
  reals.nan_value_counts.add(4, 0);
  CHECK_FALSE(file_may_match(bound(compare_json("gt", "real", "5.0")), reals));
  CHECK_FALSE(file_may_match(bound(R"({"op":"is-nan","term":"real"})"), reals));
  const auto zeros = file(4, Literal::double_real(0.0), Literal::double_real(0.0));
  CHECK(file_may_match(bound(compare_json("eq", "real", "-0.0")), zeros));
  const auto broken = file(4, Literal::double_real(std::nan("")), Literal::double_real(2.0));
  CHECK(file_may_match(bound(compare_json("lt", "real", "0.5")), broken));
}

TEST_CASE("prefixes are compared with bounds that may be cut short") {
  const auto texts = file(3, Literal::string("abc"), Literal::string("abe"));  // the upper one was raised

  struct Case {
    const char* op;
    const char* value;
    bool may_match;
  };

  const auto test = GENERATE(Case{"starts-with", "\"abd\"", true}, Case{"starts-with", "\"abdxyz\"", true},
                             Case{"starts-with", "\"a\"", true}, Case{"starts-with", "\"abf\"", false},
                             Case{"starts-with", "\"abb\"", false}, Case{"starts-with", "\"b\"", false},
                             Case{"not-starts-with", "\"ab\"", false}, Case{"not-starts-with", "\"abc\"", true},
                             Case{"not-starts-with", "\"x\"", true});
  INFO(test.op << " " << test.value);
  CHECK(file_may_match(bound(compare_json(test.op, "text", test.value)), texts) == test.may_match);
}

TEST_CASE("values written before a promotion are still pruned") {
  DataFile file;
  file.record_count = 1;
  file.lower_bounds.add(5, literal_to_bytes(Literal::integer(5)));  // key was an int then: 4 bytes
  file.upper_bounds.add(5, literal_to_bytes(Literal::integer(9)));
  CHECK(file_may_match(bound(compare_json("eq", "key", "7")), file));
  CHECK_FALSE(file_may_match(bound(compare_json("gt", "key", "9")), file));
}

TEST_CASE("partition summaries and tuples prove too") {
  const auto by_id = spec("identity", 1);
  ManifestFile manifest;
  manifest.partitions = std::vector<PartitionFieldSummary>{
      {true, false, literal_to_bytes(Literal::integer(10)), literal_to_bytes(Literal::integer(20))}};

  struct Case {
    std::string filter;
    bool manifest_matches;
    bool tuple_matches;  // of the partition 15
    bool null_matches;   // of the partition null
  };

  const auto test = GENERATE(Case{compare_json("eq", "id", "15"), true, true, false},
                             Case{compare_json("eq", "id", "16"), true, false, false},
                             Case{compare_json("lt", "id", "10"), false, false, false},
                             Case{compare_json("gteq", "id", "21"), false, false, false},
                             Case{compare_json("noteq", "id", "15"), true, false, true},
                             Case{R"({"op":"is-null","term":"id"})", true, false, true},
                             Case{R"({"op":"not-null","term":"id"})", true, true, false},
                             Case{R"({"op":"in","term":"id","values":[1,15]})", true, true, false},
                             Case{R"({"op":"not-in","term":"id","values":[1,15]})", true, false, true});
  INFO(test.filter);
  const auto projected = project_inclusive(bound(test.filter), by_id);
  CHECK(manifest_may_match(projected, manifest) == test.manifest_matches);
  CHECK(partition_may_match(projected, {Literal::integer(15)}) == test.tuple_matches);
  CHECK(partition_may_match(projected, {std::nullopt}) == test.null_matches);
  // No summaries (v1): nothing is proven.
  CHECK(manifest_may_match(projected, ManifestFile()));
  // A summary without bounds: all values are null.
  ManifestFile all_null;
  all_null.partitions = std::vector<PartitionFieldSummary>{{true, false, std::nullopt, std::nullopt}};
  const bool is_comparison =
      test.filter.find("null") == std::string::npos && test.filter.find("not") == std::string::npos;
  if (is_comparison) CHECK_FALSE(manifest_may_match(projected, all_null));
}
