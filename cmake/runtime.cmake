# DuckDB is opened at run time, as any ADBC driver, from ../lib/till beside the program.

set(TILL_DUCKDB_LIBRARY "${PROJECT_BINARY_DIR}/lib/till/libduckdb.so")
add_custom_command(
  OUTPUT "${TILL_DUCKDB_LIBRARY}"
  # A link: 60 MB in each build folder would be a copy for nothing. install() copies.
  COMMAND ${CMAKE_COMMAND} -E make_directory "${PROJECT_BINARY_DIR}/lib/till"
  COMMAND ${CMAKE_COMMAND} -E create_symlink "${TILL_DEPS_DIR}/duckdb/libduckdb.so"
          "${TILL_DUCKDB_LIBRARY}"
  COMMENT "Linking libduckdb.so into lib/till" VERBATIM)
add_custom_target(till_runtime ALL DEPENDS "${TILL_DUCKDB_LIBRARY}")
