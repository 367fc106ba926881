# cmake -DOUT=file.cpp -DROOT=.../spec -DLIST=conformance.json -P embed_specification.cmake: the specification as C++
# string literals, so that `floe plugin check` and `floe plugin new` need no file beside the library.
file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/interfaces/*.json" "${ROOT}/schemas/*.json")
list(SORT files)
set(text "#include \"conformance/specification_files.hpp\"\n\n#include <array>\n\nnamespace floe::conformance {\nnamespace {\n\nconstexpr std::array kFiles = {\n")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" content)
  string(APPEND text "    SpecificationFile{\"${file}\", R\"FLOESPEC(${content})FLOESPEC\"},\n")
endforeach()
file(READ "${LIST}" content)
string(APPEND text "    SpecificationFile{\"conformance.json\", R\"FLOESPEC(${content})FLOESPEC\"},\n")
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const SpecificationFile> specification_files() { return kFiles; }\n\n}  // namespace floe::conformance\n")
file(WRITE "${OUT}" "${text}")
