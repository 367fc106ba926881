#include "base/io/switch_variable.hpp"

#include "floe_test.hpp"

#include <optional>
#include <string>
#include <utility>

namespace floe::io {
namespace {

class OneVariable final : public Environment {
 public:
  explicit OneVariable(std::optional<std::string> value) : value_(std::move(value)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    return name == "FLOE_LOCKED" ? value_ : std::nullopt;
  }

 private:
  std::optional<std::string> value_;
};

TEST_CASE("a switch is on, off, or refused") {
  for (const char* on : {"1", "true", "TRUE", "yes", "Yes"})
    CHECK(*read_switch(OneVariable(on), "FLOE_LOCKED"));
  for (const char* off : {"0", "false", "no", "NO", ""})
    CHECK_FALSE(*read_switch(OneVariable(off), "FLOE_LOCKED"));
  CHECK_FALSE(*read_switch(OneVariable(std::nullopt), "FLOE_LOCKED"));
  for (const char* neither : {"on", "2", " 1", "tru"}) {
    const auto read = read_switch(OneVariable(neither), "FLOE_LOCKED");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().message ==
          "`FLOE_LOCKED` is `" + std::string(neither) + "`; write 1, true or yes, or else 0, false or no");
  }
}

}  // namespace
}  // namespace floe::io
