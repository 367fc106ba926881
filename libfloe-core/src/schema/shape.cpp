#include "schema/shape.hpp"

#include "base/json/json.hpp"
#include "base/text/pattern.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace floe::config {
namespace {

std::string kind_words(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kText:
      return "text";
    case ShapeKind::kInteger:
      return "a whole number";
    case ShapeKind::kNumber:
      return "a number";
    case ShapeKind::kBoolean:
      return "true or false";
    case ShapeKind::kScalar:
      return "a single value";
    case ShapeKind::kChoice:
      return "one of its words";
    case ShapeKind::kObject:
    case ShapeKind::kVariant:
    case ShapeKind::kMap:
      return "a mapping";
    case ShapeKind::kList:
      return "a list";
    case ShapeKind::kAny:
      return "anything";
  }
  return "";
}

std::string join_address(const std::string& address, std::string_view key) {
  return address.empty() ? std::string(key) : address + "." + std::string(key);
}

Diagnostic wrong_kind(const yaml::Node& node, const Shape& shape, const std::string& address) {
  auto diagnostic = error_diagnostic("FLOE-E0202", "wrong-type",
                                     fmt::format("{} must be {}, not {}",
                                                 address.empty() ? std::string("the document") : "`" + address + "`",
                                                 kind_words(shape), yaml::kind_name(node.kind)))
                        .at(node.span, fmt::format("this is {}", yaml::kind_name(node.kind)))
                        .addressed(address);
  if (shape.kind == ShapeKind::kText && node.is_scalar() && !node.is_null()) {
    return std::move(diagnostic).help(fmt::format("put it in quotes: \"{}\"", node.text));
  }
  return diagnostic;
}

// Whether `shape` or the alternative beside it is meant.
bool has_kind_of(const yaml::Node& node, const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kList:
      return node.is_sequence();
    case ShapeKind::kObject:
    case ShapeKind::kVariant:
    case ShapeKind::kMap:
      return node.is_mapping();
    case ShapeKind::kInteger:
      return node.kind == yaml::Kind::kInt;
    case ShapeKind::kText:
      return node.is_string();
    default:
      return node.is_scalar();
  }
}

// `shape` itself, or what else it may be written as: all of them constants.
const Shape& shape_for(const yaml::Node& node, const Shape& shape) {
  if (shape.short_form != nullptr && node.is_scalar()) return *shape.short_form;
  if (shape.alternative != nullptr && !has_kind_of(node, shape) && has_kind_of(node, *shape.alternative))
    return *shape.alternative;
  return shape;  // NOLINT(bugprone-return-const-ref-from-parameter)
}

constexpr std::size_t kMostUnknown = 100;  // of one mapping: the file is another one, and nobody reads on

// Compiled once: a folder may have thousands of documents of one shape.
bool is_well_formed(std::string_view text, std::string_view pattern) {
  thread_local std::map<std::string, text::Pattern, std::less<>> known;
  auto found = known.find(pattern);
  if (found == known.end()) {
    auto parsed = text::Pattern::parse(pattern);
    if (!parsed) return false;  // a mistake in a shape: its test fails
    found = known.emplace(pattern, *std::move(parsed)).first;
  }
  return found->second.is_whole(text, false);
}

class Checker {
 public:
  explicit Checker(DiagnosticSink& sink) : sink_(sink) {}

  void check(const yaml::Node& node, const Shape& shape, const std::string& address) {
    const Shape& used = shape_for(node, shape);
    if (used.is_nullable && node.kind == yaml::Kind::kNull) return;
    switch (used.kind) {
      case ShapeKind::kAny:
        return;
      case ShapeKind::kObject:
        return check_object(node, used, address);
      case ShapeKind::kVariant:
        return check_variant(node, used, address);
      case ShapeKind::kMap:
      case ShapeKind::kList:
        return check_items(node, used, address);
      default:
        return check_scalar(node, used, address);
    }
  }

 private:
  void check_scalar(const yaml::Node& node, const Shape& shape, const std::string& address) {
    if (shape.kind == ShapeKind::kInteger || shape.kind == ShapeKind::kNumber) {
      return check_number(node, shape, address);
    }
    if (shape.kind == ShapeKind::kBoolean) {
      if (node.kind != yaml::Kind::kBool) sink_.report(wrong_kind(node, shape, address));
      return;
    }
    if (shape.kind == ShapeKind::kScalar) {
      if (!node.is_scalar()) sink_.report(wrong_kind(node, shape, address));
      return;
    }
    if (!node.is_string()) return sink_.report(wrong_kind(node, shape, address));
    if (shape.kind == ShapeKind::kChoice) return check_choice(node, shape, address);
    check_pattern(node, shape, address);
  }

