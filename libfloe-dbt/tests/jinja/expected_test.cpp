// Templates over dbt's modules and values against what CPython makes of them (tests/peers/jinja/expected.py).
#include "floe_test.hpp"
#include "jinja/environment.hpp"
#include "value/datetime.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <fstream>
#include <sstream>

using namespace floe::dbt;

namespace {

constexpr std::int64_t kNow = 1774747815123456;  // 2026-03-29 01:30:15.123456

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Value decimal(Arguments& arguments) {
  return is_decimal(arguments.positional[0]) ? arguments.positional[0] : make_decimal(to_str(arguments.positional[0]));
}

Value builtin(std::string_view name) {
  Value value;
  REQUIRE(find_dbt_builtin(*intern(name).string(), &value));
  return value;
}

Value make_globals(const floe::io::Clock& clock) {
  Value globals = Value::dict();
  globals.dict_object()->set("modules", make_modules(clock));
  globals.dict_object()->set("D", make_function("D", decimal));
  globals.dict_object()->set("now", make_datetime(kNow));
  globals.dict_object()->set("utc", make_utc_datetime(kNow));
  for (const char* name : {"tojson", "fromjson", "toyaml", "fromyaml"}) {
    globals.dict_object()->set(name, builtin(name));
  }
  return globals;
}

}  // namespace

TEST_CASE("modules and values print what CPython prints") {
  auto clock = floe::io::make_system_clock();
  auto cases = load_json(read_file(FLOE_SOURCE_DIR "/libfloe-dbt/tests/jinja/expected.json"));
  FLOE_REQUIRE_OK(cases);
  Environment environment;
  std::size_t checked = 0;
  for (const Value& each : cases->list_object()->items) {
    const DictObject& expected = *each.dict_object();
    const std::string& source = expected.find("template")->as_string();
    DictContext context(make_globals(*clock));
    INFO(source);
    auto tpl = environment.parse(source, "case");
    auto text = tpl ? environment.render(**tpl, context) : floe::Result<std::string>(tpl.error());
    const Value* output = expected.find("output");
    if (output == nullptr) {
      CHECK_FALSE(text.has_value());
    } else {
      if (!text) FAIL_CHECK(text.error().message);
      if (text) CHECK(*text == output->as_string());
    }
    ++checked;
  }
  CHECK(checked > 200);
}
