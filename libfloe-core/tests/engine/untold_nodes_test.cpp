#include "engine/untold_nodes.hpp"

#include "floe_test.hpp"

using namespace floe;

namespace {

run::NodeResult node(const char* type, const char* name, const char* status, const char* message = "") {
  run::NodeResult out;
  out.unique_id = std::string(type) + ".shop." + name;
  out.resource_type = type;
  out.name = name;
  out.status = status;
  out.message = message;
  return out;
}

}  // namespace

TEST_CASE("what a runtime tells by a status only becomes a finding, also beside those it has") {
  DiagnosticSink sink;
  sink.report(error_diagnostic("FLOE-E0607", "template-error", "broken").addressed("model.shop.broken"));
  run::report_untold_nodes(
      {node("model", "broken", "error", "why"), node("test", "unique", "fail", "Got 1 result"),
       node("test", "odd", "warn", "Got 2 results"), node("model", "mute", "error"), node("test", "fine", "pass"),
       node("model", "below", "skipped"), node("model", "good", "success", "OK")},
      sink);
  std::string found;
  for (const Diagnostic& one : sink.all())
    found += std::string(severity_name(one.severity)) + " " + one.code + " " + one.message + " " + one.address + "\n";
  CHECK(found ==
        "error FLOE-E0607 broken model.shop.broken\n"
        "error FLOE-E0633 test `unique` failed: Got 1 result test.shop.unique\n"
        "warning FLOE-W0632 test `odd` warns: Got 2 results test.shop.odd\n"
        "error FLOE-E0633 model `mute` failed model.shop.mute\n");
}
