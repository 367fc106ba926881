#include "engine/graph_check.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::run {
namespace {

constexpr std::size_t kMostNamed = 10;

Diagnostic other_graph(const std::vector<compile::GraphDifference>& found) {
  auto diagnostic = error_diagnostic(
      "FLOE-E0783", "other-graph",
      fmt::format("{} would run otherwise than the platform judged {}",
                  text::counted(static_cast<std::int64_t>(found.size()), "node"), found.size() == 1 ? "it" : "them"));
  for (std::size_t i = 0; i < std::min(found.size(), kMostNamed); ++i)
    diagnostic.notes.push_back(fmt::format("`{}` differs in {}", found[i].node, text::quoted_list(found[i].fields)));
  if (found.size() > kMostNamed) diagnostic.notes.push_back(fmt::format("and {} more", found.size() - kMostNamed));
  return std::move(diagnostic)
      .help(
          "run again when nothing writes into the project; leave what changes from one parse "
          "to the next, such as the time, out of its configuration");
}

}  // namespace

Status check_parsed_again(const DbtClient& dbt, const HostCall& call, const json::object& request,
                          const compile::Compiled& compiled) {
  json::object again = request;
  again["brief"] = true;
  const std::string text = FLOE_TRY(dbt.parse(call.raw(), to_json(again)));
  const json::object manifest = FLOE_TRY(parse_json_object(text));
  const auto found = compile::graph_differences(compiled.graph, compile::judged_graph(manifest, text));
  if (found.empty()) return ok();
  return diagnostics_error(ErrorCode::kData, other_graph(found));
}

}  // namespace floe::run
