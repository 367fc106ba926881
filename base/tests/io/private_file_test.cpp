#include "base/io/private_file.hpp"

#include "floe_test.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"

TEST_CASE("a private file is its owner's from the start, and made once") {
  using namespace floe;  // NOLINT: a test of this namespace
  const auto files = io::make_disk_file_system();
  const std::string directory = "/tmp/floe-private-" + io::random_uuid();
  REQUIRE(files->create_directories(directory));
  FLOE_CHECK_OK(io::create_private_file(directory + "/key", "secret"));
  const auto again = io::create_private_file(directory + "/key", "other");
  CHECK(again.error().code == ErrorCode::kAlreadyExists);
  CHECK(*files->read(directory + "/key") == "secret");
  CHECK(files->stat(directory + "/key")->mode == 0600U);
  CHECK(files->list(directory)->size() == 1);
  CHECK(io::create_private_file(directory + "/nowhere/key", "x").error().code == ErrorCode::kNotFound);
  FLOE_CHECK_OK(files->remove_all(directory));
}
