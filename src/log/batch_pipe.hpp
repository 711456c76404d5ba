/// \file
/// BatchPipe: makes batches in a thread of its own while the warehouse takes the ones before.
///
///     BatchPipe pipe(layout, [&](Batch& out) -> Result<bool> { ... });   // runs beside
///     warehouse.append("till", "transactions", mode, layout,
///                      [&](Batch& out) { return pipe.next(out); });
///
/// Layer:   log (private).   Threads: `make` runs in the pipe's thread, from the constructor until
/// `next` has returned false or an error, or the destructor.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "till/core/result.hpp"
#include "till/warehouse/batch.hpp"

namespace till::log {

class BatchPipe {
 public:
  /// \param make  fills an empty batch; false: there are no more.
  BatchPipe(const warehouse::BatchLayout& layout, warehouse::BatchSource make);
  BatchPipe(const BatchPipe&) = delete;
  BatchPipe& operator=(const BatchPipe&) = delete;
  /// Waits until `make` has returned.
  ~BatchPipe();

  /// Gives the next batch for an empty one; false: there are no more. Errors: those of `make`.
  Result<bool> next(warehouse::Batch& out);

 private:
  static constexpr std::size_t kSlots = 4;

  void run();

  warehouse::BatchSource make_;
  std::array<warehouse::Batch, kSlots> slots_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::size_t made_ = 0;   // batches ever put into slots_
  std::size_t taken_ = 0;  // and taken out
  bool ended_ = false;     // no more will be made
  bool stopped_ = false;   // nobody will take any
  Result<void> outcome_;
  std::thread thread_;  // last: it starts when everything else is there
};

}  // namespace till::log
