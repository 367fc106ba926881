#include "base/io/check_confined.hpp"

#include "floe_test.hpp"

using namespace floe;      // NOLINT: test
using namespace floe::io;  // NOLINT: test

TEST_CASE("a file is read in the folder that a project is confined to") {
  const auto files = make_memory_file_system();
  for (const char* path : {"/p/sub/.git", "/p/.git", "/pq"})
    FLOE_REQUIRE_OK(files->create_directories(path));
  for (const char* path : {"/p/a", "/p/sub/b", "/p/.git/config", "/p/sub/.git/config", "/p/.gitignore", "/pq/c"})
    FLOE_REQUIRE_OK(files->write_atomic(path, "x", Durability::kFast));

  const struct {
    const char* path;
    bool is_read;
  } cases[] = {{"/p/a", true},
               {"/p/sub/b", true},
               {"/p", true},
               {"/p/.gitignore", true},
               {"/p/nowhere", true},  // reading it fails by itself
               {"/p/../pq/c", false},
               {"/pq/c", false},
               {"/p/.git/config", false},
               {"/p/sub/.git/config", false}};

  for (const auto& one : cases) {
    CAPTURE(one.path);
    CHECK(check_confined(*files, "/p", one.path).has_value() == one.is_read);
  }
}
