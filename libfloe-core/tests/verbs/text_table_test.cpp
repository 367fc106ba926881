#include "verbs/text_table.hpp"

#include "floe_test.hpp"

namespace floe::run {

TEST_CASE("columns align by code points and numbers to the right") {
  CHECK(format_text_table({{"name", Align::kLeft}, {"rows", Align::kRight}}, {{"café", "7"}, {"x", "1,234"}}, {}) ==
        "name   rows\n"
        "────  ─────\n"
        "café      7\n"
        "x     1,234\n");
}

TEST_CASE("a cell is one line of bounded width") {
  CHECK(format_text_table({{"text", Align::kLeft}}, {{"a\nb"}, {"0123456789"}}, {}, 6) ==
        "text\n──────\na b\n01234…\n");
}

TEST_CASE("what no person reads at a terminal is whole, and pads no other row to its length") {
  const std::string value(300, 'x');
  const std::string table = format_text_table({{"a"}, {"b"}}, {{value, "1"}, {"y", "2"}}, {.cuts_cells = false}, 6);
  const std::string pad(199, ' ');
  CHECK(table.find("\n" + value + "  1\ny" + pad + "  2\n") != std::string::npos);
}

}  // namespace floe::run
