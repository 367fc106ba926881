// floe product list, show, graph, register: the products below a folder, and the registry of their platform.
#include "engine/compiled_project.hpp"
#include "product/port_graph.hpp"
#include "product/registry.hpp"
#include "product/workspace.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/dot_graph.hpp"
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

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
  product::Registered out{
      compiled.product_name, compiled.domain.value_or(""), compiled.product_owner,     compiled.product_version,
      std::move(now),        compiled.examined->tables,    compiled.examined->classes, {}};
  for (const contract::PortContract& made : compiled.examined->contracts)
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

Result<Answer> list_products(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Workspace workspace = FLOE_TRY(workspace_of(context, request, sink));
  const bool is_fine = !sink.has_errors();
  return Answer{to_json(json::object{{"success", is_fine}, {"products", products_json(workspace)}}), is_fine ? 0 : 1};
}

Result<Answer> show_product(Context& context, const json::object& request, DiagnosticSink& sink) {
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

Result<Answer> graph_products(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string format = get_string_or(request, "format", "text");
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

Result<Answer> register_product(Context& context, const json::object& request, DiagnosticSink& sink) {
  compile::CompileRequest compile = compile_request(context, request);
  compile.use_cache = false;
  const auto compiled = FLOE_TRY(compile_project(context, compile, sink));
  const std::string given = get_string_or(request, "registry", "");
  const std::string path = given.empty() ? compiled.registry_path.value_or("")
                                         : io::normalize_path(io::join_path(context.options().directory, given));
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

AnswerText product_list_text(const json::object& answer, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& item : list_of(answer, "products")) {
    const json::object& product = item.as_object();
    std::string offers;
    for (const json::value& port : list_of(product, "output_ports"))
      offers += (offers.empty() ? "" : ", ") + get_string_or(port.as_object(), "port", "");
    rows.push_back({get_string_or(product, "name", ""), get_string_or(product, "version", ""),
                    get_string_or(product, "owner", ""), offers,
                    std::to_string(get_int(product, "input_ports").value_or(0)), get_string_or(product, "file", "")});
  }
  return {format_text_table({{"product"}, {"version"}, {"owner"}, {"offers"}, {"reads", Align::kRight}, {"file"}}, rows,
                            style),
          ""};
}

// ` 1.2, which is at 1.4` of an edge.
std::string fit_of(const json::object& edge) {
  const std::string needs = get_string_or(edge, "needs", "");
  const std::string version = get_string_or(edge, "version", "");
  const std::string status = get_string_or(edge, "status", "");
  std::string out = needs.empty() ? "any version" : "needs " + needs;
  if (!version.empty()) out += ", is " + version;
  return out + (status == "ok" ? "" : ": " + status);
}

const char* mark_of(const json::object& edge) { return get_string_or(edge, "status", "") == "ok" ? "✓" : "✗"; }

AnswerText product_show_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out = fmt::format("{} {}\n", get_string_or(answer, "name", ""), get_string_or(answer, "version", ""));
  for (const char* key : {"description", "owner", "platform", "file"}) {
    const std::string text = get_string_or(answer, key, "");
    if (!text.empty()) out += fmt::format("  {}: {}\n", key, text);
  }
  for (const json::value& item : list_of(answer, "output_ports")) {
    const json::object& port = item.as_object();
    out += fmt::format("offers {} {} ({})\n", get_string_or(port, "port", ""), get_string_or(port, "version", ""),
                       get_string_or(port, "model", ""));
  }
  for (const json::value& item : list_of(answer, "input_ports")) {
    const json::object& edge = item.as_object();
    out += fmt::format("{} reads {}.{}: {}\n", mark_of(edge), get_string_or(edge, "producer", ""),
                       get_string_or(edge, "port", ""), fit_of(edge));
  }
  for (const json::value& item : list_of(answer, "consumers")) {
    const json::object& edge = item.as_object();
    out += fmt::format("{} {} is read by {}: {}\n", mark_of(edge), get_string_or(edge, "port", ""),
                       get_string_or(edge, "consumer", ""), fit_of(edge));
  }
  return {out, ""};
}

// Every product that is read, its ports, and below each who reads it; then what is read and is not there.
AnswerText product_graph_text(const json::object& answer, const TextStyle& /*style*/) {
  const std::string dot = get_string_or(answer, "dot", "");
  if (!dot.empty()) return {dot, ""};
  std::map<std::string, std::string> readers;
  for (const json::value& item : list_of(answer, "edges")) {
    const json::object& edge = item.as_object();
    readers[get_string_or(edge, "producer", "") + "." + get_string_or(edge, "port", "")] +=
        fmt::format("  {} {}: {}\n", mark_of(edge), get_string_or(edge, "consumer", ""), fit_of(edge));
  }
  std::string out;
  for (const auto& [port, lines] : readers)
    out.append(port).append("\n").append(lines);
  out += fmt::format("{}, {}\n", text::counted(std::ssize(list_of(answer, "products")), "product"),
                     text::counted(std::ssize(list_of(answer, "edges")), "input port"));
  return {out, ""};
}

AnswerText product_register_text(const json::object& answer, const TextStyle& /*style*/) {
  if (!get_bool_or(answer, "success", false)) return {};
  return {"", fmt::format("registered {} {} of {} in {}\n", get_string_or(answer, "product", ""),
                          get_string_or(answer, "version", ""), get_string_or(answer, "owner", ""),
                          get_string_or(answer, "registry", ""))};
}

}  // namespace

