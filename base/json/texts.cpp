#include "base/json/texts.hpp"

namespace floe {

std::vector<std::string> get_texts(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::array* list = get_array(object, key);
  if (list == nullptr) return out;
  for (const json::value& item : *list) {
    if (item.is_string()) out.emplace_back(to_view(item.get_string()));
  }
  return out;
}

}  // namespace floe
