// What may be asked of a verb: the keys of its request, and how the command line writes them.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

enum class ArgumentKind : std::uint8_t {
  kText,
  kPath,  // relative ones start at the folder of the context
  kNumber,
  kFlag,
  kWords,    // a list of texts, or one text
  kPaths,    // the same of paths
  kMapping,  // an object; YAML or JSON on the command line
};

struct Argument {
  std::string key;
  ArgumentKind kind = ArgumentKind::kText;
  std::string flags;  // "-s,--select"; a bare name is a positional; "" = not on the command line
  std::string help;
  bool is_required = false;
  std::int64_t least = 0;                 // of a number
  std::vector<std::string> choices = {};  // of a text or of words; none: any text
};

// Flags of dbt without a key, which scripts written for dbt may give.
struct UnusedFlags {
  std::string flags;
  std::string why;  // they are refused; "" = they change nothing
};

// Built where the verb is defined, in the order that help and positionals have.
class Arguments {
 public:
  Arguments& text(const std::string& flags, const std::string& key, const std::string& help, bool is_required = false);
  Arguments& path(const std::string& flags, const std::string& key, const std::string& help, bool is_required = false);
  Arguments& number(const std::string& flags, const std::string& key, std::int64_t least, const std::string& help);
  // The last key takes only these.
  Arguments& among(std::vector<std::string> choices);
  Arguments& flag(const std::string& flags, const std::string& key, const std::string& help);
  Arguments& words(const std::string& flags, const std::string& key, const std::string& help);
  Arguments& paths(const std::string& flags, const std::string& key, const std::string& help);
  Arguments& mapping(const std::string& flags, const std::string& key, const std::string& help);
  Arguments& refused(const std::string& flags, const std::string& why);
  Arguments& ignored(const std::vector<std::string>& flags);
  Arguments& add(const Arguments& others);

  [[nodiscard]] const std::vector<Argument>& all() const { return all_; }

  // The request with one text for a list of texts as that list. kInvalidArgument: a key that is none of these, a value
  // of another kind, an empty text, a required key that is missing. `verb` as people type it.
  [[nodiscard]] Result<json::object> check(std::string_view verb, json::object request) const;

  // JSON Schema (2020-12) of the request. `x-flags` of a property says how the command line writes it, `x-path` that it
  // is a path, and `x-unused` of the whole what UnusedFlags are.
  [[nodiscard]] json::object schema() const;

 private:
  Arguments& add(Argument argument);

  std::vector<Argument> all_;
  std::vector<UnusedFlags> unused_;
};

}  // namespace floe::run
