#include "model/judged_graph.hpp"

#include "floe_test.hpp"

namespace floe::compile {
namespace {

constexpr const char* kManifest =
    R"({"nodes": {"model.shop.a": {"resource_type": "model", "schema": "main", "alias": "a",
  "checksum": {"checksum": "1"}, "config": {"materialized": "table", "x": 1}, "columns": {"id": {}}, "created_at": 1.5}},
  "sources": {"source.shop.raw.b": {"resource_type": "source", "schema": "raw", "identifier": "b"}}})";

JudgedGraph graph_of(const std::string& text) {
  const auto manifest = parse_json_object(text);
  REQUIRE(manifest);
  return judged_graph(*manifest, text);
}

std::string with(const std::string& found, const std::string& replacement) {
  std::string text = kManifest;
  const auto at = text.find(found);
  REQUIRE(at != std::string::npos);
  return text.replace(at, found.size(), replacement);
}

}  // namespace

TEST_CASE("two parses of one graph are equal whenever they were made") {
  const JudgedGraph judged = graph_of(kManifest);
  const JudgedGraph again = graph_of(with("1.5", "2.5"));
  CHECK(graph_differences(judged, again).empty());
  CHECK(judged.digest() == again.digest());
  CHECK(judged.manifest_sha256 != again.manifest_sha256);
}

TEST_CASE("another graph differs in the fields that changed") {
  struct Change {
    const char* found;
    const char* replacement;
    const char* node;
    std::vector<std::string> fields;
  };

  const std::vector<Change> changes{
      {"\"main\"", "\"hr\"", "model.shop.a", {"schema"}},
      {"\"alias\": \"a\"", "\"alias\": \"b\"", "model.shop.a", {"alias"}},
      {"\"table\"", "\"view\"", "model.shop.a", {"materialized", "config"}},
      {"\"checksum\": \"1\"", "\"checksum\": \"2\"", "model.shop.a", {"checksum"}},
      {"\"x\": 1", "\"x\": 2", "model.shop.a", {"config"}},
      {"{\"id\": {}}", "{}", "model.shop.a", {"columns"}},
      {"\"identifier\": \"b\"", "\"identifier\": \"c\"", "source.shop.raw.b", {"alias"}},
      {"source.shop.raw.b", "source.shop.raw.c", "source.shop.raw.b", {"enabled"}},
  };
  const JudgedGraph judged = graph_of(kManifest);
  for (const Change& change : changes) {
    const JudgedGraph other = graph_of(with(change.found, change.replacement));
    const auto found = graph_differences(judged, other);
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].node == change.node);
    CHECK(found[0].fields == change.fields);
    CHECK(judged.digest() != other.digest());
  }
}

}  // namespace floe::compile
