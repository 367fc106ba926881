// floe doctor: what is found on this machine and in this project, and whether it works.
#include "compile/requirements.hpp"
#include "compile/verdict_cache.hpp"
#include "engine/bindings.hpp"
#include "engine/compiled_project.hpp"
#include "engine/compiler_host.hpp"
#include "engine/opened_platform.hpp"
#include "engine/table_format_library.hpp"
#include "plugin/plugin_timeout.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/plugin_probe.hpp"
#include "verbs/table_faults.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/io/module_path.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::run {
namespace {

// The files elsewhere that a compile reads.
class InputNotes final : public ContextCompilerHost {
 public:
  using ContextCompilerHost::ContextCompilerHost;

  void on_inputs(const std::string&, const std::vector<std::string>& files) override { inputs_ = files; }

  [[nodiscard]] const std::vector<std::string>& inputs() const { return inputs_; }

 private:
  std::vector<std::string> inputs_;
};

class Examination {
 public:
  Examination(Context& context, const json::object& request) : context_(context), request_(request) {}

  void check_installation() {
    good("version", fmt::format("floe {}", FLOE_VERSION));
    check_plugins();
    const auto tables = load_table_format();
    verdict("libfloe-iceberg", tables ? ok() : Status(tables.error()), "opened",
            "install floe as a whole: bin and lib lie beside each other");
    check_module("http", "libfloe-http.so", "sources, secrets and lineage over the network");
    check_module("python", "libfloe-python.so", "plugins written in Python");
  }

  void check_project() {
    const std::string& directory = context_.options().directory;
    const auto location = compile::locate_project(directory, context_.files());
    if (!location) {
      good("project", fmt::format("none in `{}` or above; `floe init` makes one", directory));
      return;
    }
    good("project", location->product_file.empty() ? location->dbt_project_file : location->product_file);
    check_write_access(*location);
    check_cache(*location);
    const auto compiled = load_documents();
    if (!compiled) return;
    check_dbt(*compiled);
    check_plugins(*compiled);
  }

  Answer answer() && {
    const json::object out{{"success", is_well_}, {"checks", std::move(checks_)}};
    return Answer{to_json(out), is_well_ ? 0 : 1};
  }

 private:
  void add(std::string_view name, bool is_ok, std::string detail, json::value help) {
    is_well_ = is_well_ && is_ok;
    checks_.push_back(
        json::object{{"name", name}, {"ok", is_ok}, {"detail", std::move(detail)}, {"help", std::move(help)}});
  }

  void good(std::string_view name, std::string detail) { add(name, true, std::move(detail), nullptr); }

  void bad(std::string_view name, std::string detail, const std::string& help) {
    add(name, false, std::move(detail), json::value(help));
  }

  void verdict(std::string_view name, const Status& status, std::string detail, const std::string& help) {
    if (status) return good(name, std::move(detail));
    bad(name, status.error().to_string(), help);
  }

  void check_plugins() {
    const auto host = context_.plugins();
    if (!host) return bad("plugins", host.error().to_string(), "`floe plugin list` says where it looks");
    const Registry& registry = (*host)->registry();
    std::string roots;
    for (const PluginRoot& root : registry.roots()) {
      if (root.exists) roots += (roots.empty() ? "" : ", ") + root.path;
    }
    const auto listed = parse_json_object(registry.list_json(&context_.files()));
    const json::array* plugins = listed ? get_array(*listed, "plugins") : nullptr;
    std::int64_t usable = 0;
    std::string unusable;
    for (std::size_t i = 0; plugins != nullptr && i < plugins->size(); ++i) {
      const json::object& plugin = (*plugins)[i].as_object();
      const std::string state = get_string_or(plugin, "state", "");
      usable += state == "usable" || state == "unchecked" ? 1 : 0;
      if (state != "broken") continue;
      unusable += fmt::format("{}{}: {}", unusable.empty() ? "" : "; ", get_string_or(plugin, "path", ""),
                              get_string_or(plugin, "reason", ""));
    }
    if (usable == 0) return bad("plugins", "none is usable", "`floe plugin list` says where it looks");
    good("plugins", fmt::format("{} usable in {}", usable, roots));
    if (!unusable.empty()) bad("broken plugins", unusable, "`floe plugin why NAME` says more; install them again");
  }

