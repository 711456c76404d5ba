#include <cmath>

#include <gtest/gtest.h>

#include "till/models/bg_cnbd.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_cnbd_mixture.hpp"

namespace till::models {
namespace {

TEST(Cnbd, OneStageIsTheBgNbdHoweverManyPurchasesAreExpected) {
  struct Case {
    BgNbd model;
    double t;
  };

  for (const auto& [model, t] : {
           Case{{.r = 0.5, .alpha = 10.0, .a = 0.8, .b = 2.4}, 52.0},
           Case{{.r = 5.0, .alpha = 0.01, .a = 0.8, .b = 2.4}, 100.0},  // 50,000 without dropout
           Case{{.r = 0.3, .alpha = 1e-3, .a = 0.5, .b = 1.0}, 1e4},    // three millions
           Case{{.r = 30.0, .alpha = 1.0, .a = 0.001, .b = 1000.0}, 60.0},
       }) {
    const BgCnbd staged = {.k = 1, .r = model.r, .alpha = model.alpha, .a = model.a, .b = model.b};
    EXPECT_NEAR(log_expected_transactions(staged, t), log_expected_transactions(model, t), 1e-10);
    EXPECT_NEAR(log_survival(staged, t), log_survival(model, t), 1e-10);
    for (const std::int64_t n : {0, 1, 7}) {
      EXPECT_NEAR(log_pmf(staged, n, t), log_pmf(model, n, t), 1e-11);
    }
  }
}

TEST(Cnbd, ASilentRegularCustomerIsGoneSoonerThanASilentRandomOne) {
  const PurchaseHistory customer = {.x = 10, .t_x = 20, .T = 28, .sum_log_intervals = 6.9};
  double last = 1.0;
  for (const std::int32_t k : {1, 2, 4, 8}) {
    const BgCnbd model = {.k = k, .r = 1.0, .alpha = 4.0 / k, .a = 0.5, .b = 2.0};
    const double alive = probability_alive(model, customer);
    EXPECT_LT(alive, last) << k;
    last = alive;
  }
}

TEST(CnbdMixture, IntervalsTellHowRegularACustomerIs) {
  const MbgCnbdMixture model = {
      .r = 1.0, .alpha = 4.0, .a = 0.5, .b = 2.0, .odds_2 = 1.0, .odds_4 = 1.0, .odds_8 = 1.0};
  // Ten purchases in 20 weeks: every two weeks, or nine at once.
  const PurchaseHistory regular = {
      .x = 10, .t_x = 20, .T = 21, .sum_log_intervals = 10.0 * std::log(2.0)};
  const PurchaseHistory random = {
      .x = 10, .t_x = 20, .T = 21, .sum_log_intervals = std::log(18.2) + 9.0 * std::log(0.2)};
  EXPECT_GT(posterior_regularity(model, regular)[3], 0.9);
  EXPECT_GT(posterior_regularity(model, random)[0], 0.9);
}

}  // namespace
}  // namespace till::models
