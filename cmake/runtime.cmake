# Database drivers are opened at run time, from ../lib/till beside the program.

set(TILL_POSTGRESQL_DRIVER
  "${TILL_DEPS_DIR}/adbc-driver-postgresql/adbc_driver_postgresql/libadbc_driver_postgresql.so")
set(TILL_DUCKDB_LIBRARY "${PROJECT_BINARY_DIR}/lib/till/libduckdb.so")
add_custom_command(
  OUTPUT "${TILL_DUCKDB_LIBRARY}"
  # A link: 60 MB in each build folder would be a copy for nothing. install() copies.
  COMMAND ${CMAKE_COMMAND} -E make_directory "${PROJECT_BINARY_DIR}/lib/till"
  COMMAND ${CMAKE_COMMAND} -E create_symlink "${TILL_DEPS_DIR}/duckdb/libduckdb.so"
          "${TILL_DUCKDB_LIBRARY}"
  # Fetched only when asked for: the link leads somewhere as soon as tools/setup postgresql was run.
  COMMAND ${CMAKE_COMMAND} -E create_symlink "${TILL_POSTGRESQL_DRIVER}"
          "${PROJECT_BINARY_DIR}/lib/till/libadbc_driver_postgresql.so"
  COMMENT "Linking database drivers into lib/till" VERBATIM)
add_custom_target(till_runtime ALL DEPENDS "${TILL_DUCKDB_LIBRARY}")
