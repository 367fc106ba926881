// Python's `re` over PCRE2.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "value/iterators.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

namespace floe::dbt {

namespace {

enum Flag : std::int64_t {
  kIgnoreCase = 2,
  kLocale = 4,
  kMultiline = 8,
  kDotAll = 16,
  kUnicode = 32,
  kVerbose = 64,
  kAscii = 256
};

[[noreturn]] void bad_pattern(const std::string& message) { raise(ExceptionKind::kValueError, message); }

// What Python writes otherwise: \Z is the very end, {,n} starts at 0.
std::string translate(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t index = 0; index < pattern.size(); ++index) {
    char each = pattern[index];
    if (each == '\\' && index + 1 < pattern.size()) {
      char next = pattern[++index];
      if (next == 'Z' && !in_class) {
        out += "\\z";
      } else {
        out += each;
        out += next;
      }
      continue;
    }
    if (in_class) {
      if (each == ']') in_class = false;
      if (each == '[') out += '\\';  // an ordinary character in Python
    } else if (each == '[') {
      in_class = true;
      out += each;
      if (index + 1 < pattern.size() && pattern[index + 1] == '^') out += pattern[++index];
      if (index + 1 < pattern.size() && pattern[index + 1] == ']') {
        out += "\\]";
        ++index;
      }
      continue;
    } else if (each == '{' && index + 1 < pattern.size() && pattern[index + 1] == ',') {
      out += "{0";
      continue;
    }
    out += each;
  }
  return out;
}

class CompiledPattern {
 public:
  CompiledPattern(std::string_view pattern, std::int64_t flags) {
    std::uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if ((flags & kAscii) == 0) options |= PCRE2_UCP;
    if ((flags & kIgnoreCase) != 0) options |= PCRE2_CASELESS;
    if ((flags & kMultiline) != 0) options |= PCRE2_MULTILINE;
    if ((flags & kDotAll) != 0) options |= PCRE2_DOTALL;
    if ((flags & kVerbose) != 0) options |= PCRE2_EXTENDED;
    std::string source = translate(pattern);
    int code = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(), options, &code, &offset, nullptr));
    if (!code_) {
      PCRE2_UCHAR message[200];
      pcre2_get_error_message(code, message, sizeof message);
      bad_pattern(fmt::format("{} at position {}", reinterpret_cast<const char*>(message), offset));
    }
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
    pcre2_pattern_info(code_.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
    read_names();
  }

  // The spans of all groups in bytes; false when there is no match. `mode` is a PCRE2 anchoring option.
  bool match(std::string_view text, std::size_t start, std::uint32_t mode, std::vector<std::size_t>* spans) const {
    std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
        pcre2_match_data_create_from_pattern(code_.get(), nullptr), pcre2_match_data_free);
    const auto begin = std::chrono::steady_clock::now();
    int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), start, mode,
                            data.get(), nullptr);
    // How much work a match is only its time says: a minute is all the steps there are.
    const std::chrono::nanoseconds taken = std::chrono::steady_clock::now() - begin;
    Meter::step(1 + static_cast<std::uint64_t>(taken.count()) / 600);
    if (count == PCRE2_ERROR_NOMATCH) return false;
    if (count < 0) raise(ExceptionKind::kRuntimeError, "the regular expression takes too long on this text");
    const PCRE2_SIZE* vector = pcre2_get_ovector_pointer(data.get());
    spans->assign(vector, vector + 2 * (groups + 1));  // NOLINT(bugprone-implicit-widening-of-multiplication-result)
    return true;
  }

  std::uint32_t groups = 0;
  std::vector<std::pair<std::string, std::uint32_t>> names;  // in the order of the groups

 private:
  void read_names() {
    std::uint32_t count = 0;
    std::uint32_t size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMEENTRYSIZE, &size);
    // NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion)
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMETABLE, &table);
    for (std::uint32_t index = 0; index < count; ++index, table += size) {
      names.emplace_back(reinterpret_cast<const char*>(table + 2), (table[0] << 8U) | table[1]);
    }
    std::sort(names.begin(), names.end(),
              [](const auto& left, const auto& right) { return left.second < right.second; });
  }

  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  };

  std::unique_ptr<pcre2_code, Free> code_;
};

