#include "till/core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace till::detail {

// The one place below apps/ that prints and stops: nothing can be returned from a broken invariant.
void assertion_failed(const char* condition,
                      const char* what,
                      const char* file,
                      int line) noexcept {
  std::fprintf(stderr, "%s:%d: TILL_ASSERT(%s): %s\n", file, line, condition, what);
  std::abort();
}

}  // namespace till::detail