  void check_module(std::string_view name, const std::string& file, std::string_view what_for) {
    const auto found = io::find_module(file);
    if (!found) return bad(name, found.error().to_string(), "make it writable by its owner only");
    good(name, found->empty() ? fmt::format("{} is not there: no {}", file, what_for) : *found);
  }

  void check_write_access(const compile::ProjectLocation& location) {
    const std::string path = io::join_path(location.state_directory, ".doctor-" + io::random_uuid());
    Status written = context_.files().create_directories(location.state_directory);
    if (written) written = context_.files().write_new(path, "", io::Durability::kFast);
    if (written) written = context_.files().remove(path);
    verdict("write access", written, location.state_directory, "floe keeps its state there: make it writable");
  }

  // Without one everything works, and each compile starts anew.
  void check_cache(const compile::ProjectLocation& location) {
    const auto cache = compile::VerdictCache::open(location.root, context_.files(), context_.environment());
    const Status written = cache.write("doctor", "");
    if (cache.directory().empty() || !written) {
      const std::string why = written ? cache.why_not() : written.error().to_string();
      return good("cache", fmt::format("none, so every compile starts anew: {}", why));
    }
    good("cache", cache.directory());
  }

  // Platform, product and environment file, each by its findings.
  std::optional<compile::Compiled> load_documents() {
    DiagnosticSink sink;
    InputNotes host(context_);
    auto compiled = compile::load(compile_request(context_, request_), host, sink);
    const std::vector<std::string>& inputs = host.inputs();
    if (!compiled) report_findings(compiled.error(), sink);
    const std::string elsewhere = inputs.empty() ? "" : ", with " + inputs.front();
    if (compiled && !sink.has_errors()) {
      good("platform", compiled->platform_ref.value_or("built-in local platform") + elsewhere);
      const std::string& environment = context_.options().environment;
      good("environment", environment.empty() ? "none asked for" : environment);
      return std::move(*compiled);
    }
    for (const Diagnostic& finding : sink.sorted()) {
      if (finding.severity != Severity::kError) continue;
      const Span* span = finding.primary();
      const std::string place = span == nullptr ? "" : fmt::format(" ({}:{})", span->file, span->line);
      bad("platform", fmt::format("{}: {}{}", finding.code, finding.message, place),
          fmt::format("`floe explain {}`", finding.code));
    }
    if (!sink.has_errors()) bad("platform", compiled.error().to_string(), "`floe compile` says more");
    return std::nullopt;
  }

  void check_dbt(const compile::Compiled& compiled) {
    const compile::PluginChoice& choice = compiled.plugins.at("dbt");
    verdict("dbt", probed([&]() -> Status {
              FLOE_TRY(context_.dbt(choice));
              return ok();
            }),
            choice.type, "`floe plugin why " + choice.type + "`");
  }

  // Every plugin that the platform chose, with the bindings of those it requires. Opening an instance asks for its
  // health.
  void check_plugins(const compile::Compiled& compiled) {
    const auto host = context_.plugins();
    if (!host) return;
    bool opens_tables = true;
    for (const auto& [category, choice] : compiled.plugins) {
      if (category == "dbt") continue;
      const bool answers = check_plugin(category, choice.type, [&, of = category] {
        return Bindings(**host, compiled, context_.call_options()).open(of);
      });
      opens_tables = opens_tables && (answers || (category != "catalog" && category != "storage"));
    }
    if (opens_tables) check_tables(**host, compiled);
    for (const auto& [category, choices] : compiled.plugin_lists) {
      const std::string group = compile::group_of_category(category);
      for (const compile::PluginChoice& choice : choices) {
        check_plugin(category, choice.type, [&] {
          return (*host)->open_instance(group, choice.type, choice.config, context_.call_options());
        });
      }
    }
  }

