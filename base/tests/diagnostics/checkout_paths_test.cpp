#include "base/diagnostics/checkout_paths.hpp"

#include "floe_test.hpp"

using namespace floe;

namespace {

std::string named(const std::string& file, io::FileSystem& files, const std::string& directory = "/repo/shop") {
  return diagnostics::in_checkout({error_diagnostic("FLOE-E0101", "x", "x").at(Span{file})}, directory, files)
      .front()
      .primary()
      ->file;
}

}  // namespace

TEST_CASE("CI systems get paths from the root of the checkout") {
  const auto files = io::make_memory_file_system();
  REQUIRE(files->create_directories("/repo/shop/models").has_value());
  CHECK(diagnostics::checkout_of("/repo/shop", *files) == "/repo/shop");
  CHECK(named("models/a.sql", *files) == "models/a.sql");
  CHECK(named("../platform/manifest.yaml", *files) == "/repo/platform/manifest.yaml");

  REQUIRE(files->create_directories("/repo/.git").has_value());
  CHECK(diagnostics::checkout_of("/repo/shop/", *files) == "/repo");
  const std::pair<const char*, const char*> cases[] = {{"models/a.sql", "shop/models/a.sql"},
                                                       {"./floe.yaml", "shop/floe.yaml"},
                                                       {"../platform/manifest.yaml", "platform/manifest.yaml"},
                                                       {"/repo/shop/floe.lock", "shop/floe.lock"},
                                                       {"/elsewhere/x.csv", "/elsewhere/x.csv"},
                                                       {"../../x.csv", "/x.csv"},
                                                       {"s3://bucket/x.csv", "s3://bucket/x.csv"},
                                                       {"", ""}};
  for (const auto& [file, expected] : cases) {
    INFO(file);
    CHECK(named(file, *files) == expected);
  }
}
