// A plugin in C99 that needs nothing but floe's headers.
#include "scaffold/scaffold.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string parameter(const ValueSpec& param) {
  const std::string& name = param.name;
  if (param.kind == "bytes") return fmt::format("const void* {0}, size_t {0}_length", name);
  if (param.is_text()) return fmt::format("const char* {0}, size_t {0}_length", name);
  if (param.kind == "arrow") return "struct ArrowArrayStream* " + name;
  if (param.kind == "f64") return "double " + name;
  return (param.kind == "i64" ? "int64_t " : "uint64_t ") + name;
}

std::string result(const ValueSpec& value) {
  if (value.is_text()) return "floe_sink* " + value.name;
  if (value.kind == "arrow") return "struct ArrowArrayStream* " + value.name;
  return "uint64_t* " + value.name;
}

// Refuses what the method must not be given.
std::string guard(const ValueSpec& param) {
  const std::string refuse = "return fail(self, call, FLOE_INVALID_ARGUMENT, \"`{0}` is no {1}\");\n";
  if (param.kind == "str") {
    return fmt::format(fmt::runtime("  if (!floe_is_utf8({0}, {0}_length)) " + refuse), param.name, "UTF-8");
  }
  if (param.kind != "json") return {};
  const char root = json_root(param);
  const std::string test = root == '\0' ? fmt::format("!floe_json_kind({0}, {0}_length)", param.name)
                                        : fmt::format("floe_json_kind({0}, {0}_length) != '{1}'", param.name, root);
  const char* what = root == '{' ? "JSON object" : root == '[' ? "JSON array" : "JSON";
  return "  if (" + test + ") " + fmt::format(fmt::runtime(refuse), param.name, what);
}

// `  (void)a, (void)b;`
std::string unused(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : "  (void)" + text::join(names, ", (void)") + ";\n";
}

// It refuses what it must not be given, and does nothing yet.
std::string body(const MethodSpec& method) {
  std::vector<std::string> names;
  std::string streams;  // first: a refusal leaves them as it must
  std::string guards;
  for (const ValueSpec& param : method.params) {
    guards += guard(param);
    if (param.kind == "arrow") {
      streams += fmt::format("  if ({0} != NULL && {0}->release != NULL) {0}->release({0});\n", param.name);
    } else if (param.kind != "str" && param.kind != "json") {
      names.push_back(param.name);
    }
    if (param.kind == "bytes") names.push_back(param.name + "_length");
  }
  for (const ValueSpec& value : method.returns) {
    if (value.kind == "arrow") {
      streams += fmt::format("  {}->release = NULL;\n", value.name);
    } else {
      names.push_back(value.name);
    }
  }
  return unused(names) + streams + guards +
         fmt::format("  return fail(self, call, FLOE_UNSUPPORTED, \"{} is not written yet\");\n", method.name);
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"void* self", "floe_call* call"};
  for (const ValueSpec& param : method.params)
    parameters.push_back(parameter(param));
  for (const ValueSpec& value : method.returns)
    parameters.push_back(result(value));
  return fmt::format("static floe_status FLOE_CALL {}_method({}) {{\n{}}}\n\n", method.name,
                     text::join(parameters, ", "), body(method));
}

constexpr std::string_view kHead =
    R"(/* @NAME@: a @INTERFACE@ plugin. Write what the methods answer; an instance has no state yet: it is its host. */
#include "floe/interfaces/@FILE@.h"
#include "floe/json.h"

static floe_status fail(const floe_host* host, floe_call* call, floe_status status, const char* message) {
  host->set_error(call, status, message, strlen(message));
  return status;
}

static floe_status answer(const floe_host* host, floe_call* call, floe_sink* out, const char* text) {
  (void)call;
  return host->write(out, text, strlen(text));
}

static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config, size_t length, floe_sink* problems) {
  return answer(host, call, problems,
                floe_json_is_empty_object(config, length) ? "[]" : "[{\"path\":\"\",\"message\":\"there are no settings\"}]");
}

static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t length, void** self) {
  if (!floe_json_is_empty_object(config, length)) return fail(host, call, FLOE_INVALID_CONFIG, "there are no settings");
  *self = (void*)host;
  return FLOE_OK;
}

static void FLOE_CALL destroy(void* self) { (void)self; }

static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) {
  return answer(self, call, out, "{\"state\":\"ok\",\"message\":\"\",\"details\":{}}");
}

static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) {
  return answer(self, call, out, "{\"name\":\"@NAME@\",\"version\":\"0.1.0\"}");
}

)";

constexpr std::string_view kTail =
    R"(static const floe_interface interfaces[] = {{@MACRO@_INTERFACE, "@NAME@", &table}};
static const floe_plugin plugin = {sizeof(floe_plugin), FLOE_ABI_VERSION, 0, 1, interfaces, "org.example.@NAME@", "0.1.0", "Example Ltd", NULL};

FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, const floe_plugin** out) {
  if (host->abi_version >> 16 != FLOE_ABI_MAJOR) return fail(host, call, FLOE_UNSUPPORTED, "another ABI major is needed");
  *out = &plugin;
  return FLOE_OK;
}
)";

std::string replaced(std::string_view pattern, const Request& request) {
  const std::string& file = request.interface->name;
  std::string text(pattern);
  for (const auto& [place, value] : {std::pair<std::string, std::string>{"@NAME@", request.name},
                                     {"@INTERFACE@", request.interface->id},
                                     {"@FILE@", file},
                                     {"@MACRO@", "FLOE_" + text::to_upper_ascii(file)}}) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  return text;
}

std::string table(const Request& request) {
  const std::string macro = "FLOE_" + text::to_upper_ascii(request.interface->name);
  std::vector<std::string> bits;
  for (const std::string& capability : chosen_capabilities(*request.interface))
    bits.push_back(macro + "_" + text::to_upper_ascii(capability));
  std::string made = fmt::format("static const floe_{}_v1 table = {{\n", request.interface->name);
  made += fmt::format("    .struct_size = sizeof(floe_{}_v1), .threading = FLOE_THREADS_CONCURRENT,",
                      request.interface->name);
  if (!bits.empty()) made += fmt::format(" .capabilities = {},", text::join(bits, " | "));
  made +=
      "\n    .validate_config = validate_config, .create = create, .destroy = destroy, .health = health, .describe = "
      "describe";
  constexpr std::size_t kWidth = 110;
  std::size_t column = kWidth;
  for (const MethodSpec* method : chosen_methods(*request.interface)) {
    const std::string entry = fmt::format(".{0} = {0}_method", method->name);
    const bool is_new_line = column + entry.size() > kWidth;
    made += (is_new_line ? ",\n    " : ", ") + entry;
    column = (is_new_line ? 0 : column) + entry.size();
  }
  return made + "};\n";
}

}  // namespace

std::string c_source(const Request& request) {
  std::string source = replaced(kHead, request);
  for (const MethodSpec* method : chosen_methods(*request.interface))
    source += function(*method);
  return source + table(request) + replaced(kTail, request);
}

}  // namespace floe::scaffold
