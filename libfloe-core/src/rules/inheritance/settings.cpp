#include "rules/inheritance/settings.hpp"

#include "secrets/without_secrets.hpp"

#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::inheritance {
namespace {

// A setting that has another address once aliases are written out (config/platform_manifest.hpp).
struct Alias {
  std::string_view written;
  std::vector<std::string> addresses;
};

std::vector<std::string> written_out(std::string_view address) {
  static const Alias kAliases[] = {
      {"governance.naming", {"data_architecture.pattern", "data_architecture.naming"}},
      {"governance.naming.enforcement", {"data_architecture.naming.enforcement"}},
      {"governance.naming.pattern", {"data_architecture.pattern"}},
      {"governance.naming.custom_patterns", {"data_architecture.naming.patterns"}},
      {"plugins.observability", {"plugins.telemetry_backend", "plugins.lineage_backend"}},
  };
  const auto* found = std::find_if(std::begin(kAliases), std::end(kAliases),
                                   [&](const Alias& alias) { return alias.written == address; });
  return found == std::end(kAliases) ? std::vector<std::string>{std::string(address)} : found->addresses;
}

bool is_below(std::string_view address, const std::string& asked) {
  if (asked.empty() || address == asked) return true;
  if (address.starts_with(asked + ".") || address.starts_with(asked + "[")) return true;
  // The short form of a choice is its type.
  return address.starts_with("plugins.") && asked == fmt::format("{}.type", address);
}

class SettingList {
 public:
  // `chain` is nullptr for a document that is no platform.
  SettingList(std::string_view below, const Chain* chain) : asked_(written_out(below)), chain_(chain) {}

  void add(const yaml::Node& node, const std::string& address, std::string_view key) {
    if (node.is_mapping()) {
      for (const yaml::Entry& entry : node.entries)
        add(*entry.value, address.empty() ? entry.key : address + "." + entry.key, entry.key);
    } else if (is_divided(node, address)) {
      for (std::size_t i = 0; i < node.items.size(); ++i)
        add_setting(*node.items[i], item_address(address, i), key, manifest_of_item(node, address, i));
    } else {
      add_setting(node, address, key, manifest_of(address, node.span));
    }
  }

  std::vector<Setting> take() { return std::move(settings_); }

 private:
  static std::string item_address(const std::string& list, std::size_t index) {
    return fmt::format("{}[{}]", list, index);
  }

  void add_setting(const yaml::Node& node, const std::string& address, std::string_view key, std::string manifest) {
    const bool is_asked =
        std::any_of(asked_.begin(), asked_.end(), [&](const std::string& asked) { return is_below(address, asked); });
    if (!is_asked) return;
    settings_.push_back({address, policy::without_secrets(key, yaml::to_json_value(node)), node.span.file,
                         node.span.line, std::move(manifest)});
  }

  // Whether the items of a list are told one by one: they come from several manifests, or one of them is asked for.
  [[nodiscard]] bool is_divided(const yaml::Node& node, const std::string& address) const {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (manifest_of_item(node, address, i) != manifest_of_item(node, address, 0)) return true;
      if (std::find(asked_.begin(), asked_.end(), item_address(address, i)) != asked_.end()) return true;
    }
    return false;
  }

  [[nodiscard]] std::string manifest_of_item(const yaml::Node& list, const std::string& address, std::size_t i) const {
    const Span& place = list.items[i]->span;
    return manifest_of(item_address(address, i), place, manifest_of(address, place));
  }

  // A compiled platform knows which manifest above it said what.
  [[nodiscard]] std::string manifest_of(const std::string& address, const Span& place,
                                        const std::string& fallback = {}) const {
    const Tier* tier = chain_ == nullptr ? nullptr : tier_of(*chain_, place.file);
    if (tier == nullptr) return "";
    return get_string_or(tier->origins, address, fallback.empty() ? tier->name : fallback);
  }

  std::vector<std::string> asked_;
  const Chain* chain_;
  std::vector<Setting> settings_;
};

}  // namespace

std::vector<Setting> settings_of(const Chain& chain, std::string_view below) {
  SettingList list(below, &chain);
  list.add(*chain.merged, "", "");
  return list.take();
}

std::vector<Setting> settings_of(const yaml::Node& root, std::string_view below) {
  SettingList list(below, nullptr);
  list.add(root, "", "");
  return list.take();
}

json::object setting_json(const Setting& setting) {
  return json::object{
      {"address", setting.address}, {"value", setting.value}, {"file", setting.file}, {"line", setting.line}};
}

}  // namespace floe::inheritance
