// Fast code against the papers' equations as they are printed, where these are safe.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/naive/likelihoods.hpp"
#include <gtest/gtest.h>

#include "till/models/bg_bb.hpp"
#include "till/models/bg_cnbd.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/gamma_gamma.hpp"
#include "till/models/ggom_nbd.hpp"
#include "till/models/mbg_cnbd.hpp"
#include "till/models/mbg_cnbd_mixture.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {
namespace {

const std::vector<PurchaseHistory> kHistories = {
    {.x = 0, .t_x = 0, .T = 38.9},
    {.x = 1, .t_x = 1.7, .T = 38.9},
    {.x = 2, .t_x = 30.4, .T = 38.9},
    {.x = 7, .t_x = 52, .T = 52},
    {.x = 26, .t_x = 30.9, .T = 31},
};

TEST(NaiveTwin, ParetoNbdMatchesFaderHardie2005Equation18) {
  for (const ParetoNbd& model : {ParetoNbd{0.55, 10.6, 0.61, 11.7},
                                 ParetoNbd{1.4, 48.0, 0.56, 46.0},
                                 ParetoNbd{0.8, 5.7, 0.39, 4.7}}) {
    for (const PurchaseHistory& h : kHistories) {
      const auto twin = std::log(
          test::naive::pareto_nbd(model.r, model.alpha, model.s, model.beta, h.x, h.t_x, h.T));
      EXPECT_NEAR(log_likelihood(model, h),
                  static_cast<double>(twin),
                  1e-12 * std::fabs(static_cast<double>(twin)));
    }
  }
}

TEST(NaiveTwin, BgNbdMatchesFaderHardieLee2005Equations6And9) {
  for (const BgNbd& model : {BgNbd{0.243, 4.41, 0.79, 2.43}, BgNbd{0.6, 21.0, 1.28, 8.9}}) {
    for (const PurchaseHistory& h : kHistories) {
      const auto twin =
          std::log(test::naive::bg_nbd(model.r, model.alpha, model.a, model.b, h.x, h.t_x, h.T));
      EXPECT_NEAR(log_likelihood(model, h),
                  static_cast<double>(twin),
                  1e-12 * std::fabs(static_cast<double>(twin)));
    }
    for (const double t : {1.0, 39.0}) {
      const auto twin = static_cast<double>(
          test::naive::bg_nbd_expectation(model.r, model.alpha, model.a, model.b, t));
      EXPECT_NEAR(expected_transactions(model, t), twin, 1e-12 * twin);
    }
  }
}

TEST(NaiveTwin, MbgNbdMatchesBatislamDenizelFiliztekin2007) {
  for (const MbgNbd& model : {MbgNbd{0.525, 6.18, 0.89, 1.61}, MbgNbd{1.26, 6.0, 0.37, 0.72}}) {
    for (const PurchaseHistory& h : kHistories) {
      const auto twin =
          std::log(test::naive::mbg_nbd(model.r, model.alpha, model.a, model.b, h.x, h.t_x, h.T));
      EXPECT_NEAR(log_likelihood(model, h),
                  static_cast<double>(twin),
                  1e-12 * std::fabs(static_cast<double>(twin)));
    }
  }
}

// Fader, Hardie: customer 1516 of CDNOW, from published estimates of their vignette.
TEST(NaiveTwin, NbdMatchesItsEquation) {
  for (const Nbd& model : {Nbd{0.55, 10.6}, Nbd{1.4, 48.0}}) {
    for (const PurchaseHistory& h : kHistories) {
      const auto twin =
          static_cast<double>(std::log(test::naive::nbd(model.r, model.alpha, h.x, h.T)));
      EXPECT_NEAR(log_likelihood(model, h), twin, 1e-12 * std::fabs(twin));
    }
  }
}

/// Histories with regular intervals of a few weeks.
std::vector<PurchaseHistory> regular_histories() {
  std::vector<PurchaseHistory> histories;
  for (PurchaseHistory h : kHistories) {
    h.sum_log_intervals = h.x > 0 ? h.x * std::log(h.t_x / h.x) - 0.1 * h.x : 0.0;
    histories.push_back(h);
  }
  return histories;
}

TEST(NaiveTwin, CnbdMatchesReuttererPlatzerSchroeder2021) {
  for (const std::int32_t k : {1, 2, 3, 6}) {
    for (const PurchaseHistory& h : regular_histories()) {
      const BgCnbd bg = {.k = k, .r = 0.9, .alpha = 4.4, .a = 0.8, .b = 2.4};
      const auto bg_twin = static_cast<double>(std::log(test::naive::cnbd(
          false, k, bg.r, bg.alpha, bg.a, bg.b, h.x, h.t_x, h.T, h.sum_log_intervals)));
      EXPECT_NEAR(log_likelihood(bg, h), bg_twin, 1e-12 * std::fabs(bg_twin));
      const MbgCnbd mbg = {.k = k, .r = 1.3, .alpha = 6.2, .a = 0.4, .b = 1.6};
      const auto mbg_twin = static_cast<double>(std::log(test::naive::cnbd(
          true, k, mbg.r, mbg.alpha, mbg.a, mbg.b, h.x, h.t_x, h.T, h.sum_log_intervals)));
      EXPECT_NEAR(log_likelihood(mbg, h), mbg_twin, 1e-12 * std::fabs(mbg_twin));
    }
  }
}

TEST(NaiveTwin, TheMixtureIsTheMeanOfItsComponents) {
  const MbgCnbdMixture model = {
      .r = 1.3, .alpha = 6.2, .a = 0.4, .b = 1.6, .odds_2 = 0.7, .odds_4 = 0.3, .odds_8 = 0.1};
  const std::vector<long double> odds = {1.0L, model.odds_2, model.odds_4, model.odds_8};
  for (const PurchaseHistory& h : regular_histories()) {
    long double sum = 0.0L;
    long double all = 0.0L;
    for (std::size_t i = 0; i < odds.size(); ++i) {
      const std::int32_t k = MbgCnbdMixture::kStages[i];
      all += odds[i];
      sum += odds[i] * test::naive::cnbd(true,
                                         k,
                                         model.r,
                                         static_cast<long double>(model.alpha) / k,
                                         model.a,
                                         model.b,
                                         h.x,
                                         h.t_x,
                                         h.T,
                                         h.sum_log_intervals);
    }
    const auto twin = static_cast<double>(std::log(sum / all));
    EXPECT_NEAR(log_likelihood(model, h), twin, 1e-12 * std::fabs(twin));
  }
}

TEST(NaiveTwin, GgomNbdMatchesBemmaorGlady2012) {
  for (const GgomNbd& model :
       {GgomNbd{0.55, 10.6, 0.02, 0.6, 0.5}, GgomNbd{1.4, 48.0, 0.2, 0.3, 8.0}}) {
    for (const PurchaseHistory& h : kHistories) {
      const auto twin = static_cast<double>(std::log(test::naive::ggom_nbd(
          model.r, model.alpha, model.b, model.s, model.beta, h.x, h.t_x, h.T)));
      EXPECT_NEAR(log_likelihood(model, h), twin, 1e-11 * std::fabs(twin));
    }
  }
}

TEST(NaiveTwin, BgBbMatchesFaderHardieShang2010Equation3) {
  const BgBb model = {.alpha = 1.2, .beta = 0.75, .gamma = 0.66, .delta = 2.78};
  for (int n = 1; n <= 8; ++n) {
    for (int t_x = 0; t_x <= n; ++t_x) {
      for (int x = t_x == 0 ? 0 : 1; x <= t_x; ++x) {
        const PurchaseHistory h = {.x = static_cast<double>(x),
                                   .t_x = static_cast<double>(t_x),
                                   .T = static_cast<double>(n)};
        const auto twin = static_cast<double>(std::log(
            test::naive::bg_bb(model.alpha, model.beta, model.gamma, model.delta, x, t_x, n)));
        EXPECT_NEAR(log_likelihood(model, h), twin, 1e-12 * std::fabs(twin));
      }
    }
  }
}

TEST(NaiveTwin, BgBbMatchesOverAHundredYearsOfDays) {
  for (const BgBb& model : {BgBb{1.2, 0.75, 0.66, 2.78},
                            BgBb{0.3, 200.0, 0.5, 900.0},
                            BgBb{40.0, 9000.0, 3.0, 0.4},
                            BgBb{500.0, 0.5, 0.01, 60.0}}) {
    for (const auto& [x, t_x] : {std::pair(0, 0), std::pair(1, 20000), std::pair(90, 700)}) {
      const PurchaseHistory h = {
          .x = static_cast<double>(x), .t_x = static_cast<double>(t_x), .T = 36500.0};
      const auto twin = static_cast<double>(std::log(
          test::naive::bg_bb(model.alpha, model.beta, model.gamma, model.delta, x, t_x, 36500)));
      // The twin's own gamma functions leave it 14 digits of the likelihood.
      EXPECT_NEAR(log_likelihood(model, h), twin, 1e-12 * std::fabs(twin) + 1e-14);
    }
  }
}

TEST(NaiveTwin, GammaGammaMatchesFaderHardie2013Equation1a) {
  const GammaGamma model = {.p = 6.25, .q = 3.74, .gamma = 15.4};
  for (const double spend : {3.0, 30.0, 120.0}) {
    for (const double x : {1.0, 2.0, 11.0}) {
      const auto twin = static_cast<double>(
          std::log(test::naive::gamma_gamma(model.p, model.q, model.gamma, spend, x)));
      EXPECT_NEAR(log_likelihood(model, spend, x), twin, 1e-12 * std::fabs(twin));
    }
  }
}

TEST(NaiveTwin, Customer1516BuysAsPublished) {
  const ParetoNbd model = {.r = 0.553, .alpha = 10.577, .s = 0.606, .beta = 11.669};
  const PurchaseHistory customer = {.x = 26, .t_x = 30.857142857142858, .T = 31};
  EXPECT_NEAR(probability_alive(model, customer), 0.9979, 5e-5);
  EXPECT_NEAR(conditional_expected_transactions(model, customer, 52.0), 25.46, 5e-3);
}

}  // namespace
}  // namespace till::models
