#include "base/io/switch_variable.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::io {

Result<bool> read_switch(const Environment& environment, const std::string& name) {
  const std::string written = environment.get(name).value_or("");
  const std::string word = text::to_lower_ascii(written);
  if (word == "1" || word == "true" || word == "yes") return true;
  if (word.empty() || word == "0" || word == "false" || word == "no") return false;
  return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`; write 1, true or yes, or else 0, false or no", name,
               written);
}

}  // namespace floe::io
