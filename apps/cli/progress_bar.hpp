/// \file
/// Progress bar: how far long work has come, on standard error, while somebody watches.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "till/engine/session.hpp"

namespace till::cli {

class ProgressBar {
 public:
  using Clock = std::chrono::steady_clock;

  /// \param width  cells of a line of the terminal.
  explicit ProgressBar(std::size_t width) : width_(width) {}

  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  ~ProgressBar() { clear(); }

  /// Shows progress, at most some times a second.
  void show(const engine::Progress& progress);
  /// Takes the bar away.
  void clear();

 private:
  std::size_t width_;
  bool visible_ = false;
  std::string task_;
  Clock::time_point begun_;         // of the task
  std::uint64_t bytes_before_ = 0;  // already done when it began
  std::int64_t rows_before_ = 0;
  Clock::time_point shown_;
  std::uint64_t bytes_shown_ = 0;
};

/// Returns the line a bar shows, such as
/// "reading jan.csv [#####     ]   52%  24 of 46 MB  48 MB/s  0:01 left", below `width` cells.
/// \param seconds  since the task began, at `bytes_before` and `rows_before`.
/// \pre width > 0.
[[nodiscard]] std::string progress_line(const engine::Progress& progress,
                                        double seconds,
                                        std::uint64_t bytes_before,
                                        std::int64_t rows_before,
                                        std::size_t width);

}  // namespace till::cli
