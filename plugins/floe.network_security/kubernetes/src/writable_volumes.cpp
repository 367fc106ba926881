#include "writable_volumes.hpp"

#include "kubernetes/metadata.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace floe::kubernetes {
namespace {

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Every part of it is a name: no `//`, `.` or `..`, no slash at the end.
bool is_plain_path(std::string_view path) {
  if (path.size() < 2 || path.front() != '/') return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(part.size());
  }
  return true;
}

Status check_path(const Request& request, const std::string& path) {
  // Kubernetes takes `:` in a mount path for a separator.
  if (!is_plain_path(path) || path.find(':') != std::string::npos) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`; accepted is an absolute path without `.`, `..`, `//`, `:`",
                 request.place("path"), path);
  }
  for (const std::string_view system : {"/proc", "/sys", "/dev", "/etc", "/run", "/var/run"}) {
    if (path == system || path.starts_with(std::string(system) + "/")) {
      return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`; `{}` belongs to the system", request.place("path"), path,
                   system);
    }
  }
  return ok();
}

// A quantity of Kubernetes: `500M`, `1Gi`, `1.5Gi`.
bool is_quantity(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  const std::string_view unit = text.substr(end);
  const bool is_number = !number.empty() && number.front() != '.' && number.back() != '.' &&
                         std::count(number.begin(), number.end(), '.') <= 1;
  constexpr std::string_view kUnits[] = {"", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  return is_number && std::find(std::begin(kUnits), std::end(kUnits), unit) != std::end(kUnits);
}

// `/home/floe/.floe` is `home-floe-floe`. What does not fit, or is taken, ends in a digest of the path.
std::string volume_name(const std::string& path, const std::set<std::string>& taken) {
  std::string name;
  for (const char c : path) {
    if (is_alphanumeric(c)) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  if (!name.empty() && name.back() == '-') name.pop_back();
  if (is_dns_label(name) && !taken.contains(name)) return name;
  constexpr std::size_t kKept = 50;
  constexpr std::size_t kDigits = 12;
  return (name.empty() ? "volume" : name.substr(0, kKept)) + "-" + text::sha256_hex(path).substr(0, kDigits);
}

Result<json::object> empty_dir(const Request& request) {
  json::object out;
  if (request.has("size_limit")) {
    const std::string size = FLOE_TRY(request.text("size_limit"));
    if (!is_quantity(size)) {
      return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`; accepted is a quantity such as `500Mi`",
                   request.place("size_limit"), size);
    }
    out["sizeLimit"] = size;
  }
  if (const std::string medium = FLOE_TRY(request.one_of("medium", {"Memory"}, "")); !medium.empty()) {
    out["medium"] = medium;
  }
  return out;
}

}  // namespace

Result<std::string> volumes_of(std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"paths"}));
  std::set<std::string> paths;
  std::set<std::string> names;
  json::array volumes;
  json::array mounts;
  for (const Request& one : FLOE_TRY(in.objects("paths"))) {
    FLOE_TRY(one.accept({"path", "size_limit", "medium"}));
    const std::string path = FLOE_TRY(one.text("path"));
    FLOE_TRY(check_path(one, path));
    if (!paths.insert(path).second) {
      return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`, which is there twice", one.place("path"), path);
    }
    const std::string name = volume_name(path, names);
    names.insert(name);
    volumes.push_back(json::object{{"name", name}, {"emptyDir", FLOE_TRY(empty_dir(one))}});
    mounts.push_back(json::object{{"name", name}, {"mountPath", path}});
  }
  if (volumes.empty()) return fail(ErrorCode::kInvalidArgument, "`paths` names no path");
  return to_json(json::object{{"volumes", std::move(volumes)}, {"volumeMounts", std::move(mounts)}});
}

}  // namespace floe::kubernetes
