# House functions. Sources are found by glob, so a new file edits no list:
#   floe_add_static(name [INCLUDE dirs] [LINK targets] [EXCLUDE regex])   **/*.cpp beside the CMakeLists, tests/ excluded
#   floe_add_library(name SOVERSION 1 MAP file [INCLUDE dirs] [LINK targets])   src/**/*.cpp, one shared library
#   floe_embed_files(target name folder HEADER x.hpp FUNCTION floe::x::files)   the files of a folder as texts of the target
#   floe_add_plugin(group name [LINK targets])            src/**/*.cpp -> lib/floe/plugins/<group>/<name>/
#   floe_add_rust_plugin(group name)                      a crate without foreign crates -> the same folder
#   floe_add_test(name [LINK targets])                    tests/**/*_test.cpp -> one Catch2 program, one ctest entry

# Files whose unnamed namespace has names another file of the folder has too: they are compiled outside of unity batches.
set(FLOE_OUTSIDE_UNITY "/generated/|/arrow/foreign_|/time/posix_rule|/schema/[a-z_]*_shape|/schema/partition_path|/schema/nanos|/avro/container_writer|/abi/local_storage|/abi/directory_catalog|/parse/sources|/parse/resolve|/jinja/parser_statements|/value/format_|/value/compare|/value/list_methods|/conformance/|/contract/|/scaffold/")

