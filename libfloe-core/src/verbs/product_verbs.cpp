// floe product list, show, graph, register: the products below a folder, and the registry of their platform.
#include "engine/compiled_project.hpp"
#include "product/port_graph.hpp"
#include "product/registry.hpp"
#include "product/workspace.hpp"
#include "verbs/dot_graph.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>

namespace floe::run {
namespace {

using product::Edge;
using product::Listed;
using product::Workspace;

json::value text_or_nothing(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

Result<Workspace> workspace_of(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string root =
      io::normalize_path(io::join_path(context.options().directory, get_string_or(request, "root", ".")));
  Workspace workspace = FLOE_TRY(product::read_workspace(root, context.files(), context.environment(), sink));
  if (workspace.products.empty() && !sink.has_errors())
    return failf(ErrorCode::kNotFound, "there is no floe.yaml below {}", root);
  return workspace;
}

product::PortIndex index_of(const Workspace& workspace) {
  std::vector<product::Producer> producers;
  producers.reserve(workspace.products.size());
  for (const Listed& listed : workspace.products) {
    product::Producer producer{listed.name(), {}};
    for (const product::Offer& offer : listed.offers)
      producer.ports.emplace(offer.port, offer.version);
    producers.push_back(std::move(producer));
  }
  return product::PortIndex(std::move(producers));
}

std::vector<Edge> edges_of(const Workspace& workspace, DiagnosticSink& sink) {
  const product::PortIndex index = index_of(workspace);
  std::vector<Edge> edges;
  for (const Listed& listed : workspace.products) {
    for (const config::InputPort& input : listed.product.ports.inputs)
      edges.push_back(index.match(listed.name(), listed.domain, input, sink));
  }
  return edges;
}

json::object edge_json(const Edge& edge) {
  return {{"consumer", edge.consumer},
          {"producer", edge.producer},
          {"port", edge.port},
          {"needs", text_or_nothing(edge.needs)},
          {"version", text_or_nothing(edge.version)},
          {"status", product::match_name(edge.match)}};
}

json::array offers_json(const Listed& listed) {
  json::array out;
  for (const product::Offer& offer : listed.offers) {
    out.push_back(json::object{{"port", offer.port},
                               {"model", offer.model},
                               {"version", text_or_nothing(offer.version)},
                               {"classification", text_or_nothing(offer.classification)}});
  }
  return out;
}

json::object product_json(const Listed& listed) {
  return {{"name", listed.name()},
          {"domain", text_or_nothing(listed.domain)},
          {"version", listed.product.version},
          {"owner", text_or_nothing(listed.product.owner)},
          {"description", text_or_nothing(listed.product.description)},
          {"platform", text_or_nothing(listed.product.platform_ref)},
          {"file", listed.file},
          {"output_ports", offers_json(listed)},
          {"input_ports", listed.product.ports.inputs.size()}};
}

json::array products_json(const Workspace& workspace) {
  json::array out;
  for (const Listed& listed : workspace.products)
    out.push_back(product_json(listed));
  return out;
}

// An arrow from who offers to who reads; red where the ports do not fit.
std::string dot_of(const Workspace& workspace, const std::vector<Edge>& edges) {
  DotGraph dot("products");
  for (const Listed& listed : workspace.products)
    dot.add_node(listed.name(), listed.name() + "\\n" + listed.product.version);
  for (const Edge& edge : edges) {
    dot.add_edge(edge.producer, edge.consumer, edge.port + " " + edge.needs,
                 edge.match == product::Match::kFine ? "" : "color=red");
  }
  return dot.text();
}

Result<const Listed*> find_product(const Workspace& workspace, const std::string& wanted) {
  std::vector<std::string> known;
  const Listed* found = nullptr;
  for (const Listed& listed : workspace.products) {
    known.push_back(listed.name());
    if (listed.name() == wanted) return &listed;
    if (listed.product.name != wanted) continue;
    if (found != nullptr) {
      return failf(ErrorCode::kInvalidArgument, "there are `{}` and `{}`; write the name with its domain",
                   found->name(), listed.name());
    }
    found = &listed;
  }
  if (found != nullptr) return found;
  const auto near = text::nearest(wanted, known);
  return failf(ErrorCode::kNotFound, "there is no product `{}`{}", wanted,
               near ? "; did you mean `" + *near + "`?" : "");
}

Result<product::Registered> registered_of(const compile::Compiled& compiled, std::string now) {
  product::Registered out{compiled.product_name,
                          compiled.domain,
                          compiled.product_owner,
                          compiled.product_version,
                          std::move(now),
                          compiled.tables,
                          {}};
  for (const contract::PortContract& made : compiled.contracts)
    out.ports.push_back(
        {made.port, made.contract.version, made.document, made.is_generated ? Span() : made.contract.version_span});
  if (out.owner.empty()) {
    return diagnostics_error(
        ErrorCode::kData, error_diagnostic("FLOE-E0203", "missing-key", "a registered product needs `metadata.owner`")
                              .at(compiled.product_span)
                              .note("the registry says who answers for a product")
                              .addressed("metadata.owner"));
  }
  return out;
}

}  // namespace

Result<Answer> product_list_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Workspace workspace = FLOE_TRY(workspace_of(context, request, sink));
  const bool is_fine = !sink.has_errors();
  return Answer{to_json(json::object{{"success", is_fine}, {"products", products_json(workspace)}}), is_fine ? 0 : 1};
}

Result<Answer> product_show_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string wanted = FLOE_TRY(require_string(request, "name"));
  DiagnosticSink others;  // what is wrong with other products is no answer
  const Workspace workspace = FLOE_TRY(workspace_of(context, request, others));
  const Listed* listed = FLOE_TRY(find_product(workspace, wanted));
  json::object answer = product_json(*listed);
  json::array reads;
  json::array read_by;
  const product::PortIndex index = index_of(workspace);
  for (const Listed& each : workspace.products) {
    DiagnosticSink unused;
    DiagnosticSink& found = &each == listed ? sink : unused;
    for (const config::InputPort& input : each.product.ports.inputs) {
      const Edge edge = index.match(each.name(), each.domain, input, found);
      if (&each == listed) reads.push_back(edge_json(edge));
      if (edge.producer == listed->name()) read_by.push_back(edge_json(edge));
    }
  }
  answer["input_ports"] = std::move(reads);
  answer["consumers"] = std::move(read_by);
  return Answer{to_json(answer), sink.has_errors() ? 1 : 0};
}

