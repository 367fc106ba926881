// A platform as a list of settings, each with the manifest that says it.
#pragma once

#include "rules/inheritance/chain.hpp"

#include "base/json/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::inheritance {

struct Setting {
  std::string address;  // governance.data_retention_days
  json::value value;    // a scalar or a list; *** for a plain secret
  std::string file;
  std::int32_t line = 0;
  std::string manifest = {};  // name of the manifest that says it; "" = of another document
};

// In the order of the document; a list that several manifests have items of as one setting for each item,
// governance.custom_rules[1]. `below`: only this address and what is below it, as it may be written
// (`governance.naming`, `plugins.compute.type`); "" = all. The chain is merged.
std::vector<Setting> settings_of(const Chain& chain, std::string_view below = "");

// The same of any document.
std::vector<Setting> settings_of(const yaml::Node& root, std::string_view below = "");

// {"address", "value", "file", "line"}
json::object setting_json(const Setting& setting);

}  // namespace floe::inheritance
