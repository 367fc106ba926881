// The files of libfloe-core/report, as the build embeds them (embed_report.cmake).
#pragma once

#include <string_view>

namespace floe::report {

std::string_view page_template();  // HTML with @policy@, @title@, @style@, @data@ and @script@
std::string_view page_style();
std::string_view page_script();

}  // namespace floe::report
