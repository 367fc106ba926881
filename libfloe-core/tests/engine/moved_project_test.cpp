#include "engine/moved_project.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/render.hpp"

using namespace floe;

namespace {

std::string text_of_findings(const Status& status) {
  const std::string* findings = status.has_value() ? nullptr : status.error().detail("floe.diagnostics");
  return findings == nullptr ? "none" : render_diagnostics(*diagnostics_from_json(*findings), {});
}

}  // namespace

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

  // The original has them still.
  REQUIRE(files->create_directories("/old/p/.floe/warehouse").has_value());
  REQUIRE(files->write_atomic("/old/p/.floe/warehouse/.location", "/old/p/.floe/warehouse\n", io::Durability::kFast)
              .has_value());
  CHECK(text_of_findings(run::check_not_moved(here, *files, true)) ==
        "error[FLOE-E0305]: `/new/p/.floe/warehouse` is a copy of the tables at `/old/p/.floe/warehouse`, and their "
        "locations are absolute\n"
        "  = help: work with the tables where they are: `floe -C /old/p`\n"
        "  = help: or build tables of its own here: remove the copy, `rm -r /new/p/.floe`, and `floe run`\n");

  // A warehouse elsewhere is nobody's neighbour.
  here.warehouse_uri = "file:///data/warehouse";
  CHECK(run::check_not_moved(here, *files, true).has_value());
}
