#include "config.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::storage {
namespace {

void add_problem(json::array& problems, std::string_view path, std::string message) {
  problems.push_back(json::object{{"path", path}, {"message", std::move(message)}});
}

Result<ByteRange> parse_range(const json::value& value, std::uint64_t size) {
  const json::array* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_int64() ||
      (*pair)[1].get_int64() < 0) {
    return failf(ErrorCode::kInvalidArgument, "a range is `{}`; accepted is [offset, length]", to_json(value));
  }
  const std::int64_t offset = (*pair)[0].get_int64();
  const auto length = static_cast<std::uint64_t>((*pair)[1].get_int64());
  if (offset < 0) {
    const std::uint64_t back = std::min(static_cast<std::uint64_t>(-(offset + 1)) + 1, size);
    return ByteRange{size - back, std::min(length, back)};
  }
  const auto start = static_cast<std::uint64_t>(offset);
  if (start > size || length > size - start) {
    return failf(ErrorCode::kInvalidArgument, "the range {} passes the end: the object has {} bytes", to_json(value),
                 size);
  }
  return ByteRange{start, length};
}

}  // namespace

std::string config_problems(std::string_view config) {
  json::array problems;
  const auto parsed = parse_json_object(config.empty() ? "{}" : config);
  if (!parsed.has_value()) {
    add_problem(problems, "", parsed.error().to_string());
    return to_json(problems);
  }
  for (const auto& [key, value] : *parsed) {
    if (key == "root") {
      if (!value.is_string()) {
        add_problem(problems, "root", "must be a text");
      } else if (const auto path = io::path_from_uri(to_view(value.get_string())); !path.has_value()) {
        add_problem(problems, "root", path.error().message);
      }
    } else if (key == "encryption_at_rest") {
      if (!value.is_bool()) add_problem(problems, key, "must be true or false");
    } else {
      add_problem(problems, key, "unknown key; accepted are `root` and `encryption_at_rest`");
    }
  }
  return to_json(problems);
}

Result<Config> parse_config(std::string_view config) {
  const json::object object = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  Config out;
  const std::string root = get_string_or(object, "root", "");
  if (!root.empty()) out.root = FLOE_TRY(io::path_from_uri(root));
  return out;
}

Result<WriteOptions> parse_write_options(std::string_view options) {
  const json::object object = FLOE_TRY(parse_json_object(options.empty() ? "{}" : options));
  WriteOptions out;
  const std::string if_none_match = get_string_or(object, "if_none_match", "");
  if (!if_none_match.empty() && if_none_match != "*") {
    return failf(ErrorCode::kUnsupported, "`if_none_match` is `{}`; accepted is `*`", if_none_match);
  }
  out.only_new = !if_none_match.empty();
  out.if_match = get_string_or(object, "if_match", "");
  out.durable = get_bool_or(object, "durable", false);
  return out;
}

Result<std::vector<ByteRange>> parse_ranges(std::string_view ranges, std::uint64_t size) {
  std::vector<ByteRange> out;
  const json::value parsed = FLOE_TRY(parse_json(ranges.empty() ? "[]" : ranges));
  if (!parsed.is_array()) return fail(ErrorCode::kInvalidArgument, "`ranges` must be a list of [offset, length]");
  if (parsed.get_array().empty()) return std::vector<ByteRange>{{0, size}};
  for (const json::value& range : parsed.get_array())
    out.push_back(FLOE_TRY(parse_range(range, size)));
  return out;
}

Result<std::vector<std::string>> parse_uris(std::string_view uris) {
  const json::value parsed = FLOE_TRY(parse_json(uris));
  if (!parsed.is_array()) return fail(ErrorCode::kInvalidArgument, "`uris` must be a list of texts");
  std::vector<std::string> out;
  for (const json::value& uri : parsed.get_array()) {
    if (!uri.is_string()) return fail(ErrorCode::kInvalidArgument, "`uris` must be a list of texts");
    out.emplace_back(to_view(uri.get_string()));
  }
  return out;
}

}  // namespace floe::storage
