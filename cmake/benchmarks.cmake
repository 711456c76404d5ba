# bench/MODULE/*_bench.cpp -> till_MODULE_bench, run by ctest -L bench.

find_package(benchmark REQUIRED)
foreach(module IN LISTS TILL_MODULES)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/${module}/*_bench.cpp")
  if(NOT sources)
    continue()
  endif()
  till_add_program(till_${module}_bench ${sources})
  target_link_libraries(till_${module}_bench PRIVATE till::${module} benchmark::benchmark_main)
  add_test(NAME bench_${module} COMMAND till_${module}_bench)
  set_tests_properties(bench_${module} PROPERTIES LABELS bench)
endforeach()
