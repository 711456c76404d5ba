/// \file
/// Cancellation: lets one thread ask another to stop.
///
/// A signal handler or a request handler calls `request()`; long work looks at `requested()` and
/// leaves with ErrorCode::Cancelled.
///
/// Layer:   core (std only).   Threads: all members are safe from any thread and from a signal.
#pragma once

#include <atomic>

namespace till {

class Cancellation {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }

  [[nodiscard]] bool requested() const noexcept {
    return requested_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<bool> requested_{false};
  static_assert(std::atomic<bool>::is_always_lock_free,
                "a signal handler may only touch lock-free atomics");
};

}  // namespace till
