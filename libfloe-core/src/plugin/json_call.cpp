#include "plugin/json_call.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe {
namespace {

std::vector<std::string> names_in(const char* list) { return text::split_words(list); }

Status check_names(const JsonMethod& method, const json::object& arguments) {
  const std::vector<std::string> known = names_in(method.parameters);
  for (const auto& [key, value] : arguments) {
    if (std::find(known.begin(), known.end(), std::string_view(key)) != known.end()) continue;
    return failf(ErrorCode::kInvalidArgument, "`{}` has no argument `{}`; it takes: {}", method.name,
                 std::string_view(key), known.empty() ? "nothing" : text::join(known, ", "));
  }
  return ok();
}

}  // namespace

Error JsonCall::missing(std::string_view name, std::string_view kind) const {
  return failf(ErrorCode::kInvalidArgument, "`{}` needs the argument `{}`: {}", method_, name, kind);
}

Result<std::string> JsonCall::text(std::string_view name) const {
  auto value = get_string(arguments_, name);
  if (!value) return missing(name, "a text");
  return *std::move(value);
}

Result<std::string> JsonCall::document(std::string_view name) const {
  const json::value* value = arguments_.if_contains(name);
  if (value == nullptr) return missing(name, "a JSON value");
  return to_json(*value);
}

Result<std::string> JsonCall::bytes(std::string_view name) const {
  const auto encoded = get_string(arguments_, name);
  auto decoded = encoded ? text::from_base64(*encoded) : std::nullopt;
  if (!decoded) return missing(name, "bytes, as a text in base64");
  return *std::move(decoded);
}

Result<std::uint64_t> JsonCall::number(std::string_view name) const {
  const json::value* value = arguments_.if_contains(name);
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0) {
    return static_cast<std::uint64_t>(value->get_int64());
  }
  return missing(name, "a whole number from 0 up");
}

Result<ArrowStream> JsonCall::rows(std::string_view name) {
  if (!rows_in_.has_value()) return missing(name, "rows, as an Arrow stream");
  return std::move(rows_in_);
}

Status JsonCall::put_text(std::string_view name, const std::string& value) {
  results_[name] = value;
  return ok();
}

Status JsonCall::put_document(std::string_view name, const std::string& value) {
  // A method without anything to say writes nothing.
  if (value.empty()) {
    results_[name] = nullptr;
    return ok();
  }
  auto parsed = parse_json(value);
  if (!parsed.has_value()) {
    return std::move(parsed).error().with_context(fmt::format("`{}` of the answer of `{}`", name, method_));
  }
  results_[name] = *std::move(parsed);
  return ok();
}

Status JsonCall::put_bytes(std::string_view name, const std::string& value) {
  results_[name] = text::to_base64(value);
  return ok();
}

Status JsonCall::put_number(std::string_view name, std::uint64_t value) {
  results_[name] = value;
  return ok();
}

Status JsonCall::put_rows(std::string_view name, ArrowStream value) {
  rows_name_ = name;
  rows_out_ = std::move(value);
  return ok();
}

Status call_by_json(const Instance& plugin, floe_call* call, const std::string& method, JsonCall& io,
                    const json::object& arguments) {
  std::vector<std::string> known;
  for (const JsonMethod& candidate : json_methods(plugin.interface_id())) {
    known.emplace_back(candidate.name);
    if (method != candidate.name) continue;
    FLOE_TRY(check_names(candidate, arguments));
    if (io.has_rows_in() && !candidate.takes_rows) {
      return failf(ErrorCode::kInvalidArgument, "`{}` takes no rows", method);
    }
    return candidate.call(plugin, call, io);
  }
  return failf(ErrorCode::kInvalidArgument, "{} has no method `{}`; it has: {}", plugin.interface_id(), method,
               text::join(known, ", "));
}

}  // namespace floe
