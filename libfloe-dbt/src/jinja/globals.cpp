// Jinja's own global functions, and dbt's base context functions that need no host.
#include "jinja/environment.hpp"
#include "jinja/frame.hpp"
#include "jinja/namespace.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace floe::dbt {

std::string NamespaceObject::repr() const { return "<Namespace " + to_repr(Value(attributes)) + ">"; }

namespace {

constexpr std::int64_t kMaxRange = 100000;  // the sandbox's

std::int64_t range_bound(const Value& value) {
  if (auto index = as_index(value)) return *index;
  if (value.kind() == Kind::kBigInt) {
    raise(ExceptionKind::kOverflowError, fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE "
                                                     "({}).",
                                                     kMaxRange));
  }
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
}

Value range(Arguments& arguments) {
  std::size_t count = arguments.positional.size();
  if (!arguments.named.empty()) raise(ExceptionKind::kTypeError, "safe_range() got an unexpected keyword argument");
  if (count == 0 || count > 3) {
    raise(ExceptionKind::kTypeError, fmt::format("range expected at {} argument{}, got {}",
                                                 count == 0 ? "least 1" : "most 3", count == 0 ? "" : "s", count));
  }
  std::int64_t bounds[3] = {0, 0, 1};
  for (std::size_t index = 0; index < count; ++index) {
    bounds[count == 1 ? 1 : index] = range_bound(arguments.positional[index]);
  }
  if (bounds[2] == 0) raise(ExceptionKind::kValueError, "range() arg 3 must not be zero");
  // Distances are taken in 128 bits so that extreme bounds do not overflow.
  __extension__ using Wide = __int128;
  Wide span = bounds[2] > 0 ? Wide(bounds[1]) - bounds[0] : Wide(bounds[0]) - bounds[1];
  Wide step = bounds[2] > 0 ? Wide(bounds[2]) : -Wide(bounds[2]);
  if (span > 0 && (span - 1) / step + 1 > kMaxRange) {
    raise(ExceptionKind::kOverflowError,
          fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).", kMaxRange));
  }
  return Value(make_ref<RangeObject>(bounds[0], bounds[1], bounds[2]));
}

// dict(), with a mapping or pairs, and keywords.
Value make_dict(Arguments& arguments) {
  if (arguments.positional.size() > 1) {
    raise(ExceptionKind::kTypeError,
          fmt::format("dict expected at most 1 argument, got {}", arguments.positional.size()));
  }
  Value result = Value::dict();
  call_method(result, intern("update"), arguments);
  return result;
}

Value make_namespace_object(Arguments& arguments) {
  Value attributes = make_dict(arguments);
  auto result = make_ref<NamespaceObject>();
  result->attributes = Ref<DictObject>(attributes.dict_object());
  return Value(result);
}

class Cycler final : public Object {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}

  [[nodiscard]] std::string_view type_name() const override { return "Cycler"; }

  bool get_attr(const StringObject& name, Value* out) override {
    if (name.view() == "current") return *out = items_[position_], true;
    if (name.view() == "items") return *out = Value::tuple(items_), true;
    if (name.view() == "pos") return *out = position_, true;
    if (name.view() == "next" || name.view() == "reset") {
      *out = make_bound_function(name.view(), Value(Ref<Cycler>(this)), name.view() == "next" ? next : reset);
      return true;
    }
    return false;
  }

 private:
  static Value next(const Value& self, Arguments& /*arguments*/) {
    auto* cycler = self.object_as<Cycler>();
    Value item = cycler->items_[cycler->position_];
    cycler->position_ = (cycler->position_ + 1) % cycler->items_.size();
    return item;
  }

  static Value reset(const Value& self, Arguments& /*arguments*/) {
    self.object_as<Cycler>()->position_ = 0;
    return {};
  }

  std::vector<Value> items_;
  std::size_t position_ = 0;
};

class Joiner final : public Object {
 public:
  explicit Joiner(Value separator) : separator_(std::move(separator)) {}

  [[nodiscard]] std::string_view type_name() const override { return "Joiner"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& /*arguments*/) override {
    if (std::exchange(used_, true)) return separator_;
    return "";
  }

