/// \file
/// Dictionary: gives every id a dense integer key, in order of first appearance.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace till::log {

class Dictionary {
 public:
  Dictionary();

  /// Returns the key of an id, a new one when it was not seen before.
  std::int32_t key(std::string_view id);

  /// Appends the keys of many ids; -1 for an empty one, which is none. Faster than one by one:
  /// memory is asked for what the next ids will need while the one at hand is looked up.
  void append_keys(std::span<const std::string_view> ids, std::vector<std::int32_t>& keys);

  /// Forgets the keys from `size` on.
  void truncate(std::int32_t size);

  [[nodiscard]] std::int32_t size() const noexcept {
    return static_cast<std::int32_t>(ids_.size());
  }

  /// \pre 0 <= key < size().
  [[nodiscard]] std::string_view id(std::int32_t key) const noexcept {
    return ids_[static_cast<std::size_t>(key)];
  }

 private:
  /// Tells ids apart at a glance: one that is short by itself, a long one by its hash only.
  struct Mark {
    std::uint64_t low = 0;
    std::uint32_t high = 0;

    friend bool operator==(const Mark&, const Mark&) = default;
  };

  /// What is looked for.
  struct Wanted {
    std::string_view id;
    std::uint64_t hash = 0;
  };

  struct Slot {
    std::uint32_t mark_high = 0;
    std::int32_t key = -1;  // -1: free
    std::uint64_t mark_low = 0;
  };

  static bool is_short(std::string_view id) noexcept;
  static std::uint64_t hash_of(std::string_view id) noexcept;
  static Mark mark_of(const Wanted& wanted) noexcept;

  [[nodiscard]] const Slot& first_slot(std::uint64_t hash) const noexcept {
    return slots_[hash & (slots_.size() - 1)];
  }

  void prefetch_long(std::span<const Wanted> wanted) const;
  std::int32_t key(const Wanted& wanted);
  void rehash(std::size_t slots);
  std::string_view keep(std::string_view id);

  std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
  std::vector<std::string_view> ids_;
  std::vector<std::unique_ptr<char[]>> blocks_;  // where the ids' characters live
  std::size_t block_left_ = 0;
  char* block_at_ = nullptr;
};

}  // namespace till::log