Result<Answer> product_graph_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string format = get_string_or(request, "format", "text");
  if (format != "text" && format != "dot")
    return failf(ErrorCode::kInvalidArgument, "`format` is text or dot, not `{}`", format);
  const Workspace workspace = FLOE_TRY(workspace_of(context, request, sink));
  const std::vector<Edge> edges = edges_of(workspace, sink);
  json::array listed;
  for (const Edge& edge : edges)
    listed.push_back(edge_json(edge));
  const bool is_fine = !sink.has_errors();
  json::object answer{{"success", is_fine}, {"products", products_json(workspace)}, {"edges", std::move(listed)}};
  if (format == "dot") answer["dot"] = dot_of(workspace, edges);
  return Answer{to_json(answer), is_fine ? 0 : 1};
}

Result<Answer> product_register_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  compile::CompileRequest compile = compile_request(context, request);
  compile.use_cache = false;
  const auto compiled = FLOE_TRY(compile_project(context, compile, sink));
  std::string path = get_string_or(request, "registry", "");
  path = path.empty() ? compiled.registry_path : io::normalize_path(io::join_path(context.options().directory, path));
  if (path.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "the platform has no folder that a registry could lie in; say where: --registry FILE");
  }
  const std::string now = time::format_utc_millis(context.clock().now_unix_ns() / 1'000'000);
  const product::Registered registered = FLOE_TRY(registered_of(compiled, now));
  bool is_claimed = false;
  FLOE_TRY(product::change_registry(path, context.files(), [&](product::Registry* registry) {
    is_claimed = product::claim(registry, registered, compiled.product_span, compiled.version_span, sink);
    return is_claimed;
  }));
  json::object answer{{"success", is_claimed}, {"registry", path}, {"product", registered.qualified_name()}};
  answer["owner"] = registered.owner;
  answer["version"] = registered.version;
  answer["tables"] = registered.tables.size();
  answer["ports"] = registered.ports.size();
  return Answer{to_json(answer), is_claimed ? 0 : 1};
}

}  // namespace floe::run
