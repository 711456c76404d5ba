#include "till/math/gamma.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "till/math/log_space.hpp"

// NOLINTBEGIN(bugprone-float-loop-counter): doubles that count are whole, and exact.

namespace till::math {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr double kOneMinusEuler = 0.42278433509846713939;

// (-1)^k (zeta(k) - 1) / k for k = 2, 3, ...: log Gamma(2 + e) = (1 - euler) e + sum of these times
// e^k [DLMF 5.7.3]; 4^-k at |e| = 1/2.
constexpr std::array kNearTwo = {
    0.32246703342411321824,    -0.067352301053198095133,   0.020580808427784547879,
    -0.0073855510286739852663, 0.0028905103307415232858,   -0.0011927539117032609771,
    0.00050966952474304242234, -0.00022315475845357937976, 0.000099457512781808533715,
    -0.0000449262367381331417, 0.000020507212775670691553, -9.439488275268395904e-6,
    4.3748667899074878042e-6,  -2.0392157538013662368e-6,  9.5514121304074198329e-7,
    -4.4924691987645660433e-7, 2.1207184805554665869e-7,   -1.0043224823968099609e-7,
    4.7698101693639805658e-8,  -2.271109460894316491e-8,   1.0838659214896954091e-8,
    -5.1834750419700466551e-9, 2.4836745438024783172e-9,   -1.1921401405860912074e-9,
    5.7313672416788620133e-10, -2.7595228851242331452e-10, 1.3304764374244489481e-10,
    -6.4229645638381000221e-11};

/// log Gamma(2 + e), |e| <= 1/2.
double log_gamma_near_two(double e) noexcept {
  double sum = 0.0;
  for (std::size_t k = kNearTwo.size(); k-- > 0;) {
    sum = sum * e + kNearTwo[k];
  }
  return e * (kOneMinusEuler + e * sum);
}

/// log Gamma(x) - [(x - 1/2) log x - x + log(2 pi) / 2], x >= 10 [DLMF 5.11.1].
double stirling_rest(double x) noexcept {
  const double z = 1.0 / (x * x);
  return (1.0 / 12.0 +
          z * (-1.0 / 360.0 +
               z * (1.0 / 1260.0 +
                    z * (-1.0 / 1680.0 +
                         z * (1.0 / 1188.0 + z * (-691.0 / 360360.0 +
                                                  z * (1.0 / 156.0 - z * 3617.0 / 122400.0))))))) /
         x;
}

// Below this many steps a product is more accurate, and not slower, than two Stirling series.
constexpr double kProductSteps = 48.0;

}  // namespace

double log_gamma(double x) noexcept {
  if (x >= 10.0) {
    if (std::isinf(x)) {
      return x;
    }
    return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + stirling_rest(x);
  }
  if (x >= 2.5) {  // down to (1.5, 2.5]
    double product = 1.0;
    while (x > 2.5) {
      x -= 1.0;
      product *= x;
    }
    return std::log(product) + log_gamma_near_two(x - 2.0);
  }
  if (x >= 1.5) {
    return log_gamma_near_two(x - 2.0);
  }
  if (x >= 0.5) {
    return log_gamma_near_two(x - 1.0) - std::log1p(x - 1.0);
  }
  if (x > 0.0) {
    return log_gamma_near_two(x) - std::log1p(x) - std::log(x);
  }
  return x == 0.0 ? kInfinity : kNan;
}

double digamma(double x) noexcept {
  if (!(x > 0.0)) {
    return x == 0.0 ? -kInfinity : kNan;
  }
  if (std::isinf(x)) {
    return x;
  }
  double shift = 0.0;
  while (x < 10.0) {
    shift += 1.0 / x;
    x += 1.0;
  }
  const double z = 1.0 / (x * x);
  const double rest =
      z * (1.0 / 12.0 - z * (1.0 / 120.0 -
                             z * (1.0 / 252.0 -
                                  z * (1.0 / 240.0 - z * (1.0 / 132.0 - z * (691.0 / 32760.0 -
                                                                             z * (1.0 / 12.0)))))));
  return std::log(x) - 0.5 / x - rest - shift;
}

double log_rising(double a, double n) noexcept {
  if (n <= kProductSteps && n == std::floor(n)) {
    double product = 1.0;
    double sum = 0.0;
    for (double i = 0.0; i < n; i += 1.0) {
      product *= a + i;
      if (!(product < 1e250 && product > 1e-250)) {
        sum += std::log(product);
        product = 1.0;
      }
    }
    return sum + std::log(product);
  }
  if (a >= 10.0) {
    // Both by Stirling, with the large parts taken together:
    // (a + n - 1/2) log(a + n) - (a - 1/2) log a - n.
    return (a - 0.5) * std::log1p(n / a) + n * std::log(a + n) - n + stirling_rest(a + n) -
           stirling_rest(a);
  }
  return log_gamma(a + n) - log_gamma(a);
}

