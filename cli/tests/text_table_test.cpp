#include "text_table.hpp"

#include "floe_test.hpp"

#include <sys/wait.h>
#include <unistd.h>

using namespace floe::cli;

TEST_CASE("columns align by code points and numbers to the right") {
  CHECK(format_text_table({{"name", Align::kLeft}, {"rows", Align::kRight}}, {{"café", "7"}, {"x", "1,234"}}) ==
        "name   rows\n"
        "────  ─────\n"
        "café      7\n"
        "x     1,234\n");
}

TEST_CASE("a cell is one line of bounded width") {
  CHECK(format_text_table({{"text", Align::kLeft}}, {{"a\nb"}, {"0123456789"}}, 6) == "text\n──────\na b\n01234…\n");
}

TEST_CASE("what no person reads at a terminal is whole, and pads no other row to its length") {
  // Of the process: in one of its own, so that the other cases see a terminal.
  const pid_t child = ::fork();
  if (child == 0) {
    keep_cells_whole();
    const std::string value(300, 'x');
    const std::string table = format_text_table({{"a"}, {"b"}}, {{value, "1"}, {"y", "2"}}, 6);
    const std::string pad(199, ' ');
    const bool is_whole = table.find("\n" + value + "  1\ny" + pad + "  2\n") != std::string::npos;
    ::_exit(is_whole ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}

TEST_CASE("counts, durations and sizes read well") {
  CHECK(format_count(0) == "0");
  CHECK(format_count(-1234567) == "-1,234,567");
  CHECK(format_seconds(0.049) == "0.05s");
  CHECK(format_seconds(125.9) == "2m05s");
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(1'234'567) == "1.2 MB");
}
