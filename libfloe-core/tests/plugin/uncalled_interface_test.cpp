#include "plugin/uncalled_interface.hpp"

#include "floe_test.hpp"

namespace floe {
namespace {

std::string said(std::string_view group) {
  const InterfaceInfo* info = find_interface_of_group(group);
  if (info == nullptr) return "no such group";
  const auto warning = uncalled_warning(*info);
  return std::string(interface_status_name(info->status)) +
         (warning ? ": " + warning->message + "; " + warning->notes.front() : "");
}

TEST_CASE("an interface that only `floe plugin call` calls says so") {
  InterfaceInfo info = *find_interface_of_group("floe.rbac");
  info.status = InterfaceStatus::kByHand;
  const auto warning = uncalled_warning(info);
  REQUIRE(warning);
  CHECK(warning->message == "no command of floe but `floe plugin call` calls a plugin of `floe.rbac/1`");
}

TEST_CASE("interfaces without a caller say so") {
  CHECK(said("floe.computes") == "called");
  CHECK(said("floe.rbac") == "called");
  CHECK(said("floe.network_security") == "called");
  CHECK(said("floe.quality") ==
        "specification: nothing in floe calls a plugin of `floe.quality/1`; the interface is a specification: plugins "
        "can "
        "be written and checked, and a manifest that chooses one changes nothing");
  CHECK(said("floe.nothing") == "no such group");
}

}  // namespace
}  // namespace floe
