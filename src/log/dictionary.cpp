#include "dictionary.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace till::log {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;

constexpr std::size_t kShortBytes = 11;                          // fits a mark beside its length
constexpr std::uint32_t kLongMark = std::uint32_t{0xff} << 24U;  // no length of a short id

/// Reads 1 to 8 bytes as one number, the first byte lowest.
std::uint64_t read_word(const char* bytes, std::size_t n) {
  if (n == 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, 8);
    return word;
  }
  if (n >= 4) {  // two halves that overlap
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + n - 4, 4);
    return low | (std::uint64_t{high} << (8 * (n - 4)));
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < n; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

/// Multiplies two numbers and folds the product upon itself, so that every bit of either reaches
/// the low bits.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

bool Dictionary::is_short(std::string_view id) noexcept {
  return id.size() <= kShortBytes;
}

std::uint64_t Dictionary::hash_of(std::string_view id) noexcept {
  constexpr std::uint64_t kOdd1 = 0x9e37'79b9'7f4a'7c15ULL;  // 2^64 / golden ratio
  constexpr std::uint64_t kOdd2 = 0xb504'f333'f9de'6485ULL;  // 2^63 * square root of 2, odd
  std::uint64_t hash = (id.size() + 1) * kOdd1;
  const char* bytes = id.data();
  std::size_t left = id.size();
  for (; left > 8; left -= 8, bytes += 8) {
    hash = mixed(hash ^ read_word(bytes, 8), kOdd2);
  }
  hash ^= left > 0 ? read_word(bytes, left) : 0;
  return mixed(hash, kOdd1);
}

Dictionary::Mark Dictionary::mark_of(const Wanted& wanted) noexcept {
  const std::string_view id = wanted.id;
  if (!is_short(id)) {
    return {wanted.hash, kLongMark};
  }
  const auto length = static_cast<std::uint32_t>(id.size()) << 24U;
  if (id.size() <= 8) {
    return {id.empty() ? 0 : read_word(id.data(), id.size()), length};
  }
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): its first eight bytes
  return {read_word(id.data(), 8),
          static_cast<std::uint32_t>(read_word(id.data() + 8, id.size() - 8)) | length};
}

Dictionary::Dictionary() : slots_(1024) {}

std::int32_t Dictionary::key(std::string_view id) {
  return key({id, hash_of(id)});
}

void Dictionary::append_keys(std::span<const std::string_view> ids,
                             std::vector<std::int32_t>& keys) {
  constexpr std::size_t kAtOnce = 64;
  std::array<Wanted, kAtOnce> wanted{};
  while (!ids.empty()) {
    const std::size_t n = std::min(kAtOnce, ids.size());
    bool any_long = false;
    for (std::size_t i = 0; i < n; ++i) {
      wanted[i] = {ids[i], hash_of(ids[i])};
      any_long = any_long || !is_short(ids[i]);
      __builtin_prefetch(&first_slot(wanted[i].hash));
    }
    if (any_long) {
      prefetch_long(std::span(wanted).first(n));
    }
    for (std::size_t i = 0; i < n; ++i) {
      keys.push_back(ids[i].empty() ? -1 : key(wanted[i]));
    }
    ids = ids.subspan(n);
  }
}

/// Asks for the memory of long ids, whose slots alone do not tell whether they are equal.
void Dictionary::prefetch_long(std::span<const Wanted> wanted) const {
  for (const Wanted& one : wanted) {
    const std::int32_t likely = first_slot(one.hash).key;
    __builtin_prefetch(likely < 0 ? nullptr : &ids_[static_cast<std::size_t>(likely)]);
  }
  for (const Wanted& one : wanted) {
    const std::int32_t likely = first_slot(one.hash).key;
    __builtin_prefetch(likely < 0 ? nullptr : id(likely).data());
  }
}

std::int32_t Dictionary::key(const Wanted& wanted) {
  const Mark mark = mark_of(wanted);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = wanted.hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.key < 0) {
      slot = {mark.high, size(), mark.low};
      ids_.push_back(keep(wanted.id));
      if (ids_.size() * 2 > slots_.size()) {
        rehash(slots_.size() * 2);
      }
      return size() - 1;
    }
    if (Mark{slot.mark_low, slot.mark_high} == mark &&
        (mark.high != kLongMark || id(slot.key) == wanted.id)) {
      return slot.key;
    }
  }
}

void Dictionary::truncate(std::int32_t size) {
  ids_.resize(static_cast<std::size_t>(size));
  rehash(slots_.size());
}

void Dictionary::rehash(std::size_t slots) {
  slots_.assign(slots, Slot());
  const std::size_t mask = slots - 1;
  for (std::int32_t key = 0; key < size(); ++key) {
    const Wanted wanted{id(key), hash_of(id(key))};
    const Mark mark = mark_of(wanted);
    std::size_t at = wanted.hash & mask;
    while (slots_[at].key >= 0) {
      at = (at + 1) & mask;
    }
    slots_[at] = {mark.high, key, mark.low};
  }
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