Verb product_list_verb() {
  return {.name = "product list",
          .summary = "the products below a folder",
          .details = R"(Reads documents only; exit code 1 when one has findings. FLOE_NOT_FOUND when there is none.)",
          .request = Arguments().path("root", "root", "the folder (default: here)"),
          .answer =
              R"({"type": "object", "required": ["success", "products"], "properties": {"success": {"type": "boolean"},
  "products": {"type": "array", "items": {"type": "object", "properties": {
    "name": {"type": "string"}, "domain": {"type": ["string", "null"]}, "version": {"type": "string"},
    "owner": {"type": ["string", "null"]}, "description": {"type": ["string", "null"]},
    "platform": {"type": ["string", "null"]}, "file": {"type": "string"}, "output_ports": {"type": "array"}, "input_ports": {"type": "integer"}}}}}})",
          .run = list_products,
          .text = product_list_text};
}

Verb product_show_verb() {
  return {.name = "product show",
          .summary = "one product, what it reads and who reads it",
          .request = Arguments()
                         .text("name", "name", "name, with its domain when several have it: sales.orders", true)
                         .path("--root", "root", "the folder that products are looked for in (default: here)"),
          .answer = R"({"type": "object", "required": ["name", "input_ports", "consumers"], "properties": {
    "name": {"type": "string"}, "domain": {"type": ["string", "null"]}, "version": {"type": "string"},
    "owner": {"type": ["string", "null"]}, "description": {"type": ["string", "null"]},
    "platform": {"type": ["string", "null"]}, "file": {"type": "string"}, "output_ports": {"type": "array"},
    "input_ports": {"type": "array", "items": {"type": "object", "properties": {"consumer": {"type": "string"}, "producer": {"type": "string"},
    "port": {"type": "string"}, "needs": {"type": ["string", "null"]}, "version": {"type": ["string", "null"]},
    "status": {"enum": ["ok", "unknown-product", "unknown-port", "version"]}}}},
    "consumers": {"type": "array", "items": {"type": "object", "properties": {"consumer": {"type": "string"}, "producer": {"type": "string"},
    "port": {"type": "string"}, "needs": {"type": ["string", "null"]}, "version": {"type": ["string", "null"]},
    "status": {"enum": ["ok", "unknown-product", "unknown-port", "version"]}}}}}})",
          .run = show_product,
          .text = product_show_text};
}

Verb product_graph_verb() {
  return {
      .name = "product graph",
      .summary = "who reads whose ports, and whether versions fit",
      .details = R"(Exit code 1 when an edge is not ok. "dot" is there with "format": "dot".)",
      .request = Arguments()
                     .path("root", "root", "the folder (default: here)")
                     .text("--format", "format", "text (default), or dot for Graphviz")
                     .among({"text", "dot"}),
      .answer =
          R"({"type": "object", "required": ["success", "products", "edges"], "properties": {"success": {"type": "boolean"},
  "products": {"type": "array"}, "edges": {"type": "array", "items": {"type": "object", "properties": {"consumer": {"type": "string"}, "producer": {"type": "string"},
    "port": {"type": "string"}, "needs": {"type": ["string", "null"]}, "version": {"type": ["string", "null"]},
    "status": {"enum": ["ok", "unknown-product", "unknown-port", "version"]}}}}, "dot": {"type": "string"}}})",
      .run = graph_products,
      .text = product_graph_text};
}

Verb product_register_verb() {
  return {
      .name = "product register",
      .summary = "claim name and tables in the registry of the platform",
      .details =
          R"(Compiles first. Exit code 1 when something of it belongs to somebody else, or the version goes back or does not say what
changed.)",
      .request =
          Arguments().path("--registry", "registry", "the file (default products.json beside the outermost manifest)"),
      .answer =
          R"({"type": "object", "required": ["success", "registry"], "properties": {"success": {"type": "boolean"},
  "registry": {"type": "string"}, "product": {"type": "string"}, "owner": {"type": ["string", "null"]},
  "version": {"type": "string"}, "tables": {"type": "integer"}, "ports": {"type": "integer"}}})",
      .run = register_product,
      .text = product_register_text};
}

}  // namespace floe::run
