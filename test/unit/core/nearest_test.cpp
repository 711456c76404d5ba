#include "till/core/nearest.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Names = std::vector<std::string>;

// The definition, letter by letter: optimal string alignment by recursion over prefixes.
class NaiveDistance {
 public:
  NaiveDistance(std::string a, std::string b) : a_(std::move(a)), b_(std::move(b)) {}

  std::size_t operator()() { return of(a_.size(), b_.size()); }

 private:
  std::size_t of(std::size_t i, std::size_t j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    const auto known = known_.find({i, j});
    if (known != known_.end()) {
      return known->second;
    }
    std::size_t best = of(i - 1, j - 1) + (a_[i - 1] == b_[j - 1] ? 0 : 1);
    best = std::min(best, of(i - 1, j) + 1);
    best = std::min(best, of(i, j - 1) + 1);
    if (i > 1 && j > 1 && a_[i - 1] == b_[j - 2] && a_[i - 2] == b_[j - 1]) {
      best = std::min(best, of(i - 2, j - 2) + 1);
    }
    known_[{i, j}] = best;
    return best;
  }

  std::string a_;
  std::string b_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known_;
};

TEST(Nearest, FindsAMisspeltName) {
  const Names verbs{"activity", "affinity", "anomalies", "cohorts", "forecast", "top-products"};
  EXPECT_THAT(nearest("actvity", verbs), ElementsAre("activity"));
  EXPECT_THAT(nearest("forcast", verbs), ElementsAre("forecast"));
  EXPECT_THAT(nearest("cohort", verbs), ElementsAre("cohorts"));
}

TEST(Nearest, CountsSwappedNeighboursAsOneMistake) {
  const Names known{"mode", "dome", "demo"};
  EXPECT_THAT(nearest("dmeo", known), ElementsAre("demo"));
}

TEST(Nearest, IgnoresTheCaseOfLatinLetters) {
  EXPECT_THAT(nearest("EUROPE/paris", Names{"Europe/Paris"}), ElementsAre("Europe/Paris"));
}

TEST(Nearest, CountsCharactersNotBytes) {
  // Two characters of two bytes each are replaced; six characters allow two.
  EXPECT_THAT(nearest("Zurich", Names{"Zürich"}), ElementsAre("Zürich"));
  EXPECT_THAT(nearest("Zuerich", Names{"Zürich"}), ElementsAre("Zürich"));
  EXPECT_THAT(nearest("aaéébb", Names{"aaüübb"}), ElementsAre("aaüübb"));
}

TEST(Nearest, OrdersByDistanceThenLengthThenName) {
  const Names known{"carts", "card", "cars", "cat", "cart"};
  EXPECT_THAT(nearest("cart", known, 10), ElementsAre("cart", "cat", "card", "cars", "carts"));
}

TEST(Nearest, DoesNotDependOnTheOrderOfTheKnownNames) {
  Names known{"b1", "b2", "b3", "b4", "b5"};
  const auto expected = nearest("b0", known);
  EXPECT_THAT(expected, ElementsAre("b1", "b2", "b3"));
  std::reverse(known.begin(), known.end());
  EXPECT_EQ(nearest("b0", known), expected);
}

TEST(Nearest, SaysNothingWhereNothingIsAlike) {
  EXPECT_THAT(nearest("xylophone", Names{"activity", "forecast"}), IsEmpty());
  EXPECT_THAT(nearest("k", Names{"a", "b", "top"}), IsEmpty());
  EXPECT_THAT(nearest("ab", Names{"cd"}), IsEmpty());
  EXPECT_THAT(nearest("anything", Names{}), IsEmpty());
  EXPECT_THAT(nearest("", Names{"a"}), IsEmpty());
}

