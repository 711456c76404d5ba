/// \file
/// Standard output: written at once, and quiet when nobody reads any more (`till ... | head`).
#pragma once

#include <string_view>

#include "till/core/result.hpp"

namespace till::cli {

class StandardOutput {
 public:
  /// Writes bytes. Errors: `Io`. When the reader has left, `reader_left()` turns true and the error
  /// only ends the work.
  Result<void> write(std::string_view bytes);

  [[nodiscard]] bool reader_left() const noexcept { return reader_left_; }

 private:
  bool reader_left_ = false;
};

}  // namespace till::cli
