// libFuzzer: any bytes as a template, parsed and rendered with a small context, as text and natively.
// links: dbt
#include "jinja/block_scanner.hpp"
#include "jinja/environment.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace floe::dbt;

constexpr std::size_t kMaxSize = 2'000;  // nested loops over long literals would only be slow

void require(bool condition) {
  if (!condition) std::abort();
}

Value globals() {
  return *load_json(R"({"i": 3, "s": "text", "l": [1, "a"], "d": {"a": 1, "b": [2]}, "f": 1.5, "n": null})");
}

void render(std::string_view source, bool native) {
  Environment environment({.dbt_tags = true, .native = native});
  auto tpl = environment.parse(source, "fuzz");
  if (!tpl) {
    require(!tpl.error().message.empty());
    return;
  }
  DictContext context(globals());
  if (native) {
    auto value = environment.render_value(**tpl, context);
    if (value) (void)type_name(*value);
  } else {
    auto text = environment.render(**tpl, context);
    require(!(*tpl)->is_plain_text() || text);  // text, and expressions folded into it: nothing can fail
  }
}

// Templates that only loop or multiply say nothing about safety and take long.
bool is_costly(std::string_view source) {
  std::size_t loops = 0;
  for (std::size_t at = source.find("for"); at != std::string_view::npos; at = source.find("for", at + 3))
    ++loops;
  return loops > 3 || source.find("**") != std::string_view::npos || source.find('*') != std::string_view::npos ||
         source.find("append") != std::string_view::npos || source.find("extend") != std::string_view::npos ||
         source.find("range") != std::string_view::npos || source.find("insert") != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  if (size > kMaxSize || is_costly(source)) return 0;
  render(source, false);
  render(source, true);
  (void)scan_blocks(source, {"macro", "docs", "test", "snapshot", "materialization"}, true);
  (void)literal_eval(source);
  (void)load_json(source);
  return 0;
}
