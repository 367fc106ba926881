#include "plugin/plugin_timeout.hpp"

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

TEST_CASE("patience is whole seconds within bounds, a minute when nothing is said") {
  const std::pair<std::optional<std::string>, int> cases[] = {
      {std::nullopt, 60}, {"", 60}, {"1", 1}, {"300", 300}, {"86400", 86400}};
  for (const auto& [value, seconds] : cases) {
    INFO(value.value_or("unset"));
    CHECK(*plugin_timeout(OneVariable(value)) == std::chrono::seconds(seconds));
  }
  for (const char* refused : {"86401", "0", "-5", "2.5", "10s", " 10", "abc"}) {
    const auto patience = plugin_timeout(OneVariable(refused));
    REQUIRE_FALSE(patience.has_value());
    CHECK(patience.error().message == "`FLOE_PLUGIN_TIMEOUT` is `" + std::string(refused) +
                                          "`, which is no whole number of seconds from 1 to 86400");
  }
}

}  // namespace
}  // namespace floe