  void check_number(const yaml::Node& node, const Shape& shape, const std::string& address) {
    const bool is_number =
        node.kind == yaml::Kind::kInt || (shape.kind == ShapeKind::kNumber && node.kind == yaml::Kind::kFloat);
    if (!is_number) return sink_.report(wrong_kind(node, shape, address));
    const bool is_huge = shape.kind == ShapeKind::kInteger && node.integer_overflow;
    const bool is_inside = !is_huge && (node.kind == yaml::Kind::kInt && !node.integer_overflow
                                            ? node.integer >= shape.minimum && node.integer <= shape.maximum
                                            : node.real >= static_cast<double>(shape.minimum) &&
                                                  node.real <= static_cast<double>(shape.maximum));
    const bool is_least = shape.is_above_minimum && node.real == static_cast<double>(shape.minimum);
    if (is_inside && !is_least) return;
    std::string accepted = fmt::format("outside {} to {}", shape.minimum, shape.maximum);
    if (is_huge && node.real > 0) {
      accepted = "too large";
    } else if (shape.maximum == std::numeric_limits<std::int64_t>::max()) {
      accepted = fmt::format("{} {}", shape.is_above_minimum ? "not above" : "below", shape.minimum);
    }
    sink_.report(
        error_diagnostic("FLOE-E0206", "out-of-range", fmt::format("`{}` is {}, {}", address, node.text, accepted))
            .at(node.span)
            .addressed(address));
  }

  void check_choice(const yaml::Node& node, const Shape& shape, const std::string& address) {
    std::vector<std::string> choices;
    for (const std::string_view choice : shape.choices) {
      if (choice == node.text) return;
      choices.emplace_back(choice);
    }
    auto diagnostic =
        error_diagnostic("FLOE-E0204", "unknown-value", fmt::format("`{}` does not accept `{}`", address, node.text))
            .at(node.span, "not accepted here")
            .note("accepted: " + text::quoted_list(choices))
            .addressed(address);
    if (const auto near = text::nearest(node.text, choices)) {
      diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    }
    sink_.report(std::move(diagnostic));
  }

  void check_pattern(const yaml::Node& node, const Shape& shape, const std::string& address) {
    constexpr std::size_t kLongest = 500;  // bytes: nothing with a pattern is longer
    if (shape.pattern.empty()) return;
    if (node.text.size() <= kLongest && is_well_formed(node.text, shape.pattern)) return;
    sink_.report(error_diagnostic("FLOE-E0205", "malformed-value", fmt::format("`{}` is not well formed", address))
                     .at(node.span, fmt::format("expected {}", shape.pattern_text))
                     .addressed(address));
  }