 private:
  Value separator_;
  bool used_ = false;
};

Value cycler(Arguments& arguments) {
  if (arguments.positional.empty()) {
    raise(ExceptionKind::kRuntimeError, "at least one item has to be provided");
  }
  return Value(make_ref<Cycler>(std::vector<Value>(arguments.positional.begin(), arguments.positional.end())));
}

Value joiner(Arguments& arguments) {
  Value bound[1];
  bind_arguments("Joiner.__init__", arguments, {"sep"}, 0, bound);
  return Value(make_ref<Joiner>(bound[0].is_missing() ? Value(", ") : bound[0]));
}

// --- dbt

Value do_return(Arguments& arguments) {
  Value bound[1];
  bind_arguments("_return", arguments, {"data"}, 1, bound);
  if (MachineAccess::macro_depth(arguments.machine) == 0) {
    raise(ExceptionKind::kCompilation, "return() was called outside of a macro");
  }
  throw ReturnSignal{bound[0]};
}

Value fromjson(Arguments& arguments) {
  Value bound[2];
  bind_arguments("fromjson", arguments, {"string", "default"}, 1, bound);
  Value fallback = bound[1].is_missing() ? Value() : bound[1];
  if (!bound[0].is_string()) {
    raise(ExceptionKind::kTypeError,
          fmt::format("the JSON object must be str, bytes or bytearray, not {}", type_name(bound[0])));
  }
  return load_json(bound[0].as_string()).value_or(fallback);
}

Value tojson(Arguments& arguments) {
  Value bound[3];
  bind_arguments("tojson", arguments, {"value", "default", "sort_keys"}, 1, bound);
  JsonStyle style;
  style.sort_keys = !bound[2].is_missing() && truth(bound[2]);
  try {
    return dump_json(bound[0], style);
  } catch (const PythonException& problem) {
    if (problem.kind() != ExceptionKind::kTypeError && problem.kind() != ExceptionKind::kValueError) throw;
    return bound[1].is_missing() ? Value() : bound[1];
  }
}

Value fromyaml(Arguments& arguments) {
  Value bound[2];
  bind_arguments("fromyaml", arguments, {"value", "default"}, 1, bound);
  Value fallback = bound[1].is_missing() ? Value() : bound[1];
  if (!bound[0].is_string()) return fallback;
  return load_yaml(bound[0].as_string()).value_or(fallback);
}

Value toyaml(Arguments& arguments) {
  Value bound[3];
  bind_arguments("toyaml", arguments, {"value", "default", "sort_keys"}, 1, bound);
  bool sort_keys = !bound[2].is_missing() && truth(bound[2]);
  try {
    return dump_yaml(bound[0], sort_keys);
  } catch (const PythonException& problem) {
    if (problem.kind() != ExceptionKind::kTypeError && problem.kind() != ExceptionKind::kValueError) throw;
    return bound[1].is_missing() ? Value() : bound[1];
  }
}

Value make_set(const Value& items) {
  auto result = make_ref<SetObject>();
  auto iterator = iterate(items);
  for (Value item; iterator->next(&item);)
    result->add(item);
  return Value(result);
}

Value set_or_default(Arguments& arguments) {
  Value bound[2];
  bind_arguments("_set", arguments, {"value", "default"}, 1, bound);
  try {
    return make_set(bound[0]);
  } catch (const PythonException& problem) {
    if (problem.kind() != ExceptionKind::kTypeError) throw;
    return bound[1].is_missing() ? Value() : bound[1];
  }
}

Value set_strict(Arguments& arguments) {
  Value bound[1];
  bind_arguments("set_strict", arguments, {"value"}, 1, bound);
  return make_set(bound[0]);
}

class ZipIterator final : public Iterator {
 public:
  explicit ZipIterator(std::span<const Value> sources) {
    for (const Value& source : sources)
      iterators_.push_back(iterate(source));
  }

  bool next(Value* out) override {
    if (iterators_.empty()) return false;
    std::vector<Value> parts(iterators_.size());
    for (std::size_t index = 0; index < iterators_.size(); ++index) {
      if (!iterators_[index]->next(&parts[index])) return false;
    }
    *out = Value::tuple(std::move(parts));
    return true;
  }

