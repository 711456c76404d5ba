/// \file
/// Output file: a file that is there whole or not at all.
///
/// Bytes go to a temporary name beside the target; `commit` makes them durable and moves them to
/// the target in one step. Without a commit nothing stays behind and an earlier file stays as it
/// was. What a killed program left behind goes when the same target is written again.
///
/// Layer:   engine (core).   Threads: one file per thread.
#pragma once

#include <string>
#include <string_view>

#include "till/core/result.hpp"

namespace till::engine {

class OutputFile {
 public:
  /// Makes the temporary file. A target that is no regular file (/dev/null, a pipe) is written
  /// directly.
  ///
  /// Errors: `Io` when the folder cannot be written, `InvalidArgument` when the target is a folder;
  /// both name the path.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  /// Returns the target.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Returns the file to be filled by others than `write`; empty when the target is written
  /// directly.
  [[nodiscard]] const std::string& temporary_path() const noexcept { return temporary_path_; }

  /// Appends bytes. Errors: `Io`.
  Result<void> write(std::string_view bytes);

  /// Makes the file durable and gives it its name. Errors: `Io`; the target is then as it was.
  Result<void> commit();

 private:
  OutputFile() = default;
  void discard() noexcept;

  std::string path_;            // as said
  std::string target_;          // with links followed
  std::string temporary_path_;  // empty: written directly, or done
  int descriptor_ = -1;
};

}  // namespace till::engine
