#include "verbs/new_product.hpp"

#include "schema/json_schema.hpp"
#include "verbs/product_files.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::run {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr std::string_view kAccepted = "abcdefghijklmnopqrstuvwxyz0123456789-";

// Names that YAML would take for a number or a word of its own are quoted.
std::string yaml_name(const std::string& name) {
  constexpr std::array<std::string_view, 9> kWords{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  const bool is_word = std::find(kWords.begin(), kWords.end(), name) != kWords.end();
  const bool is_number = name.front() >= '0' && name.front() <= '9';
  return is_word || is_number ? fmt::format("\"{}\"", name) : name;
}

// JSON strings are YAML too.
std::string yaml_text(const std::string& text) { return to_json(json::value(text)); }

std::string from_template(std::string_view path, const text::Places& places) {
  return text::filled(text::embedded(product_files(), path), places);
}

std::string floe_yaml(const ProductRequest& request) {
  return from_template("floe.yaml.in",
                       {{"NAME", yaml_name(request.name)},
                        {"DESCRIPTION", yaml_text(request.description)},
                        {"OWNER", request.owner.empty() ? "" : "  owner: " + yaml_text(request.owner)},
                        {"PLATFORM", yaml_text(request.platform)},
                        {"TRANSFORMS", request.writes_models ? "transforms:\n  - {type: dbt, path: models/}" : ""}});
}

std::string manifest_yaml(const ProductRequest& request) {
  return from_template(
      "manifest.yaml.in",
      {{"NAME", request.name.substr(0, kLongestName - std::string_view("-platform").size())},
       {"ARCHITECTURE",
        request.writes_models ? "data_architecture: {pattern: medallion, naming: {enforcement: strict}}" : ""}});
}

// `kind` is one of config::document_kinds().
ProductFile schema_file(const std::string& kind) {
  return {fmt::format("schemas/{}.schema.json", kind), to_pretty_json(config::document_schema(kind).value())};
}

}  // namespace

Status check_product_name(std::string_view name) {
  const bool is_fine = !name.empty() && name.size() <= kLongestName && name.front() != '-' && name.back() != '-' &&
                       name.find_first_not_of(kAccepted) == std::string_view::npos;
  if (is_fine) return ok();
  return failf(ErrorCode::kInvalidArgument,
               "`{}` is no name of a product: small letters, digits and dashes, at most {}", name, kLongestName);
}

Result<std::vector<ProductFile>> make_product(const ProductRequest& request) {
  std::vector<ProductFile> files{{"floe.yaml", floe_yaml(request)}};
  if (request.writes_manifest) files.push_back({"manifest.yaml", manifest_yaml(request)});
  if (request.writes_models) {
    const std::string model = request.model_prefix + "example";
    files.push_back({fmt::format("models/{}.sql", model), from_template("example.sql.in", {})});
    files.push_back({"models/schema.yml", from_template("schema.yml.in", {{"MODEL", model}})});
  }
  files.push_back(schema_file("product"));
  if (request.writes_manifest) files.push_back(schema_file("manifest"));
  return files;
}

}  // namespace floe::run