 private:
  std::vector<std::unique_ptr<Iterator>> iterators_;
};

Value zip_strict(Arguments& arguments) {
  return make_iterator("zip", std::make_unique<ZipIterator>(arguments.positional));
}

Value zip_or_default(Arguments& arguments) {
  try {
    return zip_strict(arguments);
  } catch (const PythonException& problem) {
    if (problem.kind() != ExceptionKind::kTypeError) throw;
    const Value* fallback = arguments.find("default");
    return fallback == nullptr ? Value() : *fallback;
  }
}

Value local_md5(Arguments& arguments) {
  Value bound[1];
  bind_arguments("local_md5", arguments, {"value"}, 1, bound);
  if (!bound[0].is_string()) {
    raise(ExceptionKind::kAttributeError, fmt::format("'{}' object has no attribute 'encode'", type_name(bound[0])));
  }
  return text::md5_hex(bound[0].as_string());
}

// Entries of the first dict whose value the second lacks, by keys without case; values compared as sets of text.
Value diff_of_two_dicts(Arguments& arguments) {
  Value bound[2];
  bind_arguments("diff_of_two_dicts", arguments, {"dict_a", "dict_b"}, 2, bound);
  auto lowered = [](const Value& list) {
    std::vector<std::string> words;
    for (const Value& item : to_vector(list))
      words.push_back(text::to_lower_ascii(to_str(item)));
    return words;
  };
  auto difference = make_ref<DictObject>();
  for (std::size_t at = 0; const DictObject::Entry* entry = bound[0].dict_object()->next(&at);) {
    std::vector<std::string> have;
    for (std::size_t other = 0; const DictObject::Entry* each = bound[1].dict_object()->next(&other);) {
      if (text::equals_ignore_case_ascii(to_str(each->key), to_str(entry->key))) have = lowered(each->value);
    }
    std::vector<Value> missing;
    for (const Value& item : to_vector(entry->value)) {
      if (std::find(have.begin(), have.end(), text::to_lower_ascii(to_str(item))) == have.end())
        missing.push_back(item);
    }
    if (!missing.empty()) difference->set(entry->key, Value::list(std::move(missing)));
  }
  return Value(difference);
}

struct Builtin {
  std::string_view name;
  NativeFunction function;
};

// One function object per name, so that `is sameas` and caching by identity work.
class BuiltinTable {
 public:
  BuiltinTable(std::initializer_list<Builtin> builtins) : functions_(make_ref<DictObject>()) {
    for (const Builtin& each : builtins)
      functions_->set(intern(each.name), make_function(each.name, each.function));
  }

  bool find(const StringObject& name, Value* out) const {
    const Value* found = functions_->find(name);
    if (found != nullptr) *out = *found;
    return found != nullptr;
  }

 private:
  Ref<DictObject> functions_;
};

}  // namespace

bool find_jinja_global(const StringObject& name, Value* out) {
  static const auto* table = new BuiltinTable({{"range", range},
                                               {"dict", make_dict},
                                               {"namespace", make_namespace_object},
                                               {"cycler", cycler},
                                               {"joiner", joiner}});
  return table->find(name, out);
}

bool find_dbt_builtin(const StringObject& name, Value* out) {
  static const auto* table = new BuiltinTable({{"return", do_return},
                                               {"fromjson", fromjson},
                                               {"tojson", tojson},
                                               {"fromyaml", fromyaml},
                                               {"toyaml", toyaml},
                                               {"set", set_or_default},
                                               {"set_strict", set_strict},
                                               {"zip", zip_or_default},
                                               {"zip_strict", zip_strict},
                                               {"local_md5", local_md5},
                                               {"diff_of_two_dicts", diff_of_two_dicts}});
  return table->find(name, out);
}

const Value& return_function() {
  static const auto* function = [] {
    auto* value = new Value;
    find_dbt_builtin(*intern("return").string(), value);
    return value;
  }();
  return *function;
}

}  // namespace floe::dbt
