#include "docs_page/page.hpp"

#include "floe_test.hpp"

#include <string>

using floe::docs_page::page_html;
using floe::json::object;

namespace {

constexpr const char* kHostile = "</script><!--<img src=x onerror=alert(1)>&\"'@data@";

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

}  // namespace

TEST_CASE("no text of the data becomes markup of the page, and all of it can be read back") {
  const std::string page = page_html(object{{"name", kHostile}}, kHostile);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(between(page, "<title>", "</title>") ==
        "&lt;/script&gt;&lt;!--&lt;img src=x onerror=alert(1)&gt;&amp;&quot;'@data@");
  const std::string data = between(page, "id=\"data\">", "</script>");
  CHECK(data == R"({"name":"\u003c/script\u003e\u003c!--\u003cimg src=x onerror=alert(1)\u003e\u0026\"'@data@"})");
  const auto read = floe::parse_json_object(data);
  FLOE_REQUIRE_OK(read);
  CHECK(*read == object{{"name", kHostile}});
}

TEST_CASE("the page has every part and no placeholder left") {
  const std::string page = page_html(object{}, "shop");
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find("<title>shop</title>") != std::string::npos);
  for (const char* placeholder : {"@policy@", "@style@", "@script@", "@title@"})
    CHECK(page.find(placeholder) == std::string::npos);
  CHECK(page.find("default-src 'none'; script-src 'sha256-") != std::string::npos);
}
