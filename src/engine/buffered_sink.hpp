/// \file
/// Buffered sink: gathers small pieces, so that a sink is called some times per megabyte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "till/engine/sink.hpp"

namespace till::engine {

class BufferedSink {
 public:
  explicit BufferedSink(const Sink& sink) : sink_(sink) {}

  /// The bytes not yet handed over; encoders append here.
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }

  /// Hands the bytes over once there are enough of them.
  Result<void> maybe_flush() { return buffer_.size() < kEnough ? Result<void>() : flush(); }

  /// Hands over what is left.
  Result<void> flush() {
    TILL_TRY(sink_(buffer_));
    buffer_.clear();
    return {};
  }

 private:
  static constexpr std::size_t kEnough = std::size_t{64} * 1024;

  const Sink& sink_;
  std::string buffer_;
};

/// Returns a sink that appends to a text, which must outlive it.
[[nodiscard]] inline Sink into(std::string& text) {
  return [&text](std::string_view bytes) -> Result<void> {
    text += bytes;
    return {};
  };
}

}  // namespace till::engine
