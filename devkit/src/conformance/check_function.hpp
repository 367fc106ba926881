// The functions behind the ids of conformance.json.
#pragma once

#include "conformance/trial.hpp"

#include <span>

namespace floe::conformance {

struct CheckFunction {
  std::string_view id;
  void (*run)(Trial& trial);
};

std::span<const CheckFunction> static_checks();
std::span<const CheckFunction> load_checks();
std::span<const CheckFunction> instance_checks();  // level 2, of an instance as a whole
std::span<const CheckFunction> input_checks();     // level 2, of single methods
std::span<const CheckFunction> stream_checks();
std::span<const CheckFunction> cancel_checks();
std::span<const CheckFunction> row_checks();

// nullptr for an id that no function has.
const CheckFunction* find_check_function(std::string_view id);

}  // namespace floe::conformance
