# cmake -DOUT=file.cpp -DROOT=docs/errors -P embed_error_pages.cmake: the pages of the diagnostic codes as C++ string
# literals, so that `floe explain` needs no file beside the library. `sv` knows the length of a literal: nothing is
# counted at compile time.
file(GLOB files RELATIVE "${ROOT}" "${ROOT}/FLOE-*.md")
list(SORT files)
set(text "#include \"explain/error_page.hpp\"\n\n#include <array>\n\nnamespace floe::explain {\nnamespace {\n\nusing namespace std::string_view_literals;\n\nconstexpr std::array kPages = {\n")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" content)
  string(APPEND text "    R\"FLOEPAGE(${content})FLOEPAGE\"sv,\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const std::string_view> error_page_files() { return kPages; }\n\n}  // namespace floe::explain\n")
file(WRITE "${OUT}" "${text}")
