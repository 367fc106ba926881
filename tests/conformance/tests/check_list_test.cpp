// What the specification asks, the runner can answer.
#include "conformance/check_function.hpp"
#include "conformance/method_call.hpp"
#include "floe_test.hpp"

#include "base/json/schema.hpp"

#include <set>

namespace floe::conformance {
namespace {

TEST_CASE("every check has its function, and every function its check") {
  std::set<std::string_view> listed;
  for (const CheckSpec& check : Specification::get().checks()) {
    listed.insert(check.id);
    CAPTURE(check.id);
    CHECK(find_check_function(check.id) != nullptr);
  }
  std::set<std::string_view> written;
  for (const auto checks : {static_checks(), load_checks(), instance_checks(), input_checks(), stream_checks(),
                            row_checks(), cancel_checks()}) {
    for (const CheckFunction& check : checks)
      written.insert(check.id);
  }
  CHECK(written == listed);
}

TEST_CASE("what a check needs comes before it") {
  std::set<std::string> before;
  for (const CheckSpec& check : Specification::get().checks()) {
    for (const std::string& need : check.needs) {
      CAPTURE(check.id, need);
      CHECK(before.count(need) == 1);
    }
    before.insert(check.id);
  }
}

TEST_CASE("every payload schema is one document that its own examples fit") {
  std::set<std::string_view> ids;
  for (const MethodCall& call : method_calls())
    ids.insert(call.interface_id);
  CHECK(ids.size() == 18);
  for (const std::string_view id : ids) {
    const InterfaceSpec* interface = Specification::get().find_interface(id);
    REQUIRE(interface != nullptr);
    for (const MethodSpec& method : interface->methods) {
      std::vector<ValueSpec> values = method.params;
      values.insert(values.end(), method.returns.begin(), method.returns.end());
      for (const ValueSpec& value : values) {
        if (value.kind != "json") continue;
        CAPTURE(value.schema);
        const auto schema = JsonSchema::parse(Specification::get().bundled_schema(value.schema));
        FLOE_REQUIRE_OK(schema);
        for (const json::value& example : Specification::get().examples(value.schema))
          CHECK(schema->problems(example).empty());
      }
    }
  }
}

}  // namespace
}  // namespace floe::conformance
