# Third-party libraries, each as till_deps::NAME. Where they come from and why: deps/README.md.
# All are private to a module's sources; their headers are SYSTEM, so that their warnings are theirs.

set(TILL_DEPS_DIR "${PROJECT_SOURCE_DIR}/build/deps" CACHE PATH "What tools/setup fetched")
if(NOT EXISTS "${TILL_DEPS_DIR}/duckdb/libduckdb.so")
  message(FATAL_ERROR "Dependencies are missing: run tools/setup (or make setup) first")
endif()

# --- from Debian ----------------------------------------------------------------------------------

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(till_pango REQUIRED IMPORTED_TARGET GLOBAL pango pangoft2 pangocairo)
pkg_check_modules(till_librsvg REQUIRED IMPORTED_TARGET GLOBAL librsvg-2.0)
pkg_check_modules(till_zstd REQUIRED IMPORTED_TARGET GLOBAL libzstd)
pkg_check_modules(till_tomlplusplus REQUIRED IMPORTED_TARGET GLOBAL tomlplusplus)
# By pkg-config: the CMake package of Debian's asks for a program that is not in it.
pkg_check_modules(till_xgboost REQUIRED IMPORTED_TARGET GLOBAL xgboost)

function(till_name_dependency name)
  add_library(till_deps_${name} INTERFACE)
  target_link_libraries(till_deps_${name} INTERFACE ${ARGN})
  add_library(till_deps::${name} ALIAS till_deps_${name})
endfunction()
till_name_dependency(cli11 CLI11::CLI11)
till_name_dependency(crypto OpenSSL::Crypto)
till_name_dependency(date_tz date::date-tz)
till_name_dependency(fmt fmt::fmt)
till_name_dependency(librsvg PkgConfig::till_librsvg)
till_name_dependency(pango PkgConfig::till_pango)
till_name_dependency(spdlog spdlog::spdlog)
till_name_dependency(tomlplusplus PkgConfig::till_tomlplusplus)
till_name_dependency(xgboost PkgConfig::till_xgboost)
till_name_dependency(zlib ZLIB::ZLIB)
till_name_dependency(zstd PkgConfig::till_zstd)
# Headers alone: who links an installed till needs nothing of them.
till_name_dependency(nlohmann_json $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)

# --- compiled from source archives ----------------------------------------------------------------

# Ours to compile, not ours to mend: no warnings.
function(till_add_dependency name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "SOURCES")
  add_library(till_deps_${name} STATIC ${arg_SOURCES})
  target_include_directories(till_deps_${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${arg_INCLUDE}>)
  target_compile_options(till_deps_${name} PRIVATE -w)
  set_target_properties(till_deps_${name} PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  add_library(till_deps::${name} ALIAS till_deps_${name})
endfunction()

# The driver manager: #include <arrow-adbc/adbc.h> and <arrow-adbc/adbc_driver_manager.h>.
set(adbc "${TILL_DEPS_DIR}/adbc-driver-manager/adbc_driver_manager")
till_add_dependency(adbc INCLUDE "${adbc}" SOURCES
  ${adbc}/adbc_driver_manager.cc ${adbc}/adbc_driver_manager_api.cc
  ${adbc}/adbc_driver_manager_driver_loading.cc ${adbc}/adbc_driver_manager_profiles.cc)
target_compile_features(till_deps_adbc PRIVATE cxx_std_17)
# It brings a toml++ of another version than Debian's. Both are namespace toml::v3, and the linker would
# keep one of the two for both: a crash in waiting.
target_compile_definitions(till_deps_adbc PRIVATE toml=till_adbc_toml)
target_link_libraries(till_deps_adbc PRIVATE Threads::Threads ${CMAKE_DL_LIBS}
  # It shares std::vector code with ours: checked halfway, the address sanitizer would raise false alarms.
  $<BUILD_INTERFACE:till_sanitizers>)

# nanoarrow: #include <nanoarrow/nanoarrow.h>, or .hpp for owning wrappers.
set(nanoarrow "${TILL_DEPS_DIR}/nanoarrow/subprojects/arrow-nanoarrow/src")
set(NANOARROW_VERSION 0.9.0)
set(NANOARROW_VERSION_MAJOR 0)
set(NANOARROW_VERSION_MINOR 9)
set(NANOARROW_VERSION_PATCH 0)
configure_file("${nanoarrow}/nanoarrow/nanoarrow_config.h.in"
               "${PROJECT_BINARY_DIR}/generated/nanoarrow/nanoarrow/nanoarrow_config.h")
set(common "${nanoarrow}/nanoarrow/common")
till_add_dependency(nanoarrow INCLUDE "${nanoarrow}" SOURCES
  ${common}/array.c ${common}/array_stream.c ${common}/schema.c ${common}/utils.c)
target_include_directories(till_deps_nanoarrow SYSTEM PUBLIC
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated/nanoarrow>)

# QuickJS-ng: #include <quickjs.h>. Optimised and unchecked in every build: an interpreter at -O0 or
# under a sanitizer makes each chart of a test take seconds.
set(quickjs "${TILL_DEPS_DIR}/quickjs-ng/upstream-quickjs")
till_add_dependency(quickjs INCLUDE "${quickjs}" SOURCES
  ${quickjs}/dtoa.c ${quickjs}/libregexp.c ${quickjs}/libunicode.c ${quickjs}/quickjs.c)
target_compile_options(till_deps_quickjs PRIVATE -O2 -std=gnu11)
target_compile_definitions(till_deps_quickjs PRIVATE _GNU_SOURCE)
target_link_libraries(till_deps_quickjs PRIVATE Threads::Threads m)
