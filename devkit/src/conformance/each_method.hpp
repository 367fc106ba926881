// The loop of checks that ask one method after the other.
#pragma once

#include "conformance/probe_instance.hpp"

namespace floe::conformance {

// Runs `one` for each method that the check is about, with an instance of its own.
template <class F>
void for_each_method(Trial& trial, F&& one) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  bool is_any = false;
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    is_any = true;
    one(instance, *method);
    instance.close_handles();
  }
  trial.at("");
  if (!is_any) trial.skip("no method of the plugin is concerned");
}

}  // namespace floe::conformance