constexpr std::size_t kUnset = PCRE2_UNSET;

class PatternObject final : public Object {
 public:
  PatternObject(std::string text, std::int64_t given) : source(std::move(text)), flags(given), code(source, given) {}

  [[nodiscard]] std::string_view type_name() const override { return "Pattern"; }

  [[nodiscard]] std::string repr() const override { return "re.compile(" + to_repr(Value(source)) + ")"; }

  [[nodiscard]] bool equals(const Value& other) const override {
    const auto* pattern = other.object_as<PatternObject>();
    return pattern != nullptr && pattern->source == source && pattern->flags == flags;
  }

  [[nodiscard]] std::uint64_t hash() const override { return hash_text(source); }

  bool get_attr(const StringObject& name, Value* out) override;

  const std::string source;
  const std::int64_t flags;
  const CompiledPattern code;
};

class MatchObject final : public Object {
 public:
  MatchObject(Ref<PatternObject> matched, Value subject, std::vector<std::size_t> found)
      : pattern(std::move(matched)), text(std::move(subject)), spans(std::move(found)) {}

  [[nodiscard]] std::string_view type_name() const override { return "Match"; }

  [[nodiscard]] std::string repr() const override {
    return fmt::format("<re.Match object; span=({}, {}), match={}>", position(spans[0]), position(spans[1]),
                       to_repr(group(0)));
  }

  bool get_attr(const StringObject& name, Value* out) override;

  bool get_item(const Value& key, Value* out) override {
    auto index = find_index(key);
    if (index) *out = group(*index);
    return index.has_value();
  }

  [[nodiscard]] Value group(std::uint32_t index, const Value& fallback = Value()) const {
    if (spans[2 * index] == kUnset) return fallback;  // NOLINT(bugprone-implicit-widening-of-multiplication-result)
    // NOLINTNEXTLINE(bugprone-implicit-widening-of-multiplication-result)
    return Value(std::string_view(text.as_string()).substr(spans[2 * index], spans[2 * index + 1] - spans[2 * index]));
  }

