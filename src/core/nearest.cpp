#include "till/core/nearest.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace till {

namespace {

using Text = std::u32string;

constexpr std::size_t kLongestWanted = 256;
constexpr std::size_t kLargestCutoff = 3;

// Decodes UTF-8, A-Z to a-z. A byte that is not UTF-8 stands for itself, above all characters.
void decode_folded(std::string_view bytes, Text& out) {
  out.clear();
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80U) {
      out.push_back(static_cast<char32_t>(lead >= 'A' && lead <= 'Z' ? lead - 'A' + 'a' : lead));
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    char32_t character = lead & (0xFFU >> (length + 1));
    bool is_valid = length > 1 && i + length <= bytes.size();
    for (std::size_t k = 1; is_valid && k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      is_valid = (next & 0xC0U) == 0x80U;
      character = (character << 6U) | (next & 0x3FU);
    }
    if (is_valid) {
      out.push_back(character);
      i += length;
    } else {
      out.push_back(0x110000U + lead);
      ++i;
    }
  }
}

// Optimal string alignment distance of a and b, or cutoff + 1 where it is larger. Only cells within
// `cutoff` of the diagonal can hold a distance that small, so a row is at most 2 cutoff + 1 long.
std::size_t distance_within(const Text& a, const Text& b, std::size_t cutoff) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > cutoff) {
    return cutoff + 1;
  }
  constexpr std::size_t kWidth = 2 * kLargestCutoff + 1;
  constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max() / 2;
  using Row = std::array<std::size_t, kWidth + 2>;  // a wall on either side
  // Cell c of row i is column j = i + c - 1 - cutoff.
  Row before_last{};
  Row last{};
  Row row{};
  before_last.fill(kFar);
  last.fill(kFar);
  for (std::size_t i = 0; i <= a.size(); ++i) {
    row.fill(kFar);
    std::size_t least = kFar;
    for (std::size_t c = 1; c <= 2 * cutoff + 1; ++c) {
      if (i + c < cutoff + 1 || i + c - 1 - cutoff > b.size()) {
        continue;
      }
      const std::size_t j = i + c - 1 - cutoff;
      if (i == 0 || j == 0) {
        row[c] = i + j;
      } else {
        row[c] =
            std::min({last[c] + (a[i - 1] == b[j - 1] ? 0U : 1U), last[c + 1] + 1, row[c - 1] + 1});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
          row[c] = std::min(row[c], before_last[c] + 1);
        }
      }
      least = std::min(least, row[c]);
    }
    if (least > cutoff) {
      return cutoff + 1;
    }
    before_last = last;
    last = row;
  }
  return std::min(last[b.size() + cutoff + 1 - a.size()], cutoff + 1);
}

struct Candidate {
  std::size_t distance = 0;
  std::size_t length = 0;
  const std::string* name = nullptr;

  friend bool operator<(const Candidate& a, const Candidate& b) {
    return std::tie(a.distance, a.length, *a.name) < std::tie(b.distance, b.length, *b.name);
  }
};

}  // namespace

std::vector<std::string> nearest(std::string_view wanted,
                                 std::span<const std::string> known,
                                 std::size_t most) {
  if (wanted.empty() || wanted.size() > kLongestWanted || most == 0) {
    return {};
  }
  constexpr std::size_t kShortestContained = 3;
  Text target;
  decode_folded(wanted, target);
  const std::size_t cutoff =
      std::min(std::clamp<std::size_t>(target.size() / 3, 1, kLargestCutoff), target.size() - 1);
  std::vector<Candidate> found;
  Text text;
  for (const std::string& name : known) {
    decode_folded(name, text);
    std::size_t distance = distance_within(target, text, cutoff);
    if (distance > cutoff &&
        (target.size() < kShortestContained || text.find(target) == Text::npos)) {
      continue;
    }
    found.push_back({distance, text.size(), &name});
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (const Candidate& candidate : found) {
    if (out.size() == most) {
      break;
    }
    if (out.empty() || out.back() != *candidate.name) {
      out.push_back(*candidate.name);
    }
  }
  return out;
}

std::string did_you_mean(std::span<const std::string> names, std::string_view otherwise) {
  if (names.empty()) {
    return std::string(otherwise);
  }
  std::string out = "did you mean " + names.front();
  for (std::size_t i = 1; i < names.size(); ++i) {
    out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out + "?";
}

}  // namespace till