  // Whether it answers.
  bool check_plugin(const std::string& category, const std::string& type,
                    const std::function<Result<Instance>()>& open) {
    const Status answered = probed([&]() -> Status {
      FLOE_TRY(open());
      return ok();
    });
    verdict(category, answered, type + " answers", fmt::format("`floe plugin call {} health` says more", type));
    return answered.has_value();
  }

  // What each command on tables refuses: a catalog that lost them all, a warehouse that was moved; and what none of
  // them looks for.
  void check_tables(PluginHost& host, const compile::Compiled& compiled) {
    const Status opened = probed([&]() -> Status {
      auto platform = OpenedPlatform::open(host, compiled, context_.call_options(), {});
      if (platform) return ok();
      return fail(platform.error().code, with_helps(platform.error()));
    });
    if (opened) return check_opened_tables(host, compiled);
    const std::string& text = opened.error().message;
    const std::size_t end = std::min(text.find('\n'), text.size());
    bad("tables", text.substr(0, end), end == text.size() ? "`floe table list` says more" : text.substr(end + 1));
  }

  void check_opened_tables(PluginHost& host, const compile::Compiled& compiled) {
    const auto search = [&]() -> Result<std::vector<TableFault>> {
      OpenedTables opened;
      opened.compiled = compiled;
      opened.platform = FLOE_TRY(OpenedPlatform::open(host, compiled, context_.call_options(), {}));
      opened.call = host.make_call(context_.call_options());
      return find_table_faults(opened, context_.files());
    };
    const auto faults = search();
    if (!faults) return bad("tables", faults.error().to_string(), "`floe table list` says more");
    for (const TableFault& fault : *faults)
      bad("tables", fault.detail, fault.help);
    if (faults->empty()) good("tables", "the catalog has those of the warehouse");
  }

  // The message, and in a second line what to do.
  static std::string with_helps(const Error& error) {
    DiagnosticSink sink;
    if (!report_findings(error, sink) || sink.all().empty()) return error.to_string();
    const Diagnostic& finding = sink.all().front();
    return fmt::format("{}: {}\n{}", finding.code, finding.message, text::join(finding.helps, "; "));
  }

  // In a process of its own: a plugin that crashes there is a line here.
  [[nodiscard]] Status probed(const std::function<Status()>& body) const {
    constexpr std::chrono::seconds kMore{3};  // the host there gives up first, and knows better what it waits for
    const std::chrono::milliseconds patience = FLOE_TRY(plugin_timeout(context_.environment()));
    return probe(body, patience + kMore, context_.cancel_source());
  }

  Context& context_;
  const json::object& request_;
  json::array checks_;
  bool is_well_ = true;
};

Result<Answer> diagnose(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  Examination examination(context, request);
  examination.check_installation();
  examination.check_project();
  // What was not waited for is no fault of the machine.
  if (context.cancel_source().is_cancelled()) return fail(ErrorCode::kCancelled, "interrupted");
  return std::move(examination).answer();
}

AnswerText doctor_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  for (const json::value& item : list_of(answer, "checks")) {
    const json::object& check = item.as_object();
    out += fmt::format("{} {}: {}\n", get_bool_or(check, "ok", false) ? "✓" : "✗", get_string_or(check, "name", ""),
                       get_string_or(check, "detail", ""));
    const std::string help = get_string_or(check, "help", "");
    if (!help.empty()) out += "    " + help + "\n";
  }
  return {out, ""};
}

}  // namespace

Verb doctor_verb() {
  return {
      .name = "doctor",
      .summary = "what is found on this machine and in the project, and whether it works",
      .details =
          R"(Plugins, libraries, documents, write access, health of the backends. Exit code 1 when something does not work.)",
      .request = Arguments(),
      .answer = R"({"type": "object", "required": ["success", "checks"], "properties": {"success": {"type": "boolean"},
  "checks": {"type": "array", "items": {"type": "object", "properties": {
    "name": {"type": "string"}, "ok": {"type": "boolean"}, "detail": {"type": "string"},
    "help": {"type": ["string", "null"]}}}}}})",
      .run = diagnose,
      .text = doctor_text};
}

}  // namespace floe::run
