# cmake -DOUT=file.cpp -DROOT=folder -DHEADER=x.hpp -DFUNCTION=floe::x::files -P embed_files.cmake: the files below a folder as
# C++ string literals, so that what needs them needs no file beside the library. `FUNCTION`, which `HEADER` declares, gives them.
file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/*")
list(SORT files)
set(text "#include \"${HEADER}\"\n\n#include <array>\n\nnamespace {\n\nusing namespace std::string_view_literals;\n\nconstexpr std::array kFiles = {\n")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" content)
  string(APPEND text "    floe::text::EmbeddedFile{\"${file}\"sv, R\"FLOEFILE(${content})FLOEFILE\"sv},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const floe::text::EmbeddedFile> ${FUNCTION}() { return kFiles; }\n")
file(WRITE "${OUT}" "${text}")
