# The lint suite, label `lint`: what the compilers alone do not check.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(clang_format "${TILL_DEPS_DIR}/clang-format/clang_format/data/bin/clang-format")
set(clang_tidy "${TILL_DEPS_DIR}/clang-tidy/clang_tidy/data/bin/clang-tidy")
foreach(program IN ITEMS "${clang_format}" "${clang_tidy}")
  if(NOT EXISTS "${program}")
    message(FATAL_ERROR "${program} is missing: run tools/setup test")
  endif()
endforeach()

add_test(NAME format
  COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/tools/clang_format.py" "${clang_format}" --check)
add_test(NAME tidy
  COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/tools/clang_tidy.py" "${clang_tidy}"
          "${PROJECT_BINARY_DIR}")
add_test(NAME layers
  COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/tools/check_layers.py")
set_tests_properties(format layers PROPERTIES LABELS lint)
set_tests_properties(tidy PROPERTIES LABELS lint PROCESSORS 2 TIMEOUT 1200)

# Every public header compiled alone, and twice over: it brings what it needs, and may be met again.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include"
     "${PROJECT_SOURCE_DIR}/include/*.hpp")
set(units)
foreach(header IN LISTS headers)
  string(REGEX REPLACE "\\.hpp$" ".cpp" unit "${PROJECT_BINARY_DIR}/generated/headers/${header}")
  file(CONFIGURE OUTPUT "${unit}" @ONLY CONTENT "#include \"@header@\"\n#include \"@header@\"\n")
  list(APPEND units "${unit}")
endforeach()
if(units)
  add_library(till_headers OBJECT ${units})
  till_compile(till_headers)
  target_include_directories(till_headers PRIVATE "${PROJECT_SOURCE_DIR}/include")
  add_test(NAME headers
    COMMAND ${CMAKE_COMMAND} --build "${PROJECT_BINARY_DIR}" --target till_headers)
  set_tests_properties(headers PROPERTIES LABELS lint PROCESSORS 2)
endif()
