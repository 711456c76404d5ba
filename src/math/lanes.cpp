#include "till/math/lanes.hpp"

namespace till::math {

Processor this_processor() noexcept {
#if defined(__x86_64__)
  static const Processor kBest = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
      return Processor::Avx512;
    }
    return __builtin_cpu_supports("avx2") ? Processor::Avx2 : Processor::Plain;
  }();
  return kBest;
#else
  return Processor::Plain;
#endif
}

}  // namespace till::math
