#include "verbs/explain_text.hpp"

#include "floe_test.hpp"

using floe::run::explain_text;

TEST_CASE("a page is text with paragraphs of one width") {
  const char* page =
      "# FLOE-E0001: title\n\nA [link](../x.md) and one of the [web](https://floe.dev) in a paragraph of the "
      "page\nthat "
      "goes on and is longer than a line may be.\n\n- one\n- two\n  three\n\n```yaml file=a.yaml\nname: [a](b)\n\nb: "
      "1\n```\n\n| a | b |\n| --- | --- |\n";
  CHECK(explain_text({{"page", page}}, {}) ==
        "FLOE-E0001: title\n"
        "\n"
        "A link and one of the web (https://floe.dev) in a paragraph of the page that goes on and\n"
        "is longer than a line may be.\n"
        "\n"
        "- one\n"
        "- two three\n"
        "\n"
        "    name: [a](b)\n"
        "\n"
        "    b: 1\n"
        "\n"
        "| a | b |\n"
        "| --- | --- |\n");
  CHECK(explain_text({{"page", "## Fix\nIt.\n"}}, {.color = true}) == "\x1b[1mFix\x1b[0m\nIt.\n");
}

TEST_CASE("all codes are a table") {
  const floe::json::array codes{
      floe::json::object{{"code", "FLOE-E0001"}, {"name", "bad-request"}, {"summary", "not understood"}}};
  CHECK(explain_text({{"codes", codes}}, {}) ==
        "code        name\n"
        "──────────  ───────────  ──────────────\n"
        "FLOE-E0001  bad-request  not understood\n");
}
