// The small text operations of Python that names and checksums depend on.
#pragma once

#include <string>
#include <string_view>

namespace floe::dbt {

std::size_t leading_space(std::string_view utf8);     // bytes of white space at the start, as str.strip() sees it
std::string_view trim_python(std::string_view utf8);  // str.strip()
std::string collapse_space(std::string_view utf8);    // " ".join(text.split())
std::string code_checksum(std::string_view utf8);     // dbt's checksum of SQL files
// re.sub("[^0-9a-zA-Z_]+", "_", text)
std::string identifier_text(std::string_view text);

}  // namespace floe::dbt
