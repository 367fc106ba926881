#include "scaffold/product.hpp"

#include "schema/json_schema.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::scaffold {
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

std::string floe_yaml(const ProductRequest& request) {
  std::string out = fmt::format(
      "# yaml-language-server: $schema=./schemas/product.schema.json\n"
      "apiVersion: floe.dev/v1\n"
      "kind: DataProduct\n"
      "metadata:\n"
      "  name: {}\n"
      "  version: \"0.1.0\"\n"
      "  description: {}\n",
      yaml_name(request.name), yaml_text(request.description));
  if (!request.owner.empty()) out += fmt::format("  owner: {}\n", yaml_text(request.owner));
  out += fmt::format("platform:\n  ref: {}\n", yaml_text(request.platform));
  if (request.writes_models) out += "transforms:\n  - {type: dbt, path: models/}\n";
  return out;
}

std::string manifest_yaml(const ProductRequest& request) {
  std::string out = fmt::format(
      "# yaml-language-server: $schema=./schemas/manifest.schema.json\n"
      "# What is allowed and chosen. A platform team takes this file over: then `platform.ref` in floe.yaml names "
      "theirs.\n"
      "apiVersion: floe.dev/v1\n"
      "kind: Manifest\n"
      "metadata:\n"
      "  name: {}-platform\n"
      "  version: \"0.1.0\"\n"
      "plugins: {{compute: duckdb, catalog: sqlite, storage: local, dbt: native}}\n",
      request.name.substr(0, kLongestName - std::string_view("-platform").size()));
  if (request.writes_models) out += "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n";
  return out;
}

// `kind` is one of config::document_kinds().
File schema_file(const std::string& kind) {
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

Result<std::vector<File>> make_product(const ProductRequest& request) {
  std::vector<File> files{{"floe.yaml", floe_yaml(request)}};
  if (request.writes_manifest) files.push_back({"manifest.yaml", manifest_yaml(request)});
  if (request.writes_models) {
    const std::string model = request.model_prefix + "example";
    files.push_back({fmt::format("models/{}.sql", model),
                     "{{ config(materialized='table') }}\nselect 1 as id, 'hello' as greeting\n"});
    files.push_back(
        {"models/schema.yml", fmt::format("models:\n"
                                          "  - name: {}\n"
                                          "    description: The first model; replace it.\n"
                                          "    columns:\n"
                                          "      - {{name: id, description: Key., data_tests: [unique, not_null]}}\n"
                                          "      - {{name: greeting, description: A word., data_tests: [not_null]}}\n",
                                          model)});
  }
  files.push_back(schema_file("product"));
  if (request.writes_manifest) files.push_back(schema_file("manifest"));
  return files;
}

}  // namespace floe::scaffold
