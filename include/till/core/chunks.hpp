/// \file
/// Chunks: work on many things, split the same way for any number of threads.
///
/// Layer:   core (std only).   Threads: starts them, and ends when they have.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace till {

/// Returns how many chunks of a size n things make.
[[nodiscard]] inline std::size_t chunk_count(std::size_t n, std::size_t size) noexcept {
  return (n + size - 1) / size;
}

/// Returns how many threads the machine runs at once; at least 1.
[[nodiscard]] inline std::int32_t hardware_threads() noexcept {
  return std::max(1, static_cast<std::int32_t>(std::thread::hardware_concurrency()));
}

/// Calls work(chunk, begin, end) for every chunk of [0, n), in any order and on several threads.
///
/// What chunks find out is to be kept by chunk and put together in their order afterwards: so the
/// sum is the same for any number of threads.
template <typename Work>
void for_each_chunk(std::size_t n, std::size_t size, std::int32_t threads, const Work& work) {
  const std::size_t chunks = chunk_count(n, size);
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t chunk = next++; chunk < chunks; chunk = next++) {
      work(chunk, chunk * size, std::min(n, (chunk + 1) * size));
    }
  };
  std::vector<std::thread> others;
  const auto workers = std::min(chunks, static_cast<std::size_t>(std::max(threads, 1)));
  for (std::size_t i = 1; i < workers; ++i) {
    others.emplace_back(run);
  }
  run();
  for (std::thread& other : others) {
    other.join();
  }
}

}  // namespace till
