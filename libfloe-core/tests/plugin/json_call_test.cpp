// Methods by name: every slot of every interface has one.
#include "plugin/json_call.hpp"

#include "floe_test.hpp"
#include "plugin/interface_info.hpp"

#include <algorithm>
#include <array>

namespace floe {
namespace {

TEST_CASE("every method of every interface can be called by name") {
  constexpr std::array<std::string_view, 3> kLifecycle{"validate_config", "create", "destroy"};
  for (const InterfaceInfo* info : known_interfaces()) {
    std::vector<std::string> slots;
    for (const SlotInfo& slot : info->slots) {
      if (std::find(kLifecycle.begin(), kLifecycle.end(), slot.name) == kLifecycle.end()) slots.emplace_back(slot.name);
    }
    std::vector<std::string> methods;
    for (const JsonMethod& method : json_methods(info->id))
      methods.emplace_back(method.name);
    INFO(info->id);
    CHECK(methods == slots);
  }
  CHECK(known_interfaces().size() == 18);
  CHECK(json_methods("floe.compute/2").empty());
}

}  // namespace
}  // namespace floe
