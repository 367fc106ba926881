#include "floe_test.hpp"

#include "base/io/file_system.hpp"

using namespace floe;  // NOLINT: a test of this namespace
using namespace floe::io;

TEST_CASE("paths are joined and taken apart") {
  CHECK(join_path("a", "b") == "a/b");
  CHECK(join_path("a/", "b") == "a/b");
  CHECK(join_path("a", "/b") == "/b");
  CHECK(join_path("", "b") == "b");
  CHECK(join_path("a", "") == "a");
  CHECK(join_path("/", "b") == "/b");

  const struct {
    const char* path;
    const char* parent;
    const char* name;
    const char* stem;
    const char* extension;
  } cases[] = {
      {"a/b/c.sql", "a/b", "c.sql", "c", ".sql"},
      {"c.tar.gz", "", "c.tar.gz", "c.tar", ".gz"},
      {"/a", "/", "a", "a", ""},
      {"/", "/", "", "", ""},
      {"a/b/", "a", "b", "b", ""},
      {".env", "", ".env", ".env", ""},
      {"a/.b.c", "a", ".b.c", ".b", ".c"},
      {"", "", "", "", ""},
      {"a//b", "a", "b", "b", ""},
      {"..", "", "..", "..", ""},
      {"x.", "", "x.", "x", "."},
  };

  for (const auto& one : cases) {
    CAPTURE(one.path);
    CHECK(parent_path(one.path) == one.parent);
    CHECK(file_name(one.path) == one.name);
    CHECK(file_stem(one.path) == one.stem);
    CHECK(file_extension(one.path) == one.extension);
  }
}

TEST_CASE("paths are normalized") {
  const std::pair<const char*, const char*> cases[] = {
      {"a/./b//c/../d", "a/b/d"}, {"../a", "../a"}, {"a/../..", ".."}, {"/..", "/"}, {"", "."}, {"./", "."},
      {"/a/../../b", "/b"},       {"a/..", "."}};
  for (const auto& [path, expected] : cases)
    CHECK(normalize_path(path) == expected);
}

TEST_CASE("a path as seen from a directory") {
  const struct {
    const char* path;
    const char* base;
    const char* expected;
  } cases[] = {{"/a/b/c", "/a", "b/c"}, {"/a/b", "/a/b", "."},  {"/a/x", "/a/b/c", "../../x"},
               {"/x", "/", "x"},        {"a/b", "a", "b"},      {"a", ".", "a"},
               {"b", "a", "../b"},      {"/ab", "/a", "../ab"}, {"/a", "b", "/a"},
               {"a", "../b", "a"},      {"../x", "..", "x"}};

  for (const auto& one : cases) {
    CAPTURE(one.path, one.base);
    CHECK(relative_path(one.path, one.base) == one.expected);
  }
  CHECK(is_absolute_path("/a"));
  CHECK_FALSE(is_absolute_path("a"));
  CHECK_FALSE(is_absolute_path(""));
}

TEST_CASE("what lies in a folder") {
  CHECK(lies_in("/a/b", "/a"));
  CHECK(lies_in("/a", "/a"));
  CHECK(lies_in("/a", "/"));
  CHECK_FALSE(lies_in("/ab", "/a"));
  CHECK_FALSE(lies_in("/a", "/a/b"));
}

TEST_CASE("file URIs are taken literally, as Hadoop and PyIceberg do") {
  CHECK(*path_from_uri("file:///a/b c%20d") == "/a/b c%20d");
  CHECK(*path_from_uri("file:/a") == "/a");
  CHECK(*path_from_uri("FILE://localhost/a") == "/a");
  CHECK(*path_from_uri("/a#b?c") == "/a#b?c");
  CHECK(uri_from_path("/a/b c") == "file:///a/b c");
  for (const char* bad : {"", "a/b", "file:a", "file://host/a", "file://", "s3://b/k", "file:"}) {
    CAPTURE(bad);
    const auto path = path_from_uri(bad);
    REQUIRE_FALSE(path.has_value());
    CHECK(path.error().code == ErrorCode::kInvalidArgument);
  }
}
