/// \file
/// TextWindow: the part of a text file at hand, which slides from its start to its end.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "byte_source.hpp"

#include "till/core/result.hpp"

namespace till::log {

/// A row longer than this is refused: it is a broken quote or no log at all.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
inline constexpr std::size_t kMaxRowBytes = 64;  // within reach of an input of some hundred bytes
#else
inline constexpr std::size_t kMaxRowBytes = std::size_t{1} << 20U;
#endif

class TextWindow {
 public:
  explicit TextWindow(ByteSource bytes)
      : bytes_(std::move(bytes)), text_(std::make_unique_for_overwrite<char[]>(kBytes)) {}

  /// Reads on: behind what is unread, as much as there is room for. Views of the text end here.
  ///
  /// Errors: those of ByteSource.
  Result<void> slide();

  /// Returns what was read and not yet used.
  [[nodiscard]] std::string_view unread() const noexcept {
    return {text_.get() + begin_, end_ - begin_};
  }

  /// \pre n <= unread().size().
  void use(std::size_t n) noexcept { begin_ += n; }

  /// Returns whether the file ends with what is unread.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Returns whether the window surely holds no byte above 127, no byte of zero.
  [[nodiscard]] bool is_ascii() const noexcept { return ascii_; }

  [[nodiscard]] bool has_no_nul() const noexcept { return !has_nul_; }

  [[nodiscard]] ByteSource& bytes() noexcept { return bytes_; }

 private:
  static constexpr std::size_t kBytes = 4 * kMaxRowBytes;
  static_assert(kBytes > 2 * kMaxRowBytes, "a row of the longest kind must fit the window");

  ByteSource bytes_;
  std::unique_ptr<char[]> text_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  bool ascii_ = true;
  bool has_nul_ = false;
};

}  // namespace till::log
