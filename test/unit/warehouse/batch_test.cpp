#include "till/warehouse/batch.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::warehouse {
namespace {

/// Returns the hashes of a column's values, each by itself.
template <typename Append>
std::vector<std::uint64_t> hashes_of(BatchType type, std::size_t rows, const Append& append) {
  BatchColumn column(type);
  for (std::size_t i = 0; i < rows; ++i) {
    append(column, i);
  }
  std::vector<std::uint64_t> hashes(rows, 0);
  column.mix_into(hashes);
  return hashes;
}

TEST(BatchColumn, HashesDifferWhereValuesDo) {
  const auto distinct = [](const std::vector<std::uint64_t>& hashes) {
    return std::set<std::uint64_t>(hashes.begin(), hashes.end()).size();
  };
  const auto null_every_third = [](const auto& append) {
    return [append](BatchColumn& column, std::size_t i) {
      i % 3 == 2 ? column.append_null() : append(column, i / 3 * 2 + i % 3);
    };
  };
  constexpr std::size_t kRows = 3'000;
  constexpr std::size_t kDistinct = 2'001;  // and NULL
  const auto check = [&](BatchType type, const auto& append) {
    EXPECT_EQ(distinct(hashes_of(type, kRows, null_every_third(append))), kDistinct);
  };
  check(BatchType::Key, [](BatchColumn& column, std::size_t i) {
    column.append_key(static_cast<std::int32_t>(i));
  });
  check(BatchType::Date, [](BatchColumn& column, std::size_t i) {
    column.append_date(static_cast<std::int32_t>(i));
  });
  check(BatchType::Integer, [](BatchColumn& column, std::size_t i) {
    column.append_integer(static_cast<std::int64_t>(i));
  });
  check(BatchType::Timestamp, [](BatchColumn& column, std::size_t i) {
    column.append_instant({static_cast<std::int64_t>(i)});
  });
  check(BatchType::Real, [](BatchColumn& column, std::size_t i) {
    column.append_real(static_cast<double>(i) / 8.0);
  });
  check(BatchType::Text,
        [](BatchColumn& column, std::size_t i) { column.append_text(std::string(i, 'x')); });
}

TEST(BatchColumn, HashesOfEqualValuesAreEqual) {
  const auto zeros = hashes_of(BatchType::Real, 2, [](BatchColumn& column, std::size_t i) {
    column.append_real(i == 0 ? 0.0 : -0.0);
  });
  EXPECT_EQ(zeros[0], zeros[1]);
  const auto texts = hashes_of(BatchType::Text, 3, [](BatchColumn& column, std::size_t i) {
    column.append_text(i == 1 ? "b" : "a");
  });
  EXPECT_EQ(texts[0], texts[2]);
  EXPECT_NE(texts[0], texts[1]);
}

TEST(BatchColumn, HashesOfTheLastRowsFollowThoseBeforeThem) {
  BatchColumn column(BatchType::Integer);
  for (const std::int64_t value : {1, 2, 3}) {
    column.append_integer(value);
  }
  std::array<std::uint64_t, 3> all = {5, 6, 7};
  std::array<std::uint64_t, 1> last = {7};
  column.mix_into(all);
  column.mix_into(last);
  EXPECT_EQ(all[2], last[0]);
  EXPECT_NE(all[2], 7U);
}

TEST(BatchColumn, HashesOfTwoColumnsTellWhichIsWhich) {
  BatchColumn a(BatchType::Integer);
  BatchColumn b(BatchType::Integer);
  for (const std::int64_t value : {1, 2}) {
    a.append_integer(value);
    b.append_integer(3 - value);
  }
  std::array<std::uint64_t, 2> hashes = {0, 0};
  a.mix_into(hashes);
  b.mix_into(hashes);
  EXPECT_NE(hashes[0], hashes[1]);
}

}  // namespace
}  // namespace till::warehouse
