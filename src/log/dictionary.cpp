#include "dictionary.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <utility>

namespace till::log {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;

std::uint64_t hash_of(std::string_view id) {
  return std::hash<std::string_view>{}(id);
}

std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32U);
}

}  // namespace

Dictionary::Dictionary() : slots_(1024) {}

std::int32_t Dictionary::key(std::string_view id) {
  return key(id, hash_of(id));
}

void Dictionary::append_keys(std::span<const std::string_view> ids,
                             std::vector<std::int32_t>& keys) {
  constexpr std::size_t kAtOnce = 64;
  std::array<std::uint64_t, kAtOnce> hashes{};
  while (!ids.empty()) {
    const std::span<const std::string_view> some = ids.first(std::min(kAtOnce, ids.size()));
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < some.size(); ++i) {
      hashes[i] = hash_of(some[i]);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      const std::int32_t likely = slots_[hashes[i] & mask].key;
      __builtin_prefetch(likely < 0 ? nullptr : &ids_[static_cast<std::size_t>(likely)]);
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      const std::int32_t likely = slots_[hashes[i] & mask].key;
      __builtin_prefetch(likely < 0 ? nullptr : this->id(likely).data());
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      keys.push_back(some[i].empty() ? -1 : key(some[i], hashes[i]));
    }
    ids = ids.subspan(some.size());
  }
}

std::int32_t Dictionary::key(std::string_view id, std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.key < 0) {
      slot = {tag_of(hash), size()};
      ids_.push_back(keep(id));
      if (ids_.size() * 2 > slots_.size()) {
        rehash(slots_.size() * 2);
      }
      return size() - 1;
    }
    if (slot.tag == tag_of(hash) && this->id(slot.key) == id) {
      return slot.key;
    }
  }
}

void Dictionary::truncate(std::int32_t size) {
  ids_.resize(static_cast<std::size_t>(size));
  rehash(slots_.size());
}

void Dictionary::rehash(std::size_t slots) {
  std::vector<Slot> larger(slots);
  const std::size_t mask = slots - 1;
  for (std::int32_t key = 0; key < size(); ++key) {
    const std::uint64_t hash = hash_of(id(key));
    std::size_t at = hash & mask;
    while (larger[at].key >= 0) {
      at = (at + 1) & mask;
    }
    larger[at] = {tag_of(hash), key};
  }
  slots_ = std::move(larger);
}

std::string_view Dictionary::keep(std::string_view id) {
  if (id.size() > block_left_ || block_at_ == nullptr) {
    block_left_ = std::max(kBlockBytes, id.size());
    blocks_.push_back(std::make_unique<char[]>(block_left_));
    block_at_ = blocks_.back().get();
  }
  std::memcpy(block_at_, id.data(), id.size());
  const std::string_view kept(block_at_, id.size());
  block_at_ += id.size();
  block_left_ -= id.size();
  return kept;
}

}  // namespace till::log
