#include "progress_bar.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <unistd.h>

#include "till/engine/terminal_text.hpp"

namespace till::cli {

namespace {

constexpr auto kBetweenPictures = std::chrono::milliseconds(100);
constexpr std::size_t kBarCells = 20;

void write_to_standard_error(std::string_view text) {
  // Nothing can be done about a terminal that takes no text.
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

std::string megabytes(double bytes) {
  const double amount = bytes / 1e6;
  return fmt::format("{:.{}f}", amount, amount < 10.0 ? 1 : 0);
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string progress_line(const engine::Progress& progress,
                          double seconds,
                          std::uint64_t bytes_before,
                          std::int64_t rows_before,
                          std::size_t width) {
  const std::string task = engine::printable(progress.task);
  const auto done = static_cast<double>(progress.bytes_done);
  const auto total = static_cast<double>(progress.bytes_total);
  if (progress.bytes_total == 0) {
    if (progress.rows == 0) {
      return engine::shortened(task, width - 1);
    }
    std::string line = fmt::format("{}  {} rows", task, progress.rows);
    if (seconds > 0.0) {
      line += fmt::format("  {:.0f} rows/s",
                          static_cast<double>(progress.rows - rows_before) / seconds);
    }
    return engine::shortened(line, width - 1);
  }
  const double share = std::clamp(done / total, 0.0, 1.0);
  std::string facts = fmt::format(
      "{:3.0f}%  {} of {} MB", std::floor(share * 100.0), megabytes(done), megabytes(total));
  const double since = std::max(0.0, done - static_cast<double>(bytes_before));
  if (seconds > 0.0 && since > 0.0) {
    const double rate = since / seconds;
    facts += fmt::format("  {} MB/s  {} left", megabytes(rate), clock_time((total - done) / rate));
  }
  // The facts come first, then the bar; a long name of a file is cut.
  const std::size_t room =
      width > facts.size() + 6 ? width - facts.size() - 6 : 0;  // " [" "]  " and one
  const std::size_t bar = std::min(kBarCells, room / 2);
  const std::string name = engine::shortened(task, room - bar);
  if (bar == 0) {
    return engine::shortened(facts, width - 1);
  }
  const auto cells = static_cast<std::size_t>(share * static_cast<double>(bar));
  return fmt::format("{} [{:<{}}]  {}", name, std::string(cells, '#'), bar, facts);
}

void ProgressBar::show(const engine::Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (progress.task != task_ || progress.bytes_done < bytes_shown_) {
    task_ = progress.task;
    begun_ = now;
    bytes_before_ = progress.bytes_done;
    rows_before_ = progress.rows;
  } else if (visible_ && now - shown_ < kBetweenPictures) {
    return;
  }
  shown_ = now;
  bytes_shown_ = progress.bytes_done;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  write_to_standard_error(
      "\r" + progress_line(progress, seconds, bytes_before_, rows_before_, width_) + "\x1b[K");
}

void ProgressBar::clear() {
  if (visible_) {
    write_to_standard_error("\r\x1b[K");
    visible_ = false;
  }
}

}  // namespace till::cli