TEST(Nearest, AllowsOneMistakeInThreeCharactersAndThreeAtMost) {
  EXPECT_THAT(nearest("abcdef", Names{"abcdXY"}), ElementsAre("abcdXY"));
  EXPECT_THAT(nearest("abcde", Names{"abcXY"}), IsEmpty());
  EXPECT_THAT(nearest("abcdefghijklmnop", Names{"abcdefghijklmXYZ"}),
              ElementsAre("abcdefghijklmXYZ"));
  EXPECT_THAT(nearest("abcdefghijklmnop", Names{"abcdefghijklWXYZ"}), IsEmpty());
}

TEST(Nearest, OffersNamesThatContainTheTextAfterThoseSpeltLikeIt) {
  const Names zones{"Europe/Paris", "America/New_York", "Parts"};
  EXPECT_THAT(nearest("paris", zones), ElementsAre("Parts", "Europe/Paris"));
  EXPECT_THAT(nearest("new_york", zones), ElementsAre("America/New_York"));
  EXPECT_THAT(nearest("/P", zones), IsEmpty());
}

TEST(Nearest, GivesAsManyAsAskedForAndEachOnce) {
  const Names known{"ab1", "ab2", "ab2", "ab3"};
  EXPECT_THAT(nearest("abc", known, 2), ElementsAre("ab1", "ab2"));
  EXPECT_THAT(nearest("abc", known, 9), ElementsAre("ab1", "ab2", "ab3"));
  EXPECT_THAT(nearest("abc", known, 0), IsEmpty());
}

TEST(Nearest, TakesBytesThatAreNotUtf8ForWhatTheyAre) {
  EXPECT_THAT(nearest("abc\xff", Names{"abc\xff"}), ElementsAre("abc\xff"));
  EXPECT_THAT(nearest("abc\xc3", Names{"abc"}), ElementsAre("abc"));
}

TEST(Nearest, RefusesTextTooLongToBeAName) {
  const std::string text(257, 'a');
  EXPECT_THAT(nearest(text, Names{text}), IsEmpty());
}

TEST(Nearest, AgreesWithTheDefinitionOnRandomWords) {
  Rng rng(11);
  const auto word = [&rng] {
    std::string out;
    const std::uint64_t length = 1 + rng.below(12);
    for (std::uint64_t i = 0; i < length; ++i) {
      out += static_cast<char>('a' + rng.below(3));
    }
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string wanted = word();
    const std::string known = word();
    const std::size_t cutoff =
        std::min(std::clamp<std::size_t>(wanted.size() / 3, 1, 3), wanted.size() - 1);
    const bool is_contained = wanted.size() >= 3 && known.find(wanted) != std::string::npos;
    const bool is_alike = NaiveDistance(wanted, known)() <= cutoff || is_contained;
    ASSERT_EQ(!nearest(wanted, Names{known}).empty(), is_alike) << wanted << ' ' << known;
  }
}

TEST(Nearest, OrdersRandomWordsByTheDefinition) {
  Rng rng(12);
  for (int i = 0; i < 300; ++i) {
    Names known;
    for (int k = 0; k < 20; ++k) {
      std::string name;
      for (std::uint64_t j = 0, length = 7 + rng.below(5); j < length; ++j) {
        name += static_cast<char>('a' + rng.below(2));
      }
      known.push_back(name);
    }
    const std::string wanted = "abababab";
    std::size_t last = 0;
    for (const std::string& name : nearest(wanted, known, known.size())) {
      const bool is_contained = name.find(wanted) != std::string::npos;
      const std::size_t distance = std::min<std::size_t>(NaiveDistance(wanted, name)(), 3);
      ASSERT_TRUE(distance <= 2 || is_contained);
      ASSERT_GE(distance, last);
      last = distance;
    }
  }
}

TEST(Nearest, DidYouMeanReadsAsASentence) {
  EXPECT_EQ(did_you_mean(Names{}, "see till --help"), "see till --help");
  EXPECT_EQ(did_you_mean(Names{"a"}, "see till --help"), "did you mean a?");
  EXPECT_EQ(did_you_mean(Names{"a", "b"}, ""), "did you mean a or b?");
  EXPECT_EQ(did_you_mean(Names{"a", "b", "c"}, ""), "did you mean a, b or c?");
}

}  // namespace
}  // namespace till
