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

TEST_CASE("directories nest as deep as the limit") {
  using namespace floe;
  const auto files = io::make_memory_file_system();
  std::string path;
  std::vector<std::string> above;
  for (std::size_t i = 0; i < io::kMaxDirectoryDepth; ++i) {
    path += "/d";
    FLOE_REQUIRE_OK(files->create_directories(path));
    CHECK(*io::enter_directory(*files, path, &above));
  }
  FLOE_REQUIRE_OK(files->create_directories(path + "/d"));
  const auto refused = io::enter_directory(*files, path + "/d", &above);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "`/d`: more than 128 directories lie inside each other");
}
