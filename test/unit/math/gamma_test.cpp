#include "till/math/gamma.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

// Expected values: mpmath with 40 digits.

namespace till::math {
namespace {

TEST(Gamma, LogarithmAndDerivativeAreThoseOfMpmath) {
  struct Case {
    double x;
    double log_gamma;
    double digamma;
  };

  for (const auto& [x, log_value, derivative] : {
           Case{1e-5, 11.51291969289582563, -100000.5771992156729},
           Case{0.3, 1.095797994818075561, -3.502524222200133125},
           Case{0.75, 0.2032809514312953715, -1.08586087978647217},
           Case{1.0000001, -5.772155829918507097e-8, -0.5772155004081381003},
           Case{1.3, -0.1081748095078604785, -0.1691908888667996053},
           Case{1.9999, -0.00004227520877215345801, 0.4227198396711309653},
           Case{2.25, 0.1248717148923965943, 0.5725464666237345919},
           Case{3.7, 1.428072326665388129, 1.167153539361511441},
           Case{9.99, 12.77931521435019336, 2.250700372831201122},
           Case{10.5, 13.94062521940376363, 2.303001034297686375},
           Case{150.25, 601.261504032499726, 5.008969095021217177},
           Case{1e6, 12815504.56914761166, 13.81551005796419077},
       }) {
    EXPECT_NEAR(log_gamma(x) / log_value, 1.0, 4e-15) << x;
    EXPECT_NEAR(digamma(x), derivative, 2e-15 * std::fmax(1.0, std::fabs(derivative))) << x;
  }
}

TEST(Gamma, IsZeroAtOneAndTwoAndInfiniteAtTheEnds) {
  EXPECT_EQ(log_gamma(1.0), 0.0);
  EXPECT_EQ(log_gamma(2.0), 0.0);
  EXPECT_EQ(log_gamma(0.0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(log_gamma(std::numeric_limits<double>::infinity()),
            std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(log_gamma(-0.5)));
  EXPECT_TRUE(std::isnan(log_gamma(std::numeric_limits<double>::quiet_NaN())));
}

TEST(Gamma, RatiosKeepTheDigitsThatDifferencesLose) {
  struct Case {
    double a;
    double n;
    double log_ratio;
    double digamma_difference;
  };

  for (const auto& [a, n, log_ratio, difference] : {
           Case{0.001, 1.0, -6.907755278982137031, 999.9999999999999792},
           Case{1000.0, 3.0, 20.72626333994216775, 0.002997004991016967065},
           Case{162754.0, 2.0, 23.99999641890686832, 0.00001228844670973076468},
           Case{0.5, 2000.0, 13202.15147184111167, 9.564412495980172052},
           Case{12.5, 100.5, 401.0164580876082884, 2.237760862505113113},
           Case{1000000.0, 1000.0, 13816.00989163064101, 0.0009995008325841990843},
       }) {
    EXPECT_NEAR(log_rising(a, n) / log_ratio, 1.0, 1e-13) << a << ' ' << n;
    EXPECT_NEAR(digamma_rise(a, n) / difference, 1.0, 1e-11) << a << ' ' << n;
  }
  EXPECT_EQ(log_rising(0.5, 0.0), 0.0);
  EXPECT_EQ(digamma_rise(0.5, 0.0), 0.0);
}

TEST(Gamma, BetaIsSymmetric) {
  EXPECT_NEAR(log_beta(2.0, 3.0), -std::log(12.0), 1e-15);
  EXPECT_EQ(log_beta(0.01, 250.0), log_beta(250.0, 0.01));
}

TEST(Gamma, BothTailsOfTheIncompleteBetaAreThoseOfMpmath) {
  struct Case {
    double a;
    double b;
    double x;
    LogTails tails;
  };

  for (const auto& [a, b, x, tails] : {
           Case{2.0, 3.0, 0.25, {-1.340484825088596416, -0.303430429419920096}},
           Case{0.001, 1000.0, 1e-06, {-0.00633285901720719106, -5.065168241771460749}},
           Case{1000.0, 2000.0, 0.2, {-149.84483883965127, 0.0}},
           Case{100.0, 0.5, 0.9, {-12.301426747305308, -4.5452652342194026e-6}},
           Case{5.0, 5.0, 0.5, {-0.6931471805599453094, -0.6931471805599453094}},
           Case{30.0, 0.01, 0.001, {-215.1985310239220388, 0.0}},
       }) {
    const LogTails actual = log_incomplete_beta(a, b, x, 1.0 - x);
    EXPECT_NEAR(actual.lower, tails.lower, 1e-12) << a << ' ' << b << ' ' << x;
    EXPECT_NEAR(actual.upper, tails.upper, 1e-12) << a << ' ' << b << ' ' << x;
  }
  EXPECT_EQ(log_incomplete_beta(2.0, 3.0, 0.0, 1.0).upper, 0.0);
  EXPECT_EQ(log_incomplete_beta(2.0, 3.0, 1.0, 0.0).lower, 0.0);
}

TEST(Gamma, BothTailsOfTheIncompleteGammaAreThoseOfMpmath) {
  struct Case {
    double a;
    double x;
    LogTails tails;
  };

  for (const auto& [a, x, tails] : {
           Case{0.5, 0.1, {-1.063402047154528636, -0.4235463234759657384}},
           Case{3.0, 10.0, {-0.002773237586573018233, -5.889126135826688751}},
           Case{100.0, 50.0, {-21.86267970641028581, -3.200065325097146198e-10}},
           Case{0.001, 2.0, {-0.00004897811723938396887, -9.924161435513314019}},
           Case{2000.0, 2500.0, {-1.66331560388043515e-25, -57.05581436280235027}},
           Case{7.0, 7.0, {-0.5973117857028305622, -0.7991500005650542351}},
       }) {
    const LogTails actual = log_incomplete_gamma(a, x);
    EXPECT_NEAR(actual.lower, tails.lower, 1e-12) << a << ' ' << x;
    EXPECT_NEAR(actual.upper, tails.upper, 1e-12) << a << ' ' << x;
  }
  EXPECT_EQ(log_incomplete_gamma(2.0, 0.0).upper, 0.0);
}

}  // namespace
}  // namespace till::math
