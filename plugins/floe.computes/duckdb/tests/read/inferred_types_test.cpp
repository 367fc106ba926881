#include "file_request.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <array>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

// `type: value, value` of the column `v`; the message where reading fails.
std::string column_read(Compute& compute, const json::object& asked) {
  const auto read = compute.read_files(asked);
  if (!read) return read.error().message;
  const std::string table = table_of(*read);
  const std::string answer = compute.rows(
      "SELECT typeof(any_value(v)) || ': ' || string_agg(coalesce(v::VARCHAR, 'NULL'), "
      "' | ' ORDER BY rowid) AS v FROM " +
      table);
  return get_string_or(*parse_json_object(answer), "v", "");
}

}  // namespace

TEST_CASE("inferred types keep what the texts of CSV and JSON lines say") {
  Compute compute;

  struct Case {
    std::vector<std::string> texts;
    std::string in_csv;
    std::string in_json;
  };

  const std::string zone = "TIMESTAMP WITH TIME ZONE: ";
  const std::vector<Case> cases = {
      {{"2024-01-01T00:00:00+02:00"}, zone + "2023-12-31 22:00:00+00", zone + "2023-12-31 22:00:00+00"},
      {{"2024-01-01T00:00:00Z"}, zone + "2024-01-01 00:00:00+00", zone + "2024-01-01 00:00:00+00"},
      {{"2024-01-01 00:00:00 UTC"}, zone + "2024-01-01 00:00:00+00", ""},
      {{"2024-01-01T00:00:00Z", "2024-01-01T00:00:00"}, "", ""},
      {{"2024-01-01T00:00:00Z", "2024-01-01"}, "", ""},
      {{"2024-01-01T00:00:00", "2024-01-02T00:00:00.5"}, "TIMESTAMP: 2024-01-01 00:00:00 | 2024-01-02 00:00:00.5", ""},
      {{"2024-01-01 00:00:00.123456789"}, "", ""},
      {{"2024-01-31", "2024-1-1"}, "DATE: 2024-01-31 | 2024-01-01", "DATE: 2024-01-31 | 2024-01-01"},
      {{"2024/01/31"}, "DATE: 2024-01-31", ""},
      {{"02/03/2024"}, "", ""},
      {{"02-03-2024"}, "", ""},
      {{"31-03-2024", "02-03-2024"}, "", ""},
      {{"02-03-24"}, "", ""},
      {{"02-03-2024 10:00:00"}, "", ""},
      {{"epoch"}, "", ""},
      {{"infinity", "2024-01-01"}, "", ""},
      {{"10:00:00"}, "TIME: 10:00:00", "TIME: 10:00:00"},
      {{"24:00:00"}, "", ""},
      {{"10:00:00.1234567"}, "", ""},
      {{"550e8400-e29b-41d4-a716-446655440000"}, "", "UUID: 550e8400-e29b-41d4-a716-446655440000"},
      {{"550E8400-E29B-41D4-A716-446655440000"}, "", ""},
      {{"0x1A", "1"}, "", ""},
      {{"0b11"}, "", ""},
      {{"007", "1"}, "", ""},
  };
  for (const Case& c : cases) {
    std::string csv = "id,v\n";
    std::string jsonl;
    for (const std::string& text : c.texts) {
      csv += "1," + text + "\n";
      jsonl += "{\"v\":\"" + text + "\"}\n";
    }
    const std::string as_text = "VARCHAR: " + text::join(c.texts, " | ");
    for (const char* on_error : {"fail", "rejects"}) {
      INFO(csv << " " << on_error);
      CHECK(column_read(compute, request("csv", compute.put("k.csv", csv), {{"on_error", on_error}})) ==
            (c.in_csv.empty() ? as_text : c.in_csv));
      CHECK(column_read(compute, request("jsonl", compute.put("k.jsonl", jsonl), {{"on_error", on_error}})) ==
            (c.in_json.empty() ? as_text : c.in_json));
    }
  }
}

