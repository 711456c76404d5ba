# How every file of ours is compiled. Targets opt in with till_compile(), so that nothing leaks into a
# project that adds till as a subdirectory.

# What files are called in assertions: as in the repository, not as on this machine.
set(TILL_PATH_PREFIX "${PROJECT_SOURCE_DIR}/")
if(PROJECT_IS_TOP_LEVEL)
  find_program(TILL_CCACHE ccache)
  if(TILL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Paths relative to the build folder, so that one clone finds what another compiled.
    set(launcher ${CMAKE_COMMAND} -E env
        "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 ${TILL_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    file(RELATIVE_PATH TILL_PATH_PREFIX "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
  endif()
endif()

# A Python module will link all of this.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(till_compile_options INTERFACE)
target_compile_features(till_compile_options INTERFACE cxx_std_20)
target_compile_options(till_compile_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow
  $<$<BOOL:${TILL_DEVELOPER_MODE}>:-Werror>
  # g++ 12 raises a false alarm for "literal" + std::string (GCC bug 105651, mended in 13) ...
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  # ... and, optimising, for strings within a std::variant or std::optional that are moved (105562).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${TILL_DEVELOPER_MODE}>,$<NOT:$<CONFIG:Debug>>>:-Wno-maybe-uninitialized>
  # A fused multiply-add changes the last digit from one processor to the next.
  -ffp-contract=off
  -fmacro-prefix-map=${TILL_PATH_PREFIX}=)

add_library(till_sanitizers INTERFACE)
if(TILL_SANITIZE)
  set(flags -fsanitize=${TILL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(till_sanitizers INTERFACE ${flags})
  target_link_options(till_sanitizers INTERFACE ${flags})
endif()
if(TILL_BUILD_FUZZERS)
  # Coverage counters for libFuzzer; fuzz targets add the driver with -fsanitize=fuzzer.
  target_compile_options(till_sanitizers INTERFACE -fsanitize=fuzzer-no-link,address)
  # Buffers of some bytes, so that short inputs cross their ends.
  target_compile_definitions(till_sanitizers INTERFACE FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
  target_link_options(till_sanitizers INTERFACE -fsanitize=address)
endif()

function(till_compile target)
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:till_compile_options> $<BUILD_INTERFACE:till_sanitizers>)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_definitions(${target} PRIVATE TILL_VERSION="${PROJECT_VERSION}")
endfunction()
