#include "compile/kept_compile.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"

namespace floe::compile {
namespace {

constexpr const char* kEntry = "compile.json";

std::optional<std::map<std::string, std::string>> read_texts_by_name(const json::object& object) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : object) {
    const json::string* text = value.if_string();
    if (text == nullptr) return std::nullopt;
    out[std::string(name)] = std::string(to_view(*text));
  }
  return out;
}

}  // namespace

std::optional<KeptCompile> read_kept_compile(const VerdictCache& cache) {
  const auto text = cache.read(kEntry);
  if (!text) return std::nullopt;
  const auto entry = parse_json_object(*text);
  if (!entry) return std::nullopt;
  const json::object* beside = get_object(*entry, "beside");
  const json::object* grants = get_object(*entry, "grants");
  auto files = beside == nullptr ? std::nullopt : read_texts_by_name(*beside);
  auto warnings = diagnostics_from_json(get_string_or(*entry, "diagnostics", "{}"));
  if (!files || !warnings) return std::nullopt;
  KeptCompile kept;
  kept.key = get_string_or(*entry, "key", "");
  kept.read_variables = get_texts(*entry, "read_variables");
  kept.read_files = get_texts(*entry, "read_files");
  kept.reads_digest = get_string_or(*entry, "reads", "");
  kept.graph_digest = get_string_or(*entry, "graph", "");
  kept.lock_digest = get_string_or(*entry, "lock", "");
  kept.artifact_digest = get_string_or(*entry, "artifact", "");
  kept.beside = *std::move(files);
  kept.contracts_digest = get_string_or(*entry, "contracts", "");
  kept.lineage_digest = get_string_or(*entry, "lineage", "");
  kept.model_count = static_cast<std::size_t>(get_int(*entry, "models").value_or(0));
  kept.product_name = get_string_or(*entry, "product", "");
  kept.classification = get_string(*entry, "classification");
  kept.warnings = *std::move(warnings);
  kept.lines = get_texts(*entry, "lines");
  if (grants == nullptr) return kept;
  auto read = warehouse::read_grants(*grants);
  if (!read) return std::nullopt;
  kept.grants = *std::move(read);
  return kept;
}

Status keep_compile(const KeptCompile& kept, const VerdictCache& cache) {
  const json::object entry{
      {"key", kept.key},
      {"read_variables", json::value_from(kept.read_variables)},
      {"read_files", json::value_from(kept.read_files)},
      {"reads", kept.reads_digest},
      {"graph", kept.graph_digest},
      {"lock", kept.lock_digest},
      {"artifact", kept.artifact_digest},
      {"beside", json::value_from(kept.beside)},
      {"contracts", kept.contracts_digest},
      {"lineage", kept.lineage_digest},
      {"models", kept.model_count},
      {"grants", kept.grants ? json::value(warehouse::grants_json(*kept.grants)) : json::value(nullptr)},
      {"product", kept.product_name},
      {"classification", text_or_null(kept.classification)},
      {"diagnostics", diagnostics_to_json(kept.warnings)},
      {"lines", json::value_from(kept.lines)}};
  return cache.write(kEntry, to_json(entry));
}

}  // namespace floe::compile