  [[nodiscard]] std::optional<std::uint32_t> find_index(const Value& key) const {
    if (auto index = as_index(key)) {
      if (*index >= 0 && *index <= pattern->code.groups) return static_cast<std::uint32_t>(*index);
    } else if (key.is_string()) {
      for (const auto& [name, index_of_name] : pattern->code.names) {
        if (name == key.as_string()) return index_of_name;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::uint32_t index_of(const Value& key) const {
    auto index = find_index(key);
    if (!index) raise(ExceptionKind::kIndexError, "no such group");
    return *index;
  }

  // Bytes to characters.
  [[nodiscard]] std::int64_t position(std::size_t offset) const {
    if (offset == kUnset) return -1;
    return static_cast<std::int64_t>(unicode::count(std::string_view(text.as_string()).substr(0, offset)));
  }

  [[nodiscard]] std::string expand(std::string_view replacement) const;

  const Ref<PatternObject> pattern;
  const Value text;
  const std::vector<std::size_t> spans;
};

// \1, \g<1>, \g<name> and escapes of a replacement.
std::string MatchObject::expand(std::string_view replacement) const {
  std::string out;
  auto add = [&](const Value& key) {
    Value part = group(index_of(key));
    if (part.is_string()) out += part.as_string();
  };
  for (std::size_t index = 0; index < replacement.size(); ++index) {
    char each = replacement[index];
    if (each != '\\') {
      out += each;
      continue;
    }
    if (++index >= replacement.size()) bad_pattern("bad escape (end of pattern) at position 0");
    char code = replacement[index];
    if (code == 'g') {
      std::size_t close = replacement.find('>', index);
      if (index + 1 >= replacement.size() || replacement[index + 1] != '<' || close == std::string_view::npos) {
        bad_pattern("missing <");
      }
      std::string name(replacement.substr(index + 2, close - index - 2));
      bool number = !name.empty() &&
                    std::all_of(name.begin(), name.end(), [](char digit) { return digit >= '0' && digit <= '9'; });
      add(number ? dbt::to_int(Value(name)) : Value(name));
      index = close;
    } else if (code >= '1' && code <= '9') {
      std::string digits(1, code);
      if (index + 1 < replacement.size() && replacement[index + 1] >= '0' && replacement[index + 1] <= '9') {
        digits += replacement[++index];
      }
      add(dbt::to_int(Value(digits)));
    } else if (code == 'n') {
      out += '\n';
    } else if (code == 't') {
      out += '\t';
    } else if (code == 'r') {
      out += '\r';
    } else if (code == '0') {
      out += '\0';
    } else if (std::isalpha(static_cast<unsigned char>(code)) != 0) {
      bad_pattern(fmt::format("bad escape \\{} at position {}", code, index - 1));
    } else {
      out += code;
    }
  }
  return out;
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity,readability-function-size)
bool MatchObject::get_attr(const StringObject& name, Value* out) {
  std::string_view member = name.view();
  if (member == "string") return *out = text, true;
  if (member == "re") return *out = Value(pattern), true;
  if (member == "pos") return *out = Value(0), true;
  if (member == "endpos") return *out = Value(text.string()->length()), true;
  if (member == "lastindex" || member == "lastgroup") {
    std::uint32_t last = 0;
    for (std::uint32_t index = 1; index <= pattern->code.groups; ++index) {
      if (spans[2 * index] != kUnset) last = index;  // NOLINT(bugprone-implicit-widening-of-multiplication-result)
    }
    *out = last == 0 || member == "lastgroup" ? Value() : Value(last);
    for (const auto& [group_name, index] : pattern->code.names) {
      if (member == "lastgroup" && index == last) *out = Value(group_name);
    }
    return true;
  }
  BoundFunction function = nullptr;
  if (member == "group") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      const auto* match = self.object_as<MatchObject>();
      if (arguments.positional.empty()) return match->group(0);
      if (arguments.positional.size() == 1) return match->group(match->index_of(arguments.positional[0]));
      std::vector<Value> parts;
      for (const Value& key : arguments.positional)
        parts.push_back(match->group(match->index_of(key)));
      return Value::tuple(std::move(parts));
    };
  } else if (member == "groups") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      Value bound[1];
      bind_arguments("groups", arguments, {"default"}, 0, bound);
      const auto* match = self.object_as<MatchObject>();
      std::vector<Value> parts;
      for (std::uint32_t index = 1; index <= match->pattern->code.groups; ++index) {
        parts.push_back(match->group(index, bound[0].is_missing() ? Value() : bound[0]));
      }
      return Value::tuple(std::move(parts));
    };
  } else if (member == "groupdict") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      Value bound[1];
      bind_arguments("groupdict", arguments, {"default"}, 0, bound);
      const auto* match = self.object_as<MatchObject>();
      auto dict = make_ref<DictObject>();
      for (const auto& [group_name, index] : match->pattern->code.names) {
        dict->set(Value(group_name), match->group(index, bound[0].is_missing() ? Value() : bound[0]));
      }
      return Value(dict);
    };
  } else if (member == "expand") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      expect_count("expand", arguments, 1, 1);
      return self.object_as<MatchObject>()->expand(expect_string(arguments.positional[0], "template"));
    };
  } else if (member == "start" || member == "end" || member == "span") {
    auto bounds = [](const Value& self, Arguments& arguments) {
      const auto* match = self.object_as<MatchObject>();
      std::uint32_t index = arguments.positional.empty() ? 0 : match->index_of(arguments.positional[0]);
      // NOLINTNEXTLINE(bugprone-implicit-widening-of-multiplication-result)
      return std::pair(match->position(match->spans[2 * index]), match->position(match->spans[2 * index + 1]));
    };
    if (member == "start") {
      function = [](const Value& self, Arguments& arguments) -> Value {
        return decltype(bounds){}(self, arguments).first;
      };
    } else if (member == "end") {
      function = [](const Value& self, Arguments& arguments) -> Value {
        return decltype(bounds){}(self, arguments).second;
      };
    } else {
      function = [](const Value& self, Arguments& arguments) -> Value {
        auto [start, end] = decltype(bounds){}(self, arguments);
        return Value::tuple({Value(start), Value(end)});
      };
    }
  }
  if (function == nullptr) return false;
  *out = make_bound_function(member, Value(Ref<MatchObject>(this)), function);
  return true;
}

