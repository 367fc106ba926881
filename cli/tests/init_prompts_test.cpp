#include "init_prompts.hpp"

#include "floe_test.hpp"

#include <sstream>

using floe::cli::ask_for_product;

TEST_CASE("a person is asked for what the flags do not say") {
  std::istringstream in("shop\n\n  sales team \noci://registry/acme:v1\n");
  std::ostringstream out;
  CHECK(ask_for_product(R"({"directory":"a"})", in, out) ==
        R"({"directory":"a","name":"shop","owner":"sales team","platform":"oci://registry/acme:v1"})");
  CHECK(out.str() ==
        "Name of the product (default: that of the dbt project or of the folder): What it is for: Who answers for it: "
        "Its platform: a manifest, its folder or oci:// (default: one of its own): ");
}

TEST_CASE("what was said is not asked, and the end of the input is an answer") {
  std::istringstream in("");
  std::ostringstream out;
  const char* request = R"({"name":"a","description":"b","platform":"c"})";
  CHECK(ask_for_product(request, in, out) == request);
  CHECK(out.str() == "Who answers for it: \n");
}
