// A program gets out of a verb whose plugin does not return.
#include "embedded_project.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

namespace floe::embedding_test {
namespace {

constexpr const char* kManifest =
    R"({"manifest_version": 1, "id": "org.example.hostile", "version": "1.0.0", "vendor": "Example", "abi": {"major": 1},
 "group": "floe.lineage_backends", "name": "hostile", "interface": "floe.lineage/1", "library": "hostile.so"})";

// The plugin of tests/peers/hostile, which does what HOSTILE says.
void install_hostile(const Folder& root, const char* behaviour) {
  root.write("floe.lineage_backends/hostile/plugin.json", kManifest);
  std::filesystem::copy(FLOE_HOSTILE, root.path() + "/floe.lineage_backends/hostile/hostile.so");
  ::setenv("HOSTILE", behaviour, 1);
}

std::string running() {
  std::string text(1'000, '\0');
  text.resize(floe_running_calls(text.data(), text.size()));
  return text;
}

std::string details(const ResultPtr& result) {
  std::size_t length = 0;
  const char* text = floe_result_diagnostics(result.get(), &length);
  return {text, length};
}

TEST_CASE("a cancel gets the program out of a call that does not return, and the context is of no more use") {
  const Folder root;
  install_hostile(root, "describe:hang");
  const Project project;
  const ContextPtr context = project.open(root.path());
  ResultPtr answer;
  std::thread caller([&] {
    answer = call("plugin call", context, R"({"plugin": "floe.lineage_backends/hostile", "method": "describe"})");
  });
  while (running().find("`lineage.describe` of plugin `org.example.hostile`") == std::string::npos)
    std::this_thread::yield();
  const auto began = std::chrono::steady_clock::now();
  floe_context_cancel(context.get());
  caller.join();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  CHECK(floe_result_status(answer.get()) == FLOE_CANCELLED);
  CHECK(floe_result_exit_code(answer.get()) == 130);
  CHECK(details(answer).find("`lineage.describe` of plugin `org.example.hostile` did not return and is left behind") !=
        std::string::npos);
  const ResultPtr after = call("plugin list", context);
  CHECK(floe_result_status(after.get()) == FLOE_INVALID_STATE);
  CHECK(std::string(floe_result_message(after.get())) ==
        "a plugin did not return from a call of the context: destroy it and make another one");
  const ContextPtr other = project.open();
  CHECK(floe_result_status(call("plugin list", other).get()) == FLOE_OK);
}

}  // namespace
}  // namespace floe::embedding_test
