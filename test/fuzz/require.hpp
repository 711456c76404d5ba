/// \file
/// What every fuzz target shares: a check that stops it, and a file that is no file.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace till::fuzz {

/// Stops the fuzzer, which then keeps the input that broke the invariant.
inline void require(bool holds, std::string_view invariant) {
  if (!holds) {
    std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(invariant.size()), invariant.data());
    std::abort();
  }
}

/// A file in memory: what reads files by name is fed without a disk.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(descriptor_ >= 0, "memfd_create");
  }

  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  ~MemoryFile() { ::close(descriptor_); }

  /// Replaces the content and returns the name.
  const std::string& write(std::string_view content) {
    const ssize_t written = ::pwrite(descriptor_, content.data(), content.size(), 0);
    require(written == static_cast<ssize_t>(content.size()), "pwrite");
    require(::ftruncate(descriptor_, static_cast<off_t>(content.size())) == 0, "ftruncate");
    return path_;
  }

 private:
  int descriptor_;
  std::string path_ = "/proc/self/fd/" + std::to_string(descriptor_);
};

/// Takes the text up to the next `end` off the front of `rest`; all of it when there is none.
inline std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace till::fuzz
