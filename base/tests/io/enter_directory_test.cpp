#include "base/io/enter_directory.hpp"

#include "floe_test.hpp"

TEST_CASE("a directory that leads here is no way on, whatever it is called") {
  using namespace floe;
  const auto files = io::make_memory_file_system();
  FLOE_REQUIRE_OK(files->create_directories("/a/b"));
  std::vector<std::string> above;
  CHECK(*io::enter_directory(*files, "/a", &above));
  CHECK(*io::enter_directory(*files, "/a/b", &above));
  CHECK_FALSE(*io::enter_directory(*files, "/a/b/..", &above));
  CHECK(above == std::vector<std::string>{"/a", "/a/b"});
}
