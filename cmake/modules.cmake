# One library per module: till_add_module(NAME m [PRIVATE third-party...]) makes target till_m, alias
# till::m, from src/m/. Public headers are include/till/m/; what it may use is its row in layers.cmake.

# A module that has neither sources nor headers yet is no target; those who may use it do without.
function(till_module_exists out name)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp" "${PROJECT_SOURCE_DIR}/include/till/${name}/*.hpp")
  if(files)
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

# The existing targets of a module's row.
function(till_layer_targets out name)
  set(targets)
  foreach(module IN LISTS TILL_LAYER_${name})
    till_module_exists(exists ${module})
    if(exists)
      list(APPEND targets till::${module})
    endif()
  endforeach()
  set(${out} ${targets} PARENT_SCOPE)
endfunction()

function(till_add_module)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "DEPENDS;PRIVATE")
  if(arg_DEPENDS AND NOT arg_DEPENDS STREQUAL TILL_LAYER_${arg_NAME})
    message(FATAL_ERROR "${arg_NAME} depends on ${arg_DEPENDS}, but its layer allows "
                        "${TILL_LAYER_${arg_NAME}} (cmake/layers.cmake)")
  endif()
  till_module_exists(exists ${arg_NAME})
  if(NOT exists)
    return()
  endif()
  set(target till_${arg_NAME})
  till_layer_targets(layer ${arg_NAME})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${arg_NAME}/*.cpp")

  if(sources)
    set(scope PUBLIC)
    add_library(${target} STATIC ${sources})
    till_compile(${target})
    # Private headers: "file.hpp" or "module/file.hpp", as reads best.
    target_include_directories(${target} PRIVATE
      "${PROJECT_SOURCE_DIR}/src/${arg_NAME}" "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(till::${arg_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} ${scope} ${layer})
endfunction()

# A program: till_add_program(TARGET sources... ) in bin/.
function(till_add_program target)
  add_executable(${target} ${ARGN})
  till_compile(${target})
  if(TILL_SANITIZE OR TILL_BUILD_FUZZERS)
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/sanitizer_defaults.cpp")
  endif()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${TILL_BINARY_DIR}")
  add_dependencies(${target} till_runtime)
endfunction()
