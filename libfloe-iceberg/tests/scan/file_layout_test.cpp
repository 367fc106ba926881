#include "scan/file_layout.hpp"

#include "support/fixture.hpp"

#include <fmt/format.h>

using namespace floe;
using namespace floe::iceberg;
using parquet::FileShape;
using parquet::StoredField;
using parquet::StoredKind;
using testing::take;

namespace {

// The fields of a file as an Iceberg struct; an id of 0 means that the file has none.
StoredField stored(const Field& field) {
  StoredField result;
  if (field.id > 0) result.id = field.id;
  result.name = field.name;
  result.type = field.type;
  result.text = field.type.to_string();
  for (const auto& child : field.type.fields())
    result.children.push_back(stored(child));
  if (field.type.id() == TypeId::kStruct) result.kind = StoredKind::kStruct;
  if (field.type.id() == TypeId::kList) result.kind = StoredKind::kList;
  if (field.type.id() == TypeId::kMap) result.kind = StoredKind::kMap;
  if (field.type.id() == TypeId::kUnknown) result.kind = StoredKind::kUnreadable;
  return result;
}

FileShape shape(const std::string& fields, bool has_ids = true) {
  const auto type = take(type_from_json(take(parse_json(R"({"type":"struct","fields":)" + fields + "}"))));
  FileShape result;
  for (const auto& field : type.fields())
    result.columns.push_back(stored(field));
  result.has_ids = has_ids;
  return result;
}

Schema schema(const std::string& fields) {
  return take(Schema::from_json_text(R"({"type":"struct","schema-id":0,"fields":)" + fields + "}"));
}

std::string field(int id, const std::string& name, const std::string& type, const std::string& more = "") {
  const auto text = type.starts_with('{') ? type : '"' + type + '"';
  return fmt::format(R"({{"id":{},"name":"{}","required":false,"type":{}{}}})", id, name, text, more);
}

std::string structure(const std::string& fields) { return R"({"type":"struct","fields":[)" + fields + "]}"; }

}  // namespace

TEST_CASE("a column is found by its id, whatever its name") {
  const auto columns = schema('[' + field(1, "a", "long") + ',' + field(2, "b", "string") + ']');
  const auto layout = take(file_layout(
      shape('[' + field(2, "old", "string") + ',' + field(1, "x", "int") + ',' + field(9, "dropped", "uuid") + ']'),
      columns, nullptr));
  CHECK(layout.to_json() ==
        R"({"by_name":false,"columns":[{"id":1,"name":"x","type":"int"},{"id":2,"name":"old","type":"string"}],)"
        R"("nan_unsafe":[]})");
  CHECK(layout.holds(2));
  CHECK_FALSE(layout.holds(9));
}

TEST_CASE("types that are read as the column's, and those that are not") {
  struct Case {
    std::string stored;
    std::string column;
    bool is_read;
  };

  const std::vector<Case> cases = {
      {"int", "int", true},
      {"int", "long", true},
      {"long", "int", false},
      {"float", "double", true},
      {"double", "float", false},
      {"int", "float", false},
      {"int", "string", false},
      {"int", "date", false},
      {"decimal(4, 2)", "decimal(9, 2)", true},
      {"decimal(9, 2)", "decimal(4, 2)", false},
      {"decimal(4, 1)", "decimal(9, 2)", false},
      {"timestamp", "timestamptz", true},
      {"timestamptz", "timestamp", true},
      {"timestamp_ns", "timestamp", false},
      {"timestamp_ns", "timestamp_ns", true},
      {"date", "timestamp", true},
      {"date", "timestamptz", true},
      {"time", "timestamp", false},
      {"binary", "string", true},
      {"string", "binary", true},
      {"fixed[16]", "uuid", true},
      {"fixed[15]", "uuid", false},
      {"fixed[4]", "binary", true},
      {"fixed[4]", "string", false},
      {"binary", "fixed[4]", false},
      {"fixed[4]", "fixed[5]", false},
      {"string", "uuid", false},
      {"unknown", "int", false},
  };
  for (const auto& [stored_type, column, is_read] : cases) {
    CAPTURE(stored_type, column);
    const auto layout =
        file_layout(shape('[' + field(1, "c", stored_type) + ']'), schema('[' + field(1, "c", column) + ']'), nullptr);
    CHECK(layout.has_value() == is_read);
    if (!is_read) {
      CHECK(layout.error().to_string() == fmt::format("column `c`: it is stored as {}, which is not read as {}",
                                                      stored_type, take(parse_primitive_type(column)).to_string()));
    }
  }
}

