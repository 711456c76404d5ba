#include "log/rejects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using ::testing::ElementsAre;

auto is_count(const std::string& reason, std::int64_t rows) {
  return ::testing::AllOf(::testing::Field(&RejectCount::reason, reason),
                          ::testing::Field(&RejectCount::rows, rows));
}

auto is_example(const std::string& file, std::int64_t line) {
  return ::testing::AllOf(::testing::Field(&Reject::file, file),
                          ::testing::Field(&Reject::line, line));
}

TEST(RejectTally, CountsByReasonAndKeepsTheFirstOfEach) {
  RejectTally tally;
  tally.add("a.csv", {2, "when", "invalid_timestamp", "x"});
  tally.add("a.csv", {3, "", "unclosed_quote", "y"});
  tally.add("a.csv", {4, "when", "invalid_timestamp", "z"});
  EXPECT_THAT(tally.counts,
              ElementsAre(is_count("invalid_timestamp", 2), is_count("unclosed_quote", 1)));
  EXPECT_THAT(tally.examples, ElementsAre(is_example("a.csv", 2), is_example("a.csv", 3)));
}

TEST(RejectTally, AddsTheTallyOfAnotherFile) {
  RejectTally all;
  all.add("a.csv", {2, "", "nul_byte", ""});
  RejectTally other;
  other.add("b.csv", {5, "", "invalid_utf8", ""});
  other.add("b.csv", {6, "", "nul_byte", ""});
  other.add("b.csv", {7, "", "nul_byte", ""});
  all.add(other);
  EXPECT_THAT(all.counts, ElementsAre(is_count("nul_byte", 3), is_count("invalid_utf8", 1)));
  EXPECT_THAT(all.examples, ElementsAre(is_example("a.csv", 2), is_example("b.csv", 5)));
}

TEST(RejectTally, PutsTheMostFrequentFirst) {
  RejectTally tally;
  for (const char* reason : {"b", "a", "c", "c"}) {
    tally.add("f", {1, "", reason, ""});
  }
  EXPECT_EQ(tally.in_words(), "2 c, 1 a, 1 b");
  tally.sort();
  EXPECT_THAT(tally.counts, ElementsAre(is_count("c", 2), is_count("a", 1), is_count("b", 1)));
}

}  // namespace
}  // namespace till::log
