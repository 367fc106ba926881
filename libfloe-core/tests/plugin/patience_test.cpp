#include "plugin/patience.hpp"

#include "floe_test.hpp"

#include <optional>
#include <string>
#include <utility>

namespace floe {
namespace {

class OneVariable final : public io::Environment {
 public:
  explicit OneVariable(std::optional<std::string> value) : value_(std::move(value)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    return name == "FLOE_PLUGIN_TIMEOUT" ? value_ : std::nullopt;
  }

 private:
  std::optional<std::string> value_;
};

TEST_CASE("patience is whole seconds within bounds, else a minute") {
  const std::pair<std::optional<std::string>, int> cases[] = {
      {std::nullopt, 60}, {"", 60},   {"1", 1},    {"300", 300}, {"86400", 86400}, {"86401", 60},
      {"0", 60},          {"-5", 60}, {"2.5", 60}, {"10s", 60},  {" 10", 60},
  };
  for (const auto& [value, seconds] : cases) {
    INFO(value.value_or("unset"));
    CHECK(plugin_patience(OneVariable(value)) == std::chrono::seconds(seconds));
  }
}

}  // namespace
}  // namespace floe