TEST_CASE("what cannot be read exactly is refused by name") {
  struct Case {
    std::string file;
    std::string columns;
    std::string message;
  };

  const std::string list = R"({"type":"list","element-id":5,"element-required":false,"element":"int"})";
  const std::string other_list = R"({"type":"list","element-id":6,"element-required":false,"element":"int"})";
  const std::vector<Case> cases = {
      {field(1, "a", "int") + ',' + field(1, "b", "int"), field(1, "a", "int"),
       "the field id 1 of column `a` occurs twice"},
      {field(1, "l", list), field(1, "l", other_list),
       "column `l`: its element has the field id 5 in the file and 6 in the table"},
      {field(1, "s", structure(field(2, "x", "long"))), field(1, "s", structure(field(2, "x", "int"))),
       "column `s`: column `x`: it is stored as long, which is not read as int"},
      {field(1, "s", structure(field(2, "x", "int") + ',' + field(3, "X", "int"))),
       field(1, "s", structure(field(2, "x", "int"))),
       "column `s`: 2 stored columns are named `x` (names compare without case)"},
      {field(1, "s", "int"), field(1, "s", structure(field(2, "x", "int"))),
       "column `s`: it is stored as int, which is not read as struct<2: x: optional int>"},
      {field(1, "s", structure(field(2, "x", "int"))), field(1, "s", "int"),
       "column `s`: it is stored as struct<2: x: optional int>, which is not read as int"},
      {field(9, "other", "int"), R"({"id":1,"name":"r","required":true,"type":"int"})",
       "the required column `r` is missing"},
  };
  for (const auto& [file, columns, message] : cases) {
    INFO(file << " as " << columns);
    CHECK(file_layout(shape('[' + file + ']'), schema('[' + columns + ']'), nullptr).error().to_string() == message);
  }
  const auto with_default = schema(R"([{"id":1,"name":"r","required":true,"type":"int","initial-default":7}])");
  CHECK(file_layout(shape('[' + field(9, "o", "int") + ']'), with_default, nullptr).has_value());
}

TEST_CASE("a file without field ids is read by the name mapping, and refused without one") {
  const auto columns =
      schema('[' + field(1, "a", "long") + ',' + field(2, "s", structure(field(3, "x", "int"))) + ',' +
             field(4, "l", R"({"type":"list","element-id":5,"element-required":false,"element":"int"})") + ',' +
             field(6, "new", "string") + ']');
  const auto file =
      shape('[' + field(0, "old_a", "int") + ',' + field(0, "s", structure(field(0, "x", "int"))) + ',' +
                field(0, "l", R"({"type":"list","element-id":0,"element-required":false,"element":"int"})") + ',' +
                field(0, "extra", "int") + ']',
            false);
  CHECK(file_layout(file, columns, nullptr).error().to_string() ==
        "it has no field ids, and the table property `schema.name-mapping.default` does not map its columns by name");
  const auto mapping = take(parse_name_mapping(
      R"([{"field-id":1,"names":["a","old_a"]},{"field-id":2,"names":["s"],"fields":[{"field-id":3,"names":["x"]}]},
          {"field-id":4,"names":["l"],"fields":[{"field-id":5,"names":["element"]}]},{"field-id":6,"names":["new"]}])"));
  CHECK(take(file_layout(file, columns, &mapping)).to_json() ==
        R"({"by_name":true,"columns":[{"id":1,"name":"old_a","type":"int"},)"
        R"({"id":2,"name":"s","type":{"type":"struct","fields":[{"id":3,"name":"x","required":false,"type":"int"}]}},)"
        R"({"id":4,"name":"l","type":{"type":"list","element-id":5,"element":"int","element-required":false}}],)"
        R"("nan_unsafe":[]})");
  // Ids of the file win; then the mapping is not asked.
  const auto with_ids = shape('[' + field(7, "a", "int") + ']');
  CHECK(take(file_layout(with_ids, columns, &mapping)).columns.empty());
  // Two columns that a reader by name cannot tell apart.
  const auto twins = shape('[' + field(0, "a", "int") + ',' + field(0, "A", "int") + ']', false);
  CHECK(file_layout(twins, columns, &mapping).error().to_string() ==
        "2 stored columns are named `a` (names compare without case)");
}

TEST_CASE("a struct none of whose fields are in the file has another one, which tells where it is NULL") {
  const auto columns = schema('[' + field(1, "s", structure(field(9, "y", "string"))) + ']');
  const auto nested = structure(field(3, "deep", structure(field(4, "x", "int"))) + ',' + field(5, "z", "long"));
  CHECK(
      take(file_layout(shape('[' + field(1, "s", nested) + ']'), columns, nullptr)).to_json() ==
      R"({"by_name":false,"columns":[{"id":1,"name":"s","type":{"type":"struct","fields":[{"id":3,"name":"deep",)"
      R"("required":false,"type":{"type":"struct","fields":[{"id":4,"name":"x","required":false,"type":"int"}]}}]}}],)"
      R"("nan_unsafe":[]})");
}

TEST_CASE("bounds that may leave NaN out are named, unless the writer leaves out the bounds instead") {
  const auto columns = schema('[' + field(1, "f", "float") + ',' + field(2, "s", structure(field(3, "d", "double"))) +
                              ',' + field(4, "i", "int") + ',' + field(5, "g", "double") + ']');
  auto file = shape('[' + field(1, "f", "float") + ',' + field(2, "s", structure(field(3, "d", "double"))) + ',' +
                    field(4, "i", "int") + ',' + field(5, "g", "double") + ']');
  file.columns[0].has_bounds = file.columns[1].children[0].has_bounds = file.columns[2].has_bounds = true;
  file.created_by = "parquet-cpp-arrow version 26.0.0";
  CHECK(take(file_layout(file, columns, nullptr)).nan_unsafe == std::vector<std::int32_t>{1, 2});
  file.created_by = "DuckDB version v1.5.5 (build 1)";
  CHECK(take(file_layout(file, columns, nullptr)).nan_unsafe.empty());
}
