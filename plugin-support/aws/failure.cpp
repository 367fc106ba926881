#include "failure.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

namespace floe::aws {

std::string xml_element(std::string_view xml, std::string_view name) {
  const std::string begin = fmt::format("<{}>", name);
  const std::size_t at = xml.find(begin);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = xml.substr(at + begin.size());
  return std::string(rest.substr(0, rest.find('<')));
}

Failure read_failure(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (!parsed) return {xml_element(body, "Code"), xml_element(body, "Message")};
  // `com.amazonaws.secretsmanager#ResourceNotFoundException` and `Name:http://...` are both spoken.
  std::string type = get_string_or(*parsed, "__type", "");
  type = type.substr(type.rfind('#') + 1);
  type = type.substr(0, type.find(':'));
  return {type, get_string_or(*parsed, "message", get_string_or(*parsed, "Message", ""))};
}

}  // namespace floe::aws
