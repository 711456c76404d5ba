# cmake --install: bin/till, the database drivers in lib/till beside it, and for C++ the libraries, their headers
# and a package for find_package(till).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Always lib/, never Debian's lib/x86_64-linux-gnu/: the program looks in ../lib/till.
install(PROGRAMS "${TILL_DEPS_DIR}/duckdb/libduckdb.so" DESTINATION lib/till)
install(PROGRAMS "${TILL_POSTGRESQL_DRIVER}" DESTINATION lib/till OPTIONAL)  # where it was fetched
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/till" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples" DESTINATION ${CMAKE_INSTALL_DATADIR}/till)

# The modules, and what they link that is not in Debian.
set(targets till_library)
foreach(name IN LISTS TILL_MODULES)
  if(TARGET till_${name})
    list(APPEND targets till_${name})
  endif()
endforeach()
foreach(name IN ITEMS adbc nanoarrow quickjs crypto date_tz fmt librsvg pango zlib zstd nlohmann_json
                      tomlplusplus xgboost)
  set_target_properties(till_deps_${name} PROPERTIES EXPORT_NAME deps_${name})
  list(APPEND targets till_deps_${name})
endforeach()
install(TARGETS ${targets} EXPORT till ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/till)
install(EXPORT till NAMESPACE till:: FILE till-targets.cmake DESTINATION ${package})
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/till-config.cmake.in"
  "${PROJECT_BINARY_DIR}/till-config.cmake" INSTALL_DESTINATION ${package})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/till-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/till-config.cmake" "${PROJECT_BINARY_DIR}/till-config-version.cmake"
        DESTINATION ${package})