double digamma_rise(double a, double n) noexcept {
  if (n <= kProductSteps && n == std::floor(n)) {
    double sum = 0.0;
    for (double i = 0.0; i < n; i += 1.0) {
      sum += 1.0 / (a + i);
    }
    return sum;
  }
  return digamma(a + n) - digamma(a);
}

double log_beta(double a, double b) noexcept {
  const double small = a < b ? a : b;
  const double large = a < b ? b : a;
  return log_gamma(small) - log_rising(large, small);
}

LogTails log_incomplete_gamma(double a, double x) noexcept {
  if (!(a > 0.0 && x >= 0.0)) {
    return {kNan, kNan};
  }
  if (x == 0.0) {
    return {kLogZero, 0.0};
  }
  if (std::isinf(x)) {
    return {0.0, kLogZero};
  }
  constexpr int kMostTerms = 100000;
  constexpr double kEpsilon = 1e-16;
  const double front = a * std::log(x) - x;
  if (x < a + 1.0) {  // [DLMF 8.11.4]
    double term = 1.0;
    double sum = 1.0;
    for (int i = 1; i < kMostTerms && term > kEpsilon * sum; ++i) {
      term *= x / (a + i);
      sum += term;
    }
    const double lower = front - log_gamma(a) - std::log(a) + std::log(sum);
    return {lower < 0.0 ? lower : 0.0, log_complement(lower < 0.0 ? lower : 0.0)};
  }
  // Legendre's continued fraction by Lentz's algorithm [DLMF 8.9.2].
  constexpr double kTiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / kTiny;
  double d = 1.0 / b;
  double fraction = d;
  for (int i = 1; i < kMostTerms; ++i) {
    const double numerator = -i * (i - a);
    b += 2.0;
    d = numerator * d + b;
    d = 1.0 / (std::fabs(d) < kTiny ? kTiny : d);
    c = b + numerator / c;
    c = std::fabs(c) < kTiny ? kTiny : c;
    const double factor = c * d;
    fraction *= factor;
    if (std::fabs(factor - 1.0) < 2.0 * kEpsilon) {
      break;
    }
  }
  const double upper = front - log_gamma(a) + std::log(fraction);
  return {log_complement(upper < 0.0 ? upper : 0.0), upper < 0.0 ? upper : 0.0};
}

namespace {

/// log I_x(a, b) by the continued fraction [DLMF 8.17.22], which converges fast for
/// x < (a + 1) / (a + b + 2).
double log_incomplete_beta_fraction(double a, double b, double x, double y) noexcept {
  constexpr int kMostTerms = 100000;
  constexpr double kTiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (std::fabs(d) < kTiny ? kTiny : d);
  double fraction = d;
  for (int m = 1; m < kMostTerms; ++m) {
    const double k = m;
    const double even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
    const double odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
    double change = 1.0;
    for (const double numerator : {even, odd}) {
      d = 1.0 + numerator * d;
      d = 1.0 / (std::fabs(d) < kTiny ? kTiny : d);
      c = 1.0 + numerator / c;
      c = std::fabs(c) < kTiny ? kTiny : c;
      change = c * d;
      fraction *= change;
    }
    if (std::fabs(change - 1.0) < 3e-16) {
      break;
    }
  }
  const double log_x = x < 0.5 ? std::log(x) : std::log1p(-y);
  const double log_y = y < 0.5 ? std::log(y) : std::log1p(-x);
  return a * log_x + b * log_y - log_beta(a, b) - std::log(a) + std::log(fraction);
}

}  // namespace

LogTails log_incomplete_beta(double a, double b, double x, double y) noexcept {
  if (!(a > 0.0 && b > 0.0 && x >= 0.0 && y >= 0.0)) {
    return {kNan, kNan};
  }
  if (x == 0.0) {
    return {kLogZero, 0.0};
  }
  if (y == 0.0) {
    return {0.0, kLogZero};
  }
  if (x < (a + 1.0) / (a + b + 2.0)) {
    const double lower = log_incomplete_beta_fraction(a, b, x, y);
    return {lower, log_complement(lower < 0.0 ? lower : 0.0)};
  }
  const double upper = log_incomplete_beta_fraction(b, a, y, x);
  return {log_complement(upper < 0.0 ? upper : 0.0), upper};
}

}  // namespace till::math

// NOLINTEND(bugprone-float-loop-counter)
