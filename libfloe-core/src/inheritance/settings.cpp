#include "inheritance/settings.hpp"

#include "policy/plain_secrets.hpp"

#include "base/yaml/to_json.hpp"

namespace floe::inheritance {
namespace {

class SettingList {
 public:
  explicit SettingList(std::string_view below) : below_(below) {}

  void add(const yaml::Node& node, const std::string& address, std::string_view key) {
    if (node.is_mapping()) {
      for (const yaml::Entry& entry : node.entries)
        add(*entry.value, address.empty() ? entry.key : address + "." + entry.key, entry.key);
      return;
    }
    const bool is_asked = below_.empty() || address == below_ || address.starts_with(below_ + ".");
    if (!is_asked) return;
    settings_.push_back(
        {address, policy::without_secrets(key, yaml::to_json_value(node)), node.span.file, node.span.line});
  }

  std::vector<Setting> take() { return std::move(settings_); }

 private:
  std::string below_;
  std::vector<Setting> settings_;
};

}  // namespace

std::vector<Setting> settings_of(const Chain& chain, std::string_view below) {
  return settings_of(*chain.merged, below);
}

std::vector<Setting> settings_of(const yaml::Node& root, std::string_view below) {
  SettingList list(below);
  list.add(root, "", "");
  return list.take();
}

json::object setting_json(const Setting& setting) {
  return json::object{
      {"address", setting.address}, {"value", setting.value}, {"file", setting.file}, {"line", setting.line}};
}

}  // namespace floe::inheritance
