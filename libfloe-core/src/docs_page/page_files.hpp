// The files of libfloe-core/docs_page, as the build embeds them (embed_docs_page.cmake).
#pragma once

#include <string_view>

namespace floe::docs_page {

std::string_view page_template();  // HTML with @policy@, @title@, @style@, @data@ and @script@
std::string_view page_style();
std::string_view page_script();

}  // namespace floe::docs_page
