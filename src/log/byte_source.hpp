/// \file
/// ByteSource: the bytes of a log file, decompressed and in UTF-8, hashed as they pass.
///
/// What a file is, its first bytes say, never its name: gzip, zstd, Parquet and the byte-order
/// marks of UTF-8 and UTF-16 are recognised.
///
/// Layer:   log (private).   Threads: one thread per source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "till/core/result.hpp"

namespace till::log {

/// What the first bytes of a file say it is.
enum class Content { Text, Gzip, Zstd, Parquet, Database };

/// Looks at the first bytes of a file.
///
/// Errors: `NotFound` when there is none; `InvalidData` for a directory or an empty file; `Io`.
[[nodiscard]] Result<Content> sniff(const std::string& path);

/// Returns the SHA-256 of a file as 64 hexadecimal digits. Errors: as `sniff`.
[[nodiscard]] Result<std::string> file_sha256(const std::string& path);

/// SHA-256 of bytes that arrive piece by piece.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(std::span<const char> bytes);
  /// Returns the digest of all bytes so far as 64 hexadecimal digits. Call once.
  [[nodiscard]] std::string hexadecimal();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An open text file.
class ByteSource {
 public:
  /// \param encoding  "" for UTF-8, or a name iconv knows: "latin1". A byte-order mark knows
  /// better. Errors: as `sniff`; `InvalidArgument` for an encoding that is not known.
  [[nodiscard]] static Result<ByteSource> open(const std::string& path,
                                               const std::string& encoding);

  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// Fills `out` with the next decompressed bytes in UTF-8; fewer than asked only at the end.
  ///
  /// Errors: `InvalidData` for a truncated or damaged archive; `Io`.
  [[nodiscard]] Result<std::size_t> read(std::span<char> out);

  /// Bytes of the file itself read so far, and its size.
  [[nodiscard]] std::uint64_t bytes_done() const noexcept;
  [[nodiscard]] std::uint64_t bytes_total() const noexcept;
  /// Returns the SHA-256 of the file itself. \pre read() has returned 0.
  [[nodiscard]] std::string sha256();

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace till::log
