#include "parse/left_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

struct KnownKind {
  std::string_view key;
  std::string_view noun;
  std::string_view what;
};

constexpr std::array<KnownKind, 5> kKinds{{{"unit_tests", "unit tests", "are not run"},
                                           {"semantic_models", "semantic models", "are left out"},
                                           {"metrics", "metrics", "are left out"},
                                           {"saved_queries", "saved queries", "are left out"},
                                           {"functions", "functions", "are left out"}}};
constexpr std::size_t kNamesShown = 5;

std::string first_names(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i)
    out += (i == 0 ? "`" : ", `") + names[i] + "`";
  if (names.size() > kNamesShown) out += fmt::format(" and {} more", names.size() - kNamesShown);
  return out;
}

}  // namespace

void LeftOut::read(const yaml::Node& document) {
  for (const KnownKind& known : kKinds) {
    const yaml::Entry* entry = document.find(known.key);
    if (entry == nullptr || entry->value->is_null()) continue;
    Kind& kind = kinds_[known.key];
    kind.places.push_back(entry->key_span);
    if (!entry->value->is_sequence()) continue;
    for (const yaml::NodePtr& item : entry->value->items) {
      const yaml::NodePtr name = item->get("name");
      if (name != nullptr && name->is_scalar()) kind.names.push_back(name->text);
    }
  }
}

void LeftOut::report(DiagnosticSink& sink) const {
  for (const KnownKind& known : kKinds) {
    const auto found = kinds_.find(known.key);
    if (found == kinds_.end()) continue;
    const Kind& kind = found->second;
    Diagnostic warning = warning_diagnostic("FLOE-W1605", "unsupported-resource",
                                            fmt::format("{} {} by this version", known.noun, known.what))
                             .at(kind.places.front());
    if (!kind.names.empty()) warning.notes.push_back(first_names(kind.names));
    for (std::size_t i = 1; i < kind.places.size(); ++i)
      warning.notes.push_back(fmt::format("also in {}:{}", kind.places[i].file, kind.places[i].line));
    sink.report(std::move(warning));
  }
}

}  // namespace floe::dbt
