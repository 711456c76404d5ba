# What a builder can choose.

option(TILL_DEVELOPER_MODE "Build the tests; warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(TILL_BUILD_BENCHMARKS "Build bench/ (google-benchmark)" OFF)
option(TILL_BUILD_FUZZERS "Build test/fuzz/ (libFuzzer, clang only)" OFF)
option(TILL_TIDY "Register the lint suite: format, tidy, layers, headers" OFF)
set(TILL_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize, such as address,undefined")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Everything that runs lies in bin/, tests too: each finds DuckDB at ../lib/till beside itself.
set(TILL_BINARY_DIR "${PROJECT_BINARY_DIR}/bin")
