# bench/MODULE/*_bench.cpp -> till_MODULE_bench, run by ctest -L bench. Target till_benchmarks builds
# them all, and what bench/jobs needs.

find_package(benchmark REQUIRED)
add_custom_target(till_benchmarks)
foreach(module IN LISTS TILL_MODULES)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/${module}/*_bench.cpp")
  if(NOT sources)
    continue()
  endif()
  till_add_program(till_${module}_bench ${sources})
  # A bench may look behind the public headers, and shares what tests are made of.
  target_include_directories(till_${module}_bench PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/test")
  target_link_libraries(till_${module}_bench PRIVATE till::${module} benchmark::benchmark_main)
  add_dependencies(till_benchmarks till_${module}_bench)
  add_test(NAME bench_${module} COMMAND till_${module}_bench)
  set_tests_properties(bench_${module} PROPERTIES LABELS bench)
endforeach()

# The engine alone, without till: the yardstick of ingest.
till_add_program(till_plain_load "${PROJECT_SOURCE_DIR}/bench/warehouse/plain_load.cpp")
target_link_libraries(till_plain_load PRIVATE till::warehouse)
add_dependencies(till_benchmarks till_plain_load)
