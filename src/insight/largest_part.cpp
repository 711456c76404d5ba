#include "insight/largest_part.hpp"

#include <algorithm>
#include <cmath>

#include "insight/day_model.hpp"

#include "till/core/chunks.hpp"

namespace till::insight {

namespace {

constexpr int kRounds = 3;
constexpr std::size_t kChunk = 4096;  // customers that a thread looks at in one go
constexpr double kOutlying = 1e-4;    // the p-value of those who take no part in what is usual

/// How counts vary beyond a Poisson's.
struct Spread {
  double excess = 0.0;   // of the variance over the mean
  double squared = 0.0;  // of the mean
};

Spread spread_of(double parts, double sum, double squares) {
  const double mean = sum / parts;
  const double variance = (squares - sum * mean) / (parts - 1.0);
  return {variance - mean, mean * mean};
}

/// Alpha by the counts of one without the largest; 0 where too few are left.
double alpha_of_others(const Parts& of) {
  if (of.parts < 3.0) {
    return 0.0;
  }
  const Spread others = spread_of(of.parts - 1.0, of.sum - of.most, of.squares - of.most * of.most);
  return others.squared > 0.0 ? others.excess / others.squared : 0.0;
}

}  // namespace

void test_by_own(std::vector<Parts>& everybody, double least_alpha, std::int32_t threads) {
  for (int round = 0; round < kRounds; ++round) {
    Spread all;
    const auto is_usual = [&](const Parts& of) { return round == 0 || of.p_value > kOutlying; };
    for (const Parts& of : everybody) {
      if (is_usual(of)) {
        const Spread spread = spread_of(of.parts, of.sum, of.squares);
        all.excess += spread.excess;
        all.squared += spread.squared;
      }
    }
    // Alpha is an estimate, from so many customers.
    const double doubt = 1.0 + 2.0 / std::sqrt(static_cast<double>(everybody.size()) + 1.0);
    const auto test = [&](Parts& of) {
      // Nobody is measured by what is their own, but for the counts that are not the largest.
      const Spread own = is_usual(of) ? spread_of(of.parts, of.sum, of.squares) : Spread{};
      const double squared = all.squared - own.squared;
      const double usual = squared > 0.0 ? doubt * (all.excess - own.excess) / squared : 0.0;
      const double alpha = std::max({usual, alpha_of_others(of), least_alpha});
      of.p_value = std::min(of.parts * share_survival(of.most, of.sum, of.parts, alpha), 1.0);
    };
    for_each_chunk(everybody.size(),
                   kChunk,
                   threads,
                   [&](std::size_t /*chunk*/, std::size_t begin, std::size_t end) {
                     for (std::size_t i = begin; i < end; ++i) {
                       test(everybody[i]);
                     }
                   });
  }
}

void test_by_all(std::vector<Parts>& everybody, double least_alpha) {
  for (int round = 0; round < kRounds; ++round) {
    // One count of one more than what is seen: what was never seen is not impossible.
    Parts all{1.0, 1.0, 1.0};
    const auto is_usual = [&](const Parts& of) { return round == 0 || of.p_value > kOutlying; };
    for (const Parts& of : everybody) {
      if (is_usual(of)) {
        all.parts += of.parts;
        all.sum += of.sum;
        all.squares += of.squares;
      }
    }
    for (Parts& of : everybody) {
      // Nobody is measured by what is their own.
      const double own = is_usual(of) ? 1.0 : 0.0;
      const double parts = all.parts - own * of.parts;
      const double sum = all.sum - own * of.sum;
      const Spread spread = spread_of(std::max(parts, 2.0), sum, all.squares - own * of.squares);
      const double alpha =
          std::max(spread.squared > 0.0 ? spread.excess / spread.squared : 0.0, least_alpha);
      of.p_value = std::min(of.parts * count_survival(of.most, sum / parts, alpha), 1.0);
    }
  }
}

}  // namespace till::insight
