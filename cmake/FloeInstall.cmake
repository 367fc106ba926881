# What `cmake --install` adds to the targets, which install themselves: headers, the CMake package, pkg-config, notices.
include(CMakePackageConfigHelpers)

foreach(component libfloe-core libfloe-iceberg libfloe-dbt)
  if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${component}/include/floe")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${component}/include/floe" DESTINATION include
      FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp"
      PATTERN "client*" EXCLUDE)  # over base/, for the libraries themselves
  endif()
endforeach()

# What the interfaces are, as data: for tools that generate, check or validate.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/libfloe-core/spec/" DESTINATION share/floe FILES_MATCHING PATTERN "*.json")

configure_package_config_file(cmake/floeConfig.cmake.in "${CMAKE_BINARY_DIR}/package/floeConfig.cmake"
  INSTALL_DESTINATION lib/cmake/floe)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/floeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/package/floeConfig.cmake" "${CMAKE_BINARY_DIR}/package/floeConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/floe-plugin.map" DESTINATION lib/cmake/floe)

# One pkg-config file for each library, and `floe` for who wants the whole.
set(floe_core_description "Data platform projects: compile, run, show")
set(floe_iceberg_description "Apache Iceberg tables")
set(floe_dbt_description "dbt projects: parse, select, execute")
foreach(floe_part core iceberg dbt)
  set(floe_part_description "${floe_${floe_part}_description}")
  configure_file(cmake/floe-part.pc.in "${CMAKE_BINARY_DIR}/package/floe-${floe_part}.pc" @ONLY)
  install(FILES "${CMAKE_BINARY_DIR}/package/floe-${floe_part}.pc" DESTINATION lib/pkgconfig)
endforeach()
configure_file(cmake/floe.pc.in "${CMAKE_BINARY_DIR}/package/floe.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/package/floe.pc" DESTINATION lib/pkgconfig)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION share/doc/floe)

# The declarations that a plugin in Rust is built with.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/bindings/rust/floe-sys" DESTINATION share/floe/rust PATTERN "target" EXCLUDE
  PATTERN "Cargo.lock" EXCLUDE)
