set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# The build tree has the layout of an installed one and runs in place.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/archive")
set(CMAKE_INSTALL_LIBDIR lib)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)

option(FLOE_WERROR "Treat warnings as errors" ON)
option(FLOE_UNITY "Compile in unity batches" OFF)
set(FLOE_SANITIZE "" CACHE STRING "address, thread, fuzzer or empty")

set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(FLOE_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_MODE GROUP)  # floe_sources() makes the groups
endif()

find_program(FLOE_CCACHE ccache)
if(FLOE_CCACHE)
  # Equal sources hit the cache wherever the checkout lies.
  set(floe_launcher ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${FLOE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${floe_launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${floe_launcher})
endif()

add_library(floe_flags INTERFACE)
target_compile_options(floe_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -fno-semantic-interposition
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual>
  $<$<BOOL:${FLOE_WERROR}>:-Werror>)
# gcc 12 reports false positives of these on std::string and std::variant at -O2.
target_compile_options(floe_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread>)
if(FLOE_UNITY)  # in a batch, every file but the batch itself looks like a header, which may not use unnamed namespaces in its types
  target_compile_options(floe_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()

if(FLOE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(FLOE_SANITIZE STREQUAL "fuzzer")  # clang only
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(FLOE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()

find_program(FLOE_MOLD mold)
if(FLOE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
