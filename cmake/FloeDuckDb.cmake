# The pinned DuckDB, put into the cache by tools/bootstrap.sh. Target `floe_duckdb`: the C header and the shared library.
# Only the DuckDB plugin and tools outside the libraries link it: it exports 57,899 symbols and must be loaded RTLD_LOCAL.
set(FLOE_DUCKDB_VERSION 1.5.5)
if(DEFINED ENV{FLOE_CACHE})
  set(floe_cache "$ENV{FLOE_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(floe_cache "$ENV{XDG_CACHE_HOME}/floe")
else()
  set(floe_cache "$ENV{HOME}/.cache/floe")
endif()
set(FLOE_DUCKDB_DIR "${floe_cache}/duckdb/${FLOE_DUCKDB_VERSION}" CACHE PATH "Directory with libduckdb.so and duckdb.h")
foreach(file libduckdb.so duckdb.h)
  if(NOT EXISTS "${FLOE_DUCKDB_DIR}/${file}")
    message(FATAL_ERROR "${FLOE_DUCKDB_DIR}/${file} is missing: run tools/bootstrap.sh")
  endif()
endforeach()

# The library lies beside plugins/, never under it: discovery must not meet a file that is no plugin.
set(FLOE_THIRD_PARTY_DIR lib/floe/third-party)
set(floe_duckdb_library "${CMAKE_BINARY_DIR}/${FLOE_THIRD_PARTY_DIR}/libduckdb.so")
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/${FLOE_THIRD_PARTY_DIR}")
file(COPY_FILE "${FLOE_DUCKDB_DIR}/libduckdb.so" "${floe_duckdb_library}" ONLY_IF_DIFFERENT)
install(FILES "${floe_duckdb_library}" DESTINATION ${FLOE_THIRD_PARTY_DIR})

# A directory of its own for the header, so that nothing else of the cache comes onto the include path.
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/third-party/include")
file(COPY_FILE "${FLOE_DUCKDB_DIR}/duckdb.h" "${CMAKE_BINARY_DIR}/third-party/include/duckdb.h" ONLY_IF_DIFFERENT)
add_library(floe_duckdb SHARED IMPORTED GLOBAL)
set_target_properties(floe_duckdb PROPERTIES
  IMPORTED_LOCATION "${floe_duckdb_library}"
  INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_BINARY_DIR}/third-party/include")
