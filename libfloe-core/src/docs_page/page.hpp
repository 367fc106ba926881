// The page of `floe docs build`: one HTML file that reads nothing but itself.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>

namespace floe::docs_page {

// `data` is floe.report/1. It lies in the page as JSON in which no character can end its element, and the page's policy
// (CSP) allows the page's own script and style by their hashes and nothing else.
std::string page_html(const json::object& data, std::string_view title);

}  // namespace floe::docs_page