// --- What both a pattern and the module offer.

Ref<PatternObject> compile(const Value& pattern, const Value& flags) {
  if (auto* compiled = pattern.object_as<PatternObject>()) return Ref<PatternObject>(compiled);
  if (!pattern.is_string()) {
    raise(ExceptionKind::kTypeError, "first argument must be string or compiled pattern");
  }
  std::int64_t bits = flags.is_missing() ? 0 : expect_index(flags);
  // Macros call re.match with the same few patterns over and over.
  static thread_local std::map<std::pair<std::string, std::int64_t>, Ref<PatternObject>> cache;
  auto key = std::pair(pattern.as_string(), bits);
  if (auto found = cache.find(key); found != cache.end()) return found->second;
  if (cache.size() > 200) cache.clear();
  return cache.emplace(key, make_ref<PatternObject>(pattern.as_string(), bits)).first->second;
}

const std::string& subject(const Value& text) {
  if (!text.is_string()) {
    raise(ExceptionKind::kTypeError,
          text.is_none() ? "expected string or bytes-like object, got 'NoneType'"
                         : fmt::format("expected string or bytes-like object, got '{}'", type_name(text)));
  }
  return text.as_string();
}

Value find(const Ref<PatternObject>& pattern, const Value& text, std::uint32_t mode) {
  std::vector<std::size_t> spans;
  if (!pattern->code.match(subject(text), 0, mode, &spans)) return {};
  return Value(make_ref<MatchObject>(pattern, text, std::move(spans)));
}

// Calls f(spans) for each match from left to right; empty matches may touch the end of the one before.
template <class F>
void each_match(const PatternObject& pattern, const std::string& text, F function) {
  std::vector<std::size_t> spans;
  std::size_t position = 0;
  std::size_t last_end = kUnset;
  while (position <= text.size()) {
    // Directly behind a match that was not empty, an empty match may begin, but not twice at one place.
    std::uint32_t mode = position == last_end ? PCRE2_NOTEMPTY_ATSTART : 0;
    if (!pattern.code.match(text, position, mode, &spans)) return;
    if (!function(spans)) return;
    bool empty = spans[0] == spans[1];
    position = spans[1];
    last_end = empty ? position : kUnset;
  }
}

Value match_groups(const PatternObject& pattern, const std::string& text, const std::vector<std::size_t>& spans) {
  auto part = [&](std::uint32_t index) {
    if (spans[2 * index] == kUnset) return Value("");  // NOLINT(bugprone-implicit-widening-of-multiplication-result)
    // NOLINTNEXTLINE(bugprone-implicit-widening-of-multiplication-result)
    return Value(std::string_view(text).substr(spans[2 * index], spans[2 * index + 1] - spans[2 * index]));
  };
  if (pattern.code.groups == 0) return part(0);
  if (pattern.code.groups == 1) return part(1);
  std::vector<Value> parts;
  for (std::uint32_t index = 1; index <= pattern.code.groups; ++index)
    parts.push_back(part(index));
  return Value::tuple(std::move(parts));
}

Value find_all(const Ref<PatternObject>& pattern, const Value& value) {
  std::vector<Value> found;
  const std::string& text = subject(value);
  each_match(*pattern, text, [&](const std::vector<std::size_t>& spans) {
    found.push_back(match_groups(*pattern, text, spans));
    return true;
  });
  return Value::list(std::move(found));
}

