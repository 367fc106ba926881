// The page of each diagnostic code (docs/errors), as the build embeds it (embed_error_pages.cmake).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::explain {

// Views into static storage.
struct ErrorPage {
  std::string_view code;      // FLOE-E0701
  std::string_view name;      // naming-convention
  std::string_view severity;  // error, warning, `error or warning`
  std::string_view since;     // 0.1.0
  std::string_view summary;   // the title behind the code
  std::string_view text;      // Markdown, from the title on
};

// The files as they are, by code.
std::span<const std::string_view> error_page_files();

// By code.
const std::vector<ErrorPage>& error_pages();

// By code, with or without `FLOE-` and in any case, or by name; nullptr when there is none.
const ErrorPage* find_error_page(std::string_view asked);

// The code or name that was probably meant.
std::optional<std::string> nearest_error_page(std::string_view asked);

}  // namespace floe::explain
