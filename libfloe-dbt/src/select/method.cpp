#include "select/method.hpp"

#include "value/containers.hpp"
#include "value/operations.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>

namespace floe::dbt {
namespace {

// Everything a method may look at besides the member.
struct MethodInput {
  const Criterion& criterion;
  const std::string& root_package;
  std::vector<std::string> parts;  // of the value at its dots
};

using Matcher = bool (*)(const GraphMember&, const MethodInput&);

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[]") != std::string_view::npos; }

std::string join_from(const std::vector<std::string>& parts, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < parts.size(); ++i)
    out += (i == from ? "" : ".") + parts[i];
  return out;
}

// The value against a name path: its leaf exactly, its components as a prefix, or wildcards over the rest.
bool matches_name_path(const std::vector<std::string>& fqn, bool is_versioned, const MethodInput& input) {
  if (fqn.empty()) return false;
  const std::string& value = input.criterion.value;
  const bool has_version = is_versioned && fqn.size() >= 2;
  const std::string& leaf = has_version ? fqn[fqn.size() - 2] : fqn.back();
  if (leaf == value) return true;
  if (has_version && input.parts.size() >= 2) {
    const std::string last_two = input.parts[input.parts.size() - 2] + "_" + input.parts.back();
    if (leaf + "_" + fqn.back() == last_two) return true;
  }
  std::vector<std::string> flat;
  for (const std::string& segment : fqn) {
    for (const std::string_view part : text::split(segment, '.'))
      flat.emplace_back(part);
  }
  if (flat.size() < input.parts.size()) return false;
  for (std::size_t i = 0; i < input.parts.size(); ++i) {
    if (has_wildcard(input.parts[i])) {
      if (text::matches_glob(join_from(input.parts, i), join_from(flat, i))) return true;
      return input.parts.size() == 1 && text::matches_glob(value, leaf);
    }
    if (flat[i] != input.parts[i]) return false;
  }
  return true;
}

bool matches_fqn(const GraphMember& member, const MethodInput& input) {
  if (member.source != nullptr) return false;
  const bool is_versioned = member.node != nullptr && member.node->is_versioned();
  const std::vector<std::string>& fqn = member.fqn();
  if (matches_name_path(fqn, is_versioned, input)) return true;
  if (fqn.empty()) return false;
  return matches_name_path(std::vector<std::string>(fqn.begin() + 1, fqn.end()), is_versioned, input);
}

bool matches_tag(const GraphMember& member, const MethodInput& input) {
  return std::any_of(member.tags().begin(), member.tags().end(),
                     [&](const std::string& tag) { return text::matches_glob(input.criterion.value, tag); });
}

bool matches_path_or_parent(const std::string& pattern, const std::string& path) {
  for (std::string current = path; !current.empty() && current != "." && current != "/";
       current = io::parent_path(current)) {
    if (has_wildcard(pattern) ? text::matches_path_glob(pattern, current) : pattern == current) return true;
  }
  return false;
}

bool matches_path(const GraphMember& member, const MethodInput& input) {
  std::string pattern = io::normalize_path(input.criterion.value);
  while (pattern.size() > 1 && pattern.ends_with('/'))
    pattern.pop_back();
  if (matches_path_or_parent(pattern, member.original_file_path())) return true;
  if (member.node == nullptr || !member.node->patch_path) return false;
  const std::string& patch = *member.node->patch_path;
  const auto separator = patch.find("://");
  const std::string file = separator == std::string::npos ? patch : patch.substr(separator + 3);
  return has_wildcard(pattern) ? text::matches_path_glob(pattern, file) : pattern == file;
}

bool matches_file(const GraphMember& member, const MethodInput& input) {
  const std::string& path = member.original_file_path();
  return text::matches_glob(input.criterion.value, io::file_name(path)) ||
         text::matches_glob(input.criterion.value, io::file_stem(path));
}

bool matches_source(const GraphMember& member, const MethodInput& input) {
  if (member.source == nullptr) return false;
  const std::vector<std::string>& parts = input.parts;
  const std::string package = parts.size() == 3 ? parts[0] : "*";
  const std::string source = parts.size() == 3 ? parts[1] : parts[0];
  const std::string table = parts.size() == 1 ? "*" : parts.back();
  return text::matches_glob(package, member.source->package_name) &&
         text::matches_glob(source, member.source->source_name) && text::matches_glob(table, member.source->name);
}

bool matches_exposure(const GraphMember& member, const MethodInput& input) {
  if (member.exposure == nullptr) return false;
  const std::string package = input.parts.size() == 2 ? input.parts[0] : "*";
  return text::matches_glob(package, member.exposure->package_name) &&
         text::matches_glob(input.parts.back(), member.exposure->name);
}

bool matches_package(const GraphMember& member, const MethodInput& input) {
  const std::string& value = input.criterion.value;
  return text::matches_glob(value == "this" ? input.root_package : value, member.package_name());
}

bool matches_resource_type(const GraphMember& member, const MethodInput& input) {
  return resource_type_name(member.type()) == input.criterion.value;
}

bool matches_test_name(const GraphMember& member, const MethodInput& input) {
  return member.node != nullptr && member.node->is_generic_test &&
         text::matches_glob(input.criterion.value, member.node->test.name);
}

bool matches_test_type(const GraphMember& member, const MethodInput& input) {
  if (member.node == nullptr || member.node->type != ResourceType::kTest) return false;
  const std::string& value = input.criterion.value;
  if (value == "data") return true;
  return member.node->is_generic_test ? value == "generic" || value == "schema" : value == "singular";
}

bool matches_group(const GraphMember& member, const MethodInput& input) {
  return member.node != nullptr && member.node->group && text::matches_glob(input.criterion.value, *member.node->group);
}

bool matches_access(const GraphMember& member, const MethodInput& input) {
  return member.node != nullptr && member.node->type == ResourceType::kModel &&
         member.node->access == input.criterion.value;
}

bool version_less(const Value& left, const Value& right) {
  const auto number = [](const Value& value) { return value.is_int() || value.is_float(); };
  if (number(left) && number(right)) return to_float(left) < to_float(right);
  return to_str(left) < to_str(right);
}

bool matches_version(const GraphMember& member, const MethodInput& input) {
  if (member.node == nullptr || member.node->type != ResourceType::kModel) return false;
  const Value& version = member.node->version;
  const Value& latest = member.node->latest_version;
  const std::string& wanted = input.criterion.value;
  if (wanted == "none") return version.is_none();
  if (version.is_none() || latest.is_none()) return false;
  if (wanted == "latest") return to_str(version) == to_str(latest);
  return wanted == "old" ? version_less(version, latest) : version_less(latest, version);
}

bool equals_config(const Value& value, const std::string& wanted, bool ignores_case) {
  if (value.is_bool()) return text::equals_ignore_case_ascii(wanted, value.as_bool() ? "true" : "false");
  if (!value.is_string()) return false;
  return ignores_case ? text::equals_ignore_case_ascii(value.as_string(), wanted) : value.as_string() == wanted;
}

bool matches_config(const GraphMember& member, const MethodInput& input) {
  if (member.exposure != nullptr) return false;
  Value value = member.node != nullptr ? member.node->config : member.source->config;
  for (const std::string& key : input.criterion.arguments) {
    if (!value.is_dict()) return false;
    const Value* found = value.dict_object()->find(std::string_view(key));
    if (found == nullptr) return false;
    value = Value(*found);
  }
  const bool ignores_case = input.criterion.arguments == std::vector<std::string>{"severity"};
  if (!value.is_list()) return equals_config(value, input.criterion.value, ignores_case);
  const auto& items = value.list_object()->items;
  return std::any_of(items.begin(), items.end(),
                     [&](const Value& item) { return equals_config(item, input.criterion.value, ignores_case); });
}

Status check_value(const MethodInput& input) {
  const Criterion& criterion = input.criterion;
  if (criterion.method == "source" && input.parts.size() > 3) {
    return failf(ErrorCode::kInvalidArgument,
                 "`{}`: write source:<source>, source:<source>.<table> or source:<package>.<source>.<table>",
                 criterion.text);
  }
  if (criterion.method == "test_type") {
    for (const char* known : {"generic", "singular", "data", "schema", "unit"}) {
      if (criterion.value == known) return ok();
    }
    return failf(ErrorCode::kInvalidArgument, "`{}`: a test type is generic, singular, data or unit", criterion.text);
  }
  if (criterion.method == "version") {
    for (const char* known : {"latest", "prerelease", "old", "none"}) {
      if (criterion.value == known) return ok();
    }
    return failf(ErrorCode::kInvalidArgument, "`{}`: a version is latest, prerelease, old or none", criterion.text);
  }
  if (criterion.method == "config" && criterion.arguments.empty()) {
    return failf(ErrorCode::kInvalidArgument, "`{}`: write config.<key>:<value>, such as config.materialized:view",
                 criterion.text);
  }
  return ok();
}

Matcher matcher_of(const std::string& method) {
  static const std::map<std::string, Matcher> kMatchers = {{"fqn", matches_fqn},
                                                           {"tag", matches_tag},
                                                           {"path", matches_path},
                                                           {"file", matches_file},
                                                           {"source", matches_source},
                                                           {"exposure", matches_exposure},
                                                           {"package", matches_package},
                                                           {"resource_type", matches_resource_type},
                                                           {"test_name", matches_test_name},
                                                           {"test_type", matches_test_type},
                                                           {"group", matches_group},
                                                           {"access", matches_access},
                                                           {"config", matches_config},
                                                           {"version", matches_version}};
  return kMatchers.at(method);
}

}  // namespace

Result<MemberSet> members_named(const GraphMembers& members, const Criterion& criterion,
                                const std::string& root_package) {
  MethodInput input{criterion, root_package, {}};
  for (const std::string_view part : text::split(criterion.value, '.'))
    input.parts.emplace_back(part);
  FLOE_TRY(check_value(input));
  const Matcher matches = matcher_of(criterion.method);
  MemberSet named = members.none();
  for (std::size_t i = 0; i < members.size(); ++i)
    named[i] = matches(members[i], input);
  return named;
}

}  // namespace floe::dbt
