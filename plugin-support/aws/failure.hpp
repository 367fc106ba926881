// What a service of AWS says when it refuses a request, in its JSON or its XML.
#pragma once

#include <string>
#include <string_view>

namespace floe::aws {

struct Failure {
  std::string type;  // for example ResourceNotFoundException; "" when the answer has none
  std::string message;
};

Failure read_failure(std::string_view body);

// The text of the first element of that name, which has no attributes; "" when there is none.
std::string xml_element(std::string_view xml, std::string_view name);

}  // namespace floe::aws
