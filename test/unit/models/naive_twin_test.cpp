// Fast code against the papers' equations as they are printed, where these are safe.

#include <cmath>
#include <vector>

#include "support/naive/likelihoods.hpp"
#include <gtest/gtest.h>

#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"
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
TEST(NaiveTwin, Customer1516BuysAsPublished) {
  const ParetoNbd model = {.r = 0.553, .alpha = 10.577, .s = 0.606, .beta = 11.669};
  const PurchaseHistory customer = {.x = 26, .t_x = 30.857142857142858, .T = 31};
  EXPECT_NEAR(probability_alive(model, customer), 0.9979, 5e-5);
  EXPECT_NEAR(conditional_expected_transactions(model, customer, 52.0), 25.46, 5e-3);
}

}  // namespace
}  // namespace till::models
