#include "explain/error_page.hpp"

#include "floe_test.hpp"

using floe::explain::error_pages;
using floe::explain::find_error_page;
using floe::explain::nearest_error_page;

TEST_CASE("every page has a head and a title") {
  REQUIRE(error_pages().size() > 100);
  for (const auto& page : error_pages()) {
    INFO(page.code);
    CHECK(page.code.starts_with("FLOE-"));
    CHECK_FALSE(page.name.empty());
    CHECK((page.severity == "error" || page.severity == "warning" || page.severity == "error or warning"));
    CHECK_FALSE(page.since.empty());
    CHECK(page.text.starts_with("# " + std::string(page.code) + ": " + std::string(page.summary) + "\n"));
  }
}

TEST_CASE("a page is found by every spelling of its code and by its name") {
  for (const char* asked : {"FLOE-E0701", "E0701", "e0701", "floe-e0701", "naming-convention"}) {
    INFO(asked);
    const auto* page = find_error_page(asked);
    REQUIRE(page != nullptr);
    CHECK(page->code == "FLOE-E0701");
  }
  CHECK(find_error_page("0701") == nullptr);
  CHECK(find_error_page("") == nullptr);
}

TEST_CASE("what is no code has a nearest one") {
  CHECK(nearest_error_page("naming-conventon") == "naming-convention");
  CHECK(nearest_error_page("E07O1") == "FLOE-E0701");
  CHECK(nearest_error_page("completely different") == std::nullopt);
}