function(floe_sources out directory)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${directory}/*.cpp" "${directory}/*.c")
  list(FILTER found EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/tests/")
  set(alone ${found})
  list(FILTER alone INCLUDE REGEX "${FLOE_OUTSIDE_UNITY}")
  set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set(together ${found})
  list(FILTER together EXCLUDE REGEX "${FLOE_OUTSIDE_UNITY}")
  foreach(file IN LISTS together)  # a batch is of one folder: a new file compiles its folder anew, not its library
    cmake_path(GET file PARENT_PATH folder)
    file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${folder}")
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    list(LENGTH files_of_${folder} count)
    math(EXPR number "${count} / ${CMAKE_UNITY_BUILD_BATCH_SIZE}")
    list(APPEND files_of_${folder} ${file})
    set_source_files_properties(${file} PROPERTIES UNITY_GROUP "${folder}_${number}")
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(floe_add_static name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXCLUDE" "INCLUDE;LINK")
  floe_sources(sources "${CMAKE_CURRENT_SOURCE_DIR}")
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${arg_INCLUDE})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE floe_flags)
endfunction()

# The library is built as objects first, so that tests link its internals without the version script in the way.
function(floe_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOVERSION;MAP" "INCLUDE;LINK")
  floe_sources(sources "${CMAKE_CURRENT_SOURCE_DIR}/src")
  if(NOT sources)
    message(STATUS "${name} has no sources yet: skipped")
    return()
  endif()
  add_library(${name}_objects OBJECT ${sources})
  target_include_directories(${name}_objects PUBLIC ${arg_INCLUDE} ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${name}_objects PUBLIC ${arg_LINK} PRIVATE floe_flags)
  add_library(${name} SHARED $<TARGET_OBJECTS:${name}_objects>)
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  set_target_properties(${name} PROPERTIES OUTPUT_NAME ${name} SOVERSION ${arg_SOVERSION}
    VERSION ${arg_SOVERSION}.${PROJECT_VERSION_MINOR}.0 LINK_DEPENDS ${arg_MAP} INSTALL_RPATH "$ORIGIN")
  target_link_options(${name} PRIVATE -Wl,--version-script=${arg_MAP} -Wl,-z,defs -Wl,-z,relro -Wl,-z,now
    -Wl,--exclude-libs,ALL -Wl,-Bsymbolic-functions -Wl,--as-needed)
  install(TARGETS ${name} LIBRARY DESTINATION lib)
endfunction()

function(floe_embed_files target name folder)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "HEADER;FUNCTION" "")
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake")
  set(made "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/*")
  add_custom_command(OUTPUT "${made}" DEPENDS ${files} "${script}" VERBATIM
    COMMAND ${CMAKE_COMMAND} -DOUT=${made} -DROOT=${folder} -DHEADER=${arg_HEADER} -DFUNCTION=${arg_FUNCTION} -P "${script}")
  set_source_files_properties("${made}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE "${made}")
endfunction()

function(floe_add_plugin group name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LINK;RPATH")
  string(REPLACE "floe." "" short ${group})
  string(REPLACE "-" "_" target floe_plugin_${short}_${name})
  floe_sources(sources "${CMAKE_CURRENT_SOURCE_DIR}/src")
  add_library(${target}_objects OBJECT ${sources})
  target_include_directories(${target}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR}/libfloe-core/include)
  target_link_libraries(${target}_objects PUBLIC ${arg_LINK} PRIVATE floe_flags)
  add_library(${target} MODULE $<TARGET_OBJECTS:${target}_objects>)
  target_link_libraries(${target} PRIVATE ${arg_LINK})
  set(directory "lib/floe/plugins/${group}/${name}")
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME "lib${target}"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${directory}" INSTALL_RPATH "${arg_RPATH}"
    LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/floe-plugin.map")
  target_link_options(${target} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/floe-plugin.map
    -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--exclude-libs,ALL -Wl,--as-needed)
  set_property(GLOBAL APPEND PROPERTY floe_plugin_files "$<TARGET_FILE:${target}>")
  install(TARGETS ${target} LIBRARY DESTINATION ${directory})
  floe_add_plugin_data(${directory})
endfunction()

# plugin.json and the schemas, beside the library.
function(floe_add_plugin_data directory)
  file(GLOB data CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.json")
  foreach(file IN LISTS data)
    get_filename_component(file_name ${file} NAME)
    configure_file(${file} "${CMAKE_BINARY_DIR}/${directory}/${file_name}" COPYONLY)
  endforeach()
  install(FILES ${data} DESTINATION ${directory})
endfunction()

# Rust is no need of floe: without a cargo that works the plugin is left out, and the configuration says so.
function(floe_add_rust_plugin group name)
  string(REPLACE "floe." "" short ${group})
  string(REPLACE "-" "_" target floe_plugin_${short}_${name})
  set(directory "lib/floe/plugins/${group}/${name}")
  find_program(FLOE_CARGO cargo)
  if(FLOE_CARGO)
    execute_process(COMMAND "${FLOE_CARGO}" --version RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(NOT FLOE_CARGO OR failed)
    message(STATUS "${group}/${name} is not built: it is written in Rust, and there is no cargo")
    file(REMOVE_RECURSE "${CMAKE_BINARY_DIR}/${directory}")
    return()
  endif()
  set(crate "${CMAKE_CURRENT_SOURCE_DIR}")
  set(declarations "${PROJECT_SOURCE_DIR}/bindings/rust/floe-sys")
  set(made "${CMAKE_BINARY_DIR}/cargo/release/lib${target}.so")
  set(library "${CMAKE_BINARY_DIR}/${directory}/lib${target}.so")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${crate}/src/*.rs")
  add_custom_command(OUTPUT "${library}" VERBATIM COMMENT "Building ${group}/${name} with cargo"
    COMMAND "${FLOE_CARGO}" build --release --locked --offline --quiet --manifest-path "${crate}/Cargo.toml"
      --target-dir "${CMAKE_BINARY_DIR}/cargo"
    COMMAND "${CMAKE_COMMAND}" -E copy "${made}" "${library}"
    DEPENDS ${sources} "${crate}/Cargo.toml" "${crate}/Cargo.lock" "${declarations}/Cargo.toml" "${declarations}/src/lib.rs")
  add_custom_target(${target} ALL DEPENDS "${library}")
  if(BUILD_TESTING)
    add_test(NAME ${target}_tests COMMAND "${FLOE_CARGO}" test --locked --offline --quiet --manifest-path
      "${crate}/Cargo.toml" --target-dir "${CMAKE_BINARY_DIR}/cargo")
  endif()
  set_property(GLOBAL APPEND PROPERTY floe_rust_plugin_files "${library}")
  install(FILES "${library}" DESTINATION ${directory})
  floe_add_plugin_data(${directory})
endfunction()

function(floe_add_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;INCLUDE")
  if(NOT TARGET floe_catch_main)
    add_library(floe_catch_main STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/catch_main.cpp)
    target_include_directories(floe_catch_main PUBLIC ${PROJECT_SOURCE_DIR}/tests/include)
    target_include_directories(floe_catch_main SYSTEM PUBLIC ${CATCH2_INCLUDE_DIR})
    target_compile_options(floe_catch_main PRIVATE -O0 -g0)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${sources})
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  if(NOT TARGET floe_tests)
    add_custom_target(floe_tests)  # all test programs; `all` is the product
  endif()
  add_dependencies(floe_tests ${name})
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  target_include_directories(${name} PRIVATE ${arg_INCLUDE})
  target_link_libraries(${name} PRIVATE ${arg_LINK} floe_catch_main floe_flags)
  target_compile_options(${name} PRIVATE -O0 -Wno-conversion)
  target_compile_definitions(${name} PRIVATE FLOE_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/tests/data"
    FLOE_BUILD_DIR="${CMAKE_BINARY_DIR}" FLOE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
endfunction()
