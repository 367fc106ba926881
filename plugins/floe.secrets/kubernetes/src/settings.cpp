#include "settings.hpp"

#include "answers/members.hpp"
#include "kubernetes/metadata.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace floe::secrets {
namespace {

using answers::wrong_member;

constexpr std::string_view kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

Status check(const json::object& config) {
  constexpr std::string_view kKeys[] = {"secret",  "directory",  "namespace", "server",
                                        "ca_file", "token_file", "timeout_ms"};
  for (const auto& member : config) {
    const std::string_view key = member.key();
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys)) {
      return wrong_member(key, fmt::format("unknown key `{}`", key));
    }
    if (config.contains("directory") && key != "directory" && key != "secret") {
      return wrong_member(key, fmt::format("`{}` is for the API, and `directory` says not to use it", key));
    }
  }
  return ok();
}

Status read_text(const json::object& config, std::string_view key, std::string* out) {
  if (!config.contains(key)) return ok();
  auto value = get_string(config, key);
  if (!value || value->empty()) return wrong_member(key, fmt::format("`{}` must be a text", key));
  *out = std::move(*value);
  return ok();
}

Status check_path(std::string_view key, const std::string& path) {
  if (path.empty() || io::is_absolute_path(path)) return ok();
  return wrong_member(key, fmt::format("`{}` must be an absolute path", key));
}

}  // namespace

Result<Settings> parse_settings(std::string_view config) {
  const json::object parsed = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  FLOE_TRY(check(parsed));
  Settings out;
  const std::pair<std::string_view, std::string*> texts[] = {
      {"secret", &out.secret},   {"directory", &out.directory},   {"server", &out.server},
      {"ca_file", &out.ca_file}, {"token_file", &out.token_file}, {"namespace", &out.name_space}};
  for (const auto& [key, text] : texts)
    FLOE_TRY(read_text(parsed, key, text));
  if (parsed.contains("timeout_ms")) out.timeout_ms = get_int(parsed, "timeout_ms").value_or(0);
  FLOE_TRY(check_path("directory", out.directory));
  FLOE_TRY(check_path("ca_file", out.ca_file));
  FLOE_TRY(check_path("token_file", out.token_file));
  if (!kubernetes::is_dns_subdomain(out.secret)) {
    return wrong_member("secret", "`secret` must be the name of a Secret");
  }
  if (!out.name_space.empty() && !kubernetes::is_dns_label(out.name_space)) {
    return wrong_member("namespace", "`namespace` must be the name of a namespace");
  }
  while (out.server.ends_with('/'))
    out.server.pop_back();
  if (!out.server.empty() && !out.server.starts_with("http://") && !out.server.starts_with("https://")) {
    return wrong_member("server", "`server` must be an http or https URL");
  }
  if (out.timeout_ms < 1) return wrong_member("timeout_ms", "`timeout_ms` must be a whole number of at least 1");
  return out;
}

Status complete_in_pod(Settings* settings) {
  if (!settings->directory.empty()) return ok();
  const auto files = io::make_disk_file_system();
  if (settings->server.empty()) {
    const auto environment = io::make_process_environment();
    const auto host = environment->get("KUBERNETES_SERVICE_HOST");
    if (!host) {
      return wrong_member(
          "server",
          "there is no KUBERNETES_SERVICE_HOST here: outside of a pod name `server`, `namespace` and `token_file`, "
          "or the `directory` where the Secret is mounted");
    }
    const bool is_ipv6 = host->find(':') != std::string::npos;
    settings->server = fmt::format("https://{}:{}", is_ipv6 ? "[" + *host + "]" : *host,
                                   environment->get("KUBERNETES_SERVICE_PORT").value_or("443"));
    if (settings->ca_file.empty()) settings->ca_file = std::string(kServiceAccount) + "ca.crt";
  }
  if (settings->token_file.empty()) settings->token_file = std::string(kServiceAccount) + "token";
  if (!settings->name_space.empty()) return ok();
  const auto of_pod = files->read(std::string(kServiceAccount) + "namespace");
  if (!of_pod) return wrong_member("namespace", "outside of a pod `namespace` must say where the Secrets are");
  settings->name_space = text::trim(*of_pod);
  return ok();
}

}  // namespace floe::secrets