Value find_iterator(const Ref<PatternObject>& pattern, const Value& value) {
  std::vector<Value> found;
  each_match(*pattern, subject(value), [&](const std::vector<std::size_t>& spans) {
    found.emplace_back(make_ref<MatchObject>(pattern, value, spans));
    return true;
  });
  return make_iterator("callable_iterator", std::make_unique<VectorIterator>(std::move(found)));
}

Value substitute(const Ref<PatternObject>& pattern, Machine& machine, const Value& replacement, const Value& value,
                 std::int64_t limit, bool with_count) {
  const std::string& text = subject(value);
  std::string out;
  std::size_t copied = 0;
  std::int64_t done = 0;
  each_match(*pattern, text, [&](const std::vector<std::size_t>& spans) {
    out.append(text, copied, spans[0] - copied);
    Meter::grow_text(out.size());
    auto match = make_ref<MatchObject>(pattern, value, spans);
    if (is_callable(replacement)) {
      Value argument(match);
      Arguments arguments{machine, std::span<const Value>(&argument, 1), {}};
      Value made = call(replacement, arguments);
      out += expect_string(made, "replacement");
    } else {
      out += match->expand(expect_string(replacement, "replacement"));
    }
    copied = spans[1];
    return ++done != limit;
  });
  out.append(text, copied);
  if (!with_count) return Value(std::move(out));
  return Value::tuple({Value(std::move(out)), Value(done)});
}

Value split(const Ref<PatternObject>& pattern, const Value& value, std::int64_t limit) {
  const std::string& text = subject(value);
  std::vector<Value> parts;
  std::size_t copied = 0;
  std::int64_t done = 0;
  each_match(*pattern, text, [&](const std::vector<std::size_t>& spans) {
    parts.emplace_back(std::string_view(text).substr(copied, spans[0] - copied));
    for (std::uint32_t index = 1; index <= pattern->code.groups; ++index) {
      if (spans[2 * index] == kUnset) {  // NOLINT(bugprone-implicit-widening-of-multiplication-result)
        parts.emplace_back();
      } else {
        // NOLINTNEXTLINE(bugprone-implicit-widening-of-multiplication-result)
        parts.emplace_back(std::string_view(text).substr(spans[2 * index], spans[2 * index + 1] - spans[2 * index]));
      }
    }
    copied = spans[1];
    return ++done != limit;
  });
  parts.emplace_back(std::string_view(text).substr(copied));
  return Value::list(std::move(parts));
}

enum class Operation : std::uint8_t { kMatch, kSearch, kFullMatch, kFindAll, kFindIter, kSub, kSubN, kSplit };

std::uint32_t mode_of(Operation operation) {
  if (operation == Operation::kMatch) return PCRE2_ANCHORED;
  if (operation == Operation::kFullMatch) return PCRE2_ANCHORED | PCRE2_ENDANCHORED;
  return 0;
}

// `pattern` comes from `self`, or is the first argument; `flags` is the last one of the module's functions.
template <Operation operation>
Value run(const Value& self, Arguments& arguments) {
  bool module = self.is_none();
  bool sub = operation == Operation::kSub || operation == Operation::kSubN;
  Value bound[5];
  if (sub) {
    if (module) {
      bind_arguments("sub", arguments, {"pattern", "repl", "string", "count", "flags"}, 3, bound);
    } else {
      bind_arguments("sub", arguments, {"repl", "string", "count"}, 2, std::span(bound).subspan(1));
      bound[0] = self;
      bound[4] = Value::missing();
    }
    std::int64_t limit = bound[3].is_missing() ? 0 : expect_index(bound[3]);
    return substitute(compile(bound[0], bound[4]), arguments.machine, bound[1], bound[2], limit == 0 ? -1 : limit,
                      operation == Operation::kSubN);
  }
  if (operation == Operation::kSplit) {
    if (module) {
      bind_arguments("split", arguments, {"pattern", "string", "maxsplit", "flags"}, 2, std::span(bound).first(4));
    } else {
      bind_arguments("split", arguments, {"string", "maxsplit"}, 1, std::span(bound).subspan(1, 2));
      bound[0] = self;
      bound[3] = Value::missing();
    }
    std::int64_t limit = bound[2].is_missing() ? 0 : expect_index(bound[2]);
    return split(compile(bound[0], bound[3]), bound[1], limit == 0 ? -1 : limit);
  }
  if (module) {
    bind_arguments("match", arguments, {"pattern", "string", "flags"}, 2, std::span(bound).first(3));
  } else {
    bind_arguments("match", arguments, {"string"}, 1, std::span(bound).subspan(1, 1));
    bound[0] = self;
    bound[2] = Value::missing();
  }
  Ref<PatternObject> pattern = compile(bound[0], bound[2]);
  if (operation == Operation::kFindAll) return find_all(pattern, bound[1]);
  if (operation == Operation::kFindIter) return find_iterator(pattern, bound[1]);
  return find(pattern, bound[1], mode_of(operation));
}

