#include "base/yaml/key_identity.hpp"

#include "base/text/text.hpp"

#include <cmath>

namespace floe::yaml {

namespace {

std::string number_identity(const Node& key) {
  if (key.kind == Kind::kInt) return "n" + (key.integer_overflow ? key.text : std::to_string(key.integer));
  if (std::trunc(key.real) == key.real && std::abs(key.real) < 9.0e18) {
    return "n" + std::to_string(static_cast<std::int64_t>(key.real));
  }
  return "f" + text::python_float(key.real);
}

}  // namespace

std::string key_identity(const Node& key, Resolver resolver) {
  switch (key.kind) {
    case Kind::kNull:
      return "z";
    case Kind::kBool:
      if (resolver == Resolver::kPyYaml11) return key.boolean ? "n1" : "n0";  // True == 1
      return key.boolean ? "b1" : "b0";
    case Kind::kInt:
    case Kind::kFloat:
      return number_identity(key);
    case Kind::kTimestamp:
      return (key.date_only ? "d" : (key.zone_minutes.has_value() ? "t" : "w")) +
             std::to_string(key.integer - key.zone_minutes.value_or(0) * 60'000'000LL);
    case Kind::kString:
    case Kind::kSequence:
    case Kind::kMapping:
      break;
  }
  return "s" + key.text;
}

}  // namespace floe::yaml
