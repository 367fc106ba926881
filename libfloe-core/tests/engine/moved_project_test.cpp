#include "engine/moved_project.hpp"

#include "floe_test.hpp"

using namespace floe;

TEST_CASE("a moved project is told where its tables are") {
  const auto files = io::make_memory_file_system();
  compile::Compiled here;
  here.state_directory = "/new/p/.floe";
  here.warehouse_uri = "file:///new/p/.floe/warehouse";

  REQUIRE(run::check_not_moved(here, *files, false).has_value());
  CHECK_FALSE(files->read("/new/p/.floe/warehouse/.location").has_value());
  REQUIRE(run::check_not_moved(here, *files, true).has_value());
  CHECK(*files->read("/new/p/.floe/warehouse/.location") == "/new/p/.floe/warehouse\n");
  CHECK(run::check_not_moved(here, *files, true).has_value());

  REQUIRE(files->write_atomic("/new/p/.floe/warehouse/.location", "/old/p/.floe/warehouse\n", io::Durability::kFast)
              .has_value());
  const Status moved = run::check_not_moved(here, *files, true);
  REQUIRE_FALSE(moved.has_value());
  CHECK(moved.error().to_string().find(
            "the tables in `/new/p/.floe/warehouse` were written at `/old/p/.floe/warehouse`") != std::string::npos);

  // A warehouse elsewhere is nobody's neighbour.
  here.warehouse_uri = "file:///data/warehouse";
  CHECK(run::check_not_moved(here, *files, true).has_value());
}