struct NamedOperation {
  std::string_view name;
  BoundFunction function;
};

constexpr NamedOperation kOperations[] = {
    {"match", run<Operation::kMatch>},         {"search", run<Operation::kSearch>},
    {"fullmatch", run<Operation::kFullMatch>}, {"findall", run<Operation::kFindAll>},
    {"finditer", run<Operation::kFindIter>},   {"sub", run<Operation::kSub>},
    {"subn", run<Operation::kSubN>},           {"split", run<Operation::kSplit>},
};

bool PatternObject::get_attr(const StringObject& name, Value* out) {
  std::string_view member = name.view();
  if (member == "pattern") return *out = Value(source), true;
  if (member == "flags") return *out = Value(flags | ((flags & kAscii) == 0 ? std::int64_t{kUnicode} : 0)), true;
  if (member == "groups") return *out = Value(code.groups), true;
  if (member == "groupindex") {
    auto dict = make_ref<DictObject>();
    for (const auto& [group_name, index] : code.names)
      dict->set(Value(group_name), Value(index));
    return *out = Value(dict), true;
  }
  for (const NamedOperation& operation : kOperations) {
    if (operation.name != member) continue;
    *out = make_bound_function(member, Value(Ref<PatternObject>(this)), operation.function);
    return true;
  }
  return false;
}

Value compile_function(Arguments& arguments) {
  Value bound[2];
  bind_arguments("compile", arguments, {"pattern", "flags"}, 1, bound);
  return Value(compile(bound[0], bound[1]));
}

Value escape(Arguments& arguments) {
  Value bound[1];
  bind_arguments("escape", arguments, {"pattern"}, 1, bound);
  std::string out;
  for (char each : subject(bound[0])) {
    if (std::string_view("()[]{}?*+-|^$\\.&~# \t\n\r\v\f").find(each) != std::string_view::npos) out += '\\';
    out += each;
  }
  return Value(std::move(out));
}

}  // namespace

Value make_re_module() {
  std::vector<std::pair<std::string, Value>> members = {
      {"compile", make_function("compile", compile_function)},
      {"escape", make_function("escape", escape)},
  };
  for (const NamedOperation& operation : kOperations) {
    members.emplace_back(operation.name, make_bound_function(operation.name, Value(), operation.function));
  }
  static constexpr std::pair<std::string_view, Flag> kFlags[] = {{"I", kIgnoreCase}, {"IGNORECASE", kIgnoreCase},
                                                                 {"L", kLocale},     {"LOCALE", kLocale},
                                                                 {"M", kMultiline},  {"MULTILINE", kMultiline},
                                                                 {"S", kDotAll},     {"DOTALL", kDotAll},
                                                                 {"U", kUnicode},    {"UNICODE", kUnicode},
                                                                 {"X", kVerbose},    {"VERBOSE", kVerbose},
                                                                 {"A", kAscii},      {"ASCII", kAscii}};
  for (const auto& [name, flag] : kFlags)
    members.emplace_back(name, Value(static_cast<std::int64_t>(flag)));
  return make_namespace("module", std::move(members));
}

}  // namespace floe::dbt
