/// \file
/// Compressed file: an OutputFile whose name says how its bytes are packed.
///
/// "log.csv.gz" is written with gzip, "log.csv.zst" with Zstandard, anything else as it is. The
/// same bytes in, the same bytes out: nothing of the time or the machine is written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "till/core/result.hpp"
#include "till/engine/output_file.hpp"

namespace till::engine {

class CompressedFile {
 public:
  /// Errors: those of OutputFile::create.
  [[nodiscard]] static Result<CompressedFile> create(const std::string& path);

  CompressedFile(CompressedFile&&) noexcept;
  CompressedFile& operator=(CompressedFile&&) noexcept;
  ~CompressedFile();

  /// Appends bytes, best some ten thousand at once. Errors: `Io`.
  Result<void> write(std::string_view bytes);

  /// Ends the packing and gives the file its name. Errors: `Io`; the target is then as it was.
  Result<void> commit();

  /// Returns the bytes that reached the file so far.
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  struct Packer;
  struct GzipPacker;
  struct ZstdPacker;

  CompressedFile(OutputFile file, std::unique_ptr<Packer> packer) noexcept;
  Result<void> put(std::string_view bytes);

  OutputFile file_;
  std::unique_ptr<Packer> packer_;  // null: as it is
  std::int64_t bytes_ = 0;
};

/// Returns a path without ".gz" or ".zst": "log.csv".
[[nodiscard]] std::string_view without_compression(std::string_view path) noexcept;

}  // namespace till::engine
