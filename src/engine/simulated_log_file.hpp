/// \file
/// Simulated log file: where the sales of a simulated log, and the truth about them, are written.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "till/core/result.hpp"
#include "till/models/simulated_log.hpp"

namespace till::engine {

/// An id such as "C0042": a letter and a number from 1, of so many digits that ids sort as numbers.
class SimulatedIds {
 public:
  SimulatedIds(char letter, std::int64_t count) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return 1 + digits_; }

  /// Writes `size()` characters.
  void write(std::int64_t index, char* out) const noexcept;

  [[nodiscard]] std::string operator()(std::int64_t index) const;

 private:
  char letter_;
  std::size_t digits_ = 1;
};

/// Takes sales in the order of time and writes them as a file that is there whole or not at all.
class SimulatedLogFile {
 public:
  virtual ~SimulatedLogFile() = default;
  SimulatedLogFile(const SimulatedLogFile&) = delete;
  SimulatedLogFile& operator=(const SimulatedLogFile&) = delete;

  /// Errors: `Io`.
  virtual Result<void> write(std::span<const models::SimulatedSale> sales) = 0;
  /// Writes what is left; the file can then be committed. Errors: `Io`.
  virtual Result<void> finish() = 0;
  /// Gives the file its name. Errors: `Io`.
  virtual Result<void> commit() = 0;
  /// Returns the bytes written so far; for Parquet those of the rows before they are packed.
  [[nodiscard]] virtual std::int64_t bytes() const noexcept = 0;

 protected:
  SimulatedLogFile() = default;
};

/// Opens a file for the sales of a log: CSV, also compressed, or Parquet, as its name ends.
///
/// \param cancelled  asked while a Parquet file is packed.
/// Errors: `InvalidArgument` for another ending; those of OutputFile::create.
[[nodiscard]] Result<std::unique_ptr<SimulatedLogFile>> create_simulated_log_file(
    const std::string& path, const models::SimulatedLog& log, std::function<bool()> cancelled);

/// Writes the truth as JSON lines. `kind` tells them apart: one "log", then one "day", "product"
/// and "customer" for each.
///
/// \return the lines. Errors: those of the sink.
[[nodiscard]] Result<std::int64_t> write_simulated_truth(
    const models::SimulatedLog& log, const std::function<Result<void>(std::string_view)>& sink);

}  // namespace till::engine