TEST_CASE("nested values of JSON lines keep what they say") {
  Compute compute;

  struct Case {
    const char* lines;
    const char* read;
  };

  const std::array cases{
      Case{"{\"v\":{\"t\":\"2024-01-01T00:00:00+02:00\",\"n\":1}}\n",
           "STRUCT(t TIMESTAMP WITH TIME ZONE, n BIGINT): {'t': '2023-12-31 22:00:00+00', 'n': 1}"},
      Case{"{\"v\":[{\"t\":\"2024-01-01T00:00:00Z\"}]}\n{\"v\":[{\"t\":\"2024-01-01T00:00:00\"}]}\n",
           "STRUCT(t VARCHAR)[]: [{'t': '2024-01-01T00:00:00Z'}] | [{'t': '2024-01-01T00:00:00'}]"},
      Case{"{\"v\":[[\"02-03-2024\"],[]]}\n", "VARCHAR[][]: [[02-03-2024], []]"},
      Case{"{\"v\":{\"x\":9007199254740993}}\n{\"v\":{\"x\":1.5}}\n",
           "STRUCT(x VARCHAR): {'x': 9007199254740993} | {'x': 1.5}"},
      Case{"{\"v\":[12345678901234567890123,null]}\n", "DECIMAL(38,0)[]: [12345678901234567890123, NULL]"},
      Case{"{\"v\":{\"x\":0.1,\"d\":\"2024-01-01\"}}\n{\"v\":null}\n",
           "STRUCT(x DOUBLE, d DATE): {'x': 0.1, 'd': 2024-01-01} | NULL"},
  };
  for (const Case& c : cases) {
    INFO(c.lines);
    CHECK(column_read(compute, request("jsonl", compute.put("n.jsonl", c.lines))) == c.read);
  }
  std::string map;
  for (int i = 0; i < 300; ++i)
    map += fmt::format("{{\"v\":{{\"k{}\":{{\"t\":\"2024-01-01T00:00:00Z\"}}}}}}\n", i);
  CHECK_THAT(
      column_read(compute, request("jsonl", compute.put("m.jsonl", map))),
      Catch::StartsWith("MAP(VARCHAR, STRUCT(t TIMESTAMP WITH TIME ZONE)): {k0={'t': '2024-01-01 00:00:00+00'}}"));
}

TEST_CASE("formats of the options say how texts are read, and none loses an offset") {
  Compute compute;

  struct Case {
    const char* text;
    json::object options;
    const char* read;
  };

  const std::vector<Case> cases = {
      {"02/03/2024", {{"date_format", "%m/%d/%Y"}}, "DATE: 2024-02-03"},
      {"02/03/2024 10:00:00", {{"timestamp_format", "%d/%m/%Y %H:%M:%S"}}, "TIMESTAMP: 2024-03-02 10:00:00"},
      {"02/03/2024 10:00:00 +0200",
       {{"timestamp_format", "%d/%m/%Y %H:%M:%S %z"}},
       "VARCHAR: 02/03/2024 10:00:00 +0200"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const std::string csv = compute.put("f.csv", std::string("id,v\n1,") + c.text + "\n");
    const std::string jsonl = compute.put("f.jsonl", std::string("{\"v\":\"") + c.text + "\"}\n");
    CHECK(column_read(compute, request("csv", csv, {{"options", c.options}})) == c.read);
    CHECK(column_read(compute, request("jsonl", jsonl, {{"options", c.options}})) == c.read);
  }
}

TEST_CASE("columns of the path stay when a column of JSON lines is read as another type") {
  Compute compute;
  const std::string path = compute.put("p.jsonl", "{\"v\":\"2024-01-01T00:00:00Z\"}\n");
  const auto read = compute.read_files(request("jsonl", path, {{"options", {{"filename", true}}}}));
  FLOE_REQUIRE_OK(read);
  CHECK(compute.rows("SELECT typeof(v) AS t, parse_filename(filename) AS f FROM " + table_of(*read)) ==
        R"({"t":"TIMESTAMP WITH TIME ZONE","f":"p.jsonl"})");
}