  void check_items(const yaml::Node& node, const Shape& shape, const std::string& address) {
    const bool is_map = shape.kind == ShapeKind::kMap;
    if (is_map ? !node.is_mapping() : !node.is_sequence()) return sink_.report(wrong_kind(node, shape, address));
    if (!is_map) check_count(node, shape, address);
    if (shape.element == nullptr) return;
    for (const yaml::Entry& entry : node.entries)
      check(*entry.value, *shape.element, join_address(address, entry.key));
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      check(*node.items[i], *shape.element, fmt::format("{}[{}]", address, i));
    }
  }

  void check_count(const yaml::Node& node, const Shape& shape, const std::string& address) {
    const auto count = static_cast<std::int64_t>(node.items.size());
    if (count < shape.minimum || count > shape.maximum) {
      const std::string accepted =
          shape.maximum == std::numeric_limits<std::int64_t>::max()
              ? fmt::format("at least {}", shape.minimum)
              : fmt::format("{} to {}", std::max<std::int64_t>(shape.minimum, 0), shape.maximum);
      sink_.report(
          error_diagnostic("FLOE-E0206", "out-of-range",
                           fmt::format("`{}` has {}, accepted are {}", address, text::counted(count, "item"), accepted))
              .at(node.span)
              .addressed(address));
    }
    if (!shape.is_distinct) return;
    std::set<std::string> seen;
    for (const yaml::NodePtr& item : node.items) {
      if (seen.insert(to_json(yaml::to_json_value(*item))).second) continue;
      sink_.report(error_diagnostic("FLOE-E0373", "duplicate-item", fmt::format("`{}` has an item twice", address))
                       .at(item->span, "the second time")
                       .addressed(address));
    }
  }

  void check_variant(const yaml::Node& node, const Shape& shape, const std::string& address) {
    if (!node.is_mapping()) return sink_.report(wrong_kind(node, shape, address));
    const yaml::NodePtr type = node.get(shape.discriminator);
    if (type == nullptr && shape.untyped != nullptr) return check_object(node, *shape.untyped, address);
    std::vector<std::string_view> types;
    for (const Variant& variant : shape.variants) {
      if (type != nullptr && type->is_string() && type->text == variant.type)
        return check_object(node, *variant.shape, address);
      types.push_back(variant.type);
    }
    const Shape choice{.kind = ShapeKind::kChoice, .choices = types};
    const Key key{shape.discriminator, &choice, "which kind it is", true};
    if (type != nullptr) return check(*type, choice, join_address(address, shape.discriminator));
    report_missing(node, shape, key, address);
  }

  void report_missing(const yaml::Node& node, const Shape& shape, const Key& key, const std::string& address) {
    sink_.report(error_diagnostic("FLOE-E0203", "missing-key", fmt::format("{} needs `{}`", shape.what, key.name))
                     .at(yaml::head_span(node), fmt::format("`{}` is missing", key.name))
                     .note(std::string(key.description))
                     .addressed(join_address(address, key.name)));
  }

  void check_object(const yaml::Node& node, const Shape& shape, const std::string& address) {
    if (!node.is_mapping()) return sink_.report(wrong_kind(node, shape, address));
    std::size_t unknown = 0;
    for (const yaml::Entry& entry : node.entries) {
      if (const Key* key = find_key(shape, entry.key)) {
        check_key(entry, *key, address);
      } else if (shape.rest != nullptr) {
        check(*entry.value, *shape.rest, join_address(address, entry.key));
      } else if (++unknown <= kMostUnknown) {
        report_unknown(entry, shape, address);
      }
    }
    if (unknown > kMostUnknown) {
      sink_.report(error_diagnostic("FLOE-E0201", "unknown-key",
                                    fmt::format("and {} more unknown keys in {}", unknown - kMostUnknown, shape.what))
                       .at(yaml::head_span(node))
                       .addressed(address));
    }
    for (const Key& key : shape.keys) {
      if (key.required && node.find(key.name) == nullptr) report_missing(node, shape, key, address);
    }
  }

  void check_key(const yaml::Entry& entry, const Key& key, const std::string& address) {
    if (!key.supported) return report_unsupported(entry, key, address);
    check(*entry.value, *key.shape, join_address(address, entry.key));
  }

  void report_unknown(const yaml::Entry& entry, const Shape& shape, const std::string& address) {
    std::vector<std::string> names;
    for (const Key& key : shape.keys) {
      if (key.supported) names.emplace_back(key.name);
    }
    auto diagnostic =
        error_diagnostic("FLOE-E0201", "unknown-key", fmt::format("unknown key `{}` in {}", entry.key, shape.what))
            .at(entry.key_span, fmt::format("not a key of {}", shape.what))
            .note("accepted: " + text::quoted_list(names))
            .addressed(join_address(address, entry.key));
    if (const auto near = text::nearest(entry.key, names)) {
      diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    }
    sink_.report(std::move(diagnostic));
  }

  void report_unsupported(const yaml::Entry& entry, const Key& key, const std::string& address) {
    auto diagnostic =
        error_diagnostic("FLOE-E0207", "unsupported-key",
                         fmt::format("`{}` is not supported by this version of floe", join_address(address, entry.key)))
            .at(entry.key_span, "nothing would act on it")
            .help("remove it; a setting that is not enforced would be a false promise")
            .addressed(join_address(address, entry.key));
    if (!key.description.empty()) diagnostic.notes.emplace_back(key.description);
    sink_.report(std::move(diagnostic));
  }

  DiagnosticSink& sink_;
};

}  // namespace

const Key* find_key(const Shape& object, std::string_view name) {
  const auto found =
      std::find_if(object.keys.begin(), object.keys.end(), [&](const Key& key) { return key.name == name; });
  return found == object.keys.end() ? nullptr : &*found;
}

void check_shape(const yaml::Node& node, const Shape& shape, const std::string& address, DiagnosticSink& sink) {
  Checker(sink).check(node, shape, address);
}

}  // namespace floe::config
