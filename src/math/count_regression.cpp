#include "till/math/count_regression.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "till/core/check.hpp"

namespace till::math {

namespace {

constexpr double kRidge = 1e-9;
constexpr double kMostEta = 40.0;  // of the logarithm of a rate, about its mean
constexpr int kMostSteps = 60;
constexpr int kMostHalvings = 30;

/// A lower triangle L with L L' = A, or a pivot that is not above 0.
class Cholesky {
 public:
  explicit Cholesky(const SymmetricMatrix& a) : size_(a.size()), l_(size_ * size_, 0.0) {
    for (std::size_t row = 0; row < size_; ++row) {
      for (std::size_t column = 0; column <= row; ++column) {
        double sum = a(row, column);
        for (std::size_t k = 0; k < column; ++k) {
          sum -= at(row, k) * at(column, k);
        }
        if (row == column) {
          // Columns that are nearly the same: the ridge alone tells them apart.
          at(row, row) = std::sqrt(std::max(sum, 1e-300));
        } else {
          at(row, column) = sum / at(column, column);
        }
      }
    }
  }

  void solve(std::span<double> b) const {
    for (std::size_t row = 0; row < size_; ++row) {
      for (std::size_t k = 0; k < row; ++k) {
        b[row] -= at(row, k) * b[k];
      }
      b[row] /= at(row, row);
    }
    for (std::size_t row = size_; row-- > 0;) {
      for (std::size_t k = row + 1; k < size_; ++k) {
        b[row] -= at(k, row) * b[k];
      }
      b[row] /= at(row, row);
    }
  }

 private:
  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return l_[row * size_ + column];
  }

  double& at(std::size_t row, std::size_t column) { return l_[row * size_ + column]; }

  std::size_t size_;
  std::vector<double> l_;
};

/// The problem, and what a choice of coefficients makes of it.
///
/// Sums run over the counts in their order, each on its own: side by side, so that none waits.
class Problem {
 public:
  Problem(std::span<const double> counts,
          std::span<const double> exposure,
          std::span<const std::vector<double>> columns)
      : counts_(counts), exposure_(exposure), size_(columns.size()) {
    const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
    base_ = std::log(sum / std::accumulate(exposure.begin(), exposure.end(), 0.0));
    rows_.reserve(counts.size() * size_);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      for (const std::vector<double>& column : columns) {
        rows_.push_back(column[i]);
      }
    }
  }

  [[nodiscard]] double base() const { return base_; }

  /// Writes the means and returns the penalised log likelihood but for a constant.
  double evaluate(std::span<const double> beta, std::span<double> fitted) const {
    double value = 0.0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const double* row = row_of(i);
      double eta = 0.0;
      for (std::size_t j = 0; j < size_; ++j) {
        eta += beta[j] * row[j];
      }
      eta = std::clamp(eta, base_ - kMostEta, base_ + kMostEta);
      fitted[i] = exposure_[i] * std::exp(eta);
      value += counts_[i] * eta - fitted[i];
    }
    for (std::size_t j = 1; j < beta.size(); ++j) {
      value -= 0.5 * kRidge * beta[j] * beta[j];
    }
    return value;
  }

  /// Returns the curvature at the means.
  [[nodiscard]] SymmetricMatrix information(std::span<const double> fitted) const {
    std::vector<double> sums(size_ * size_, 0.0);
    for (std::size_t a = 1; a < size_; ++a) {
      sums[a * size_ + a] = kRidge;
    }
    for (std::size_t i = 0; i < fitted.size(); ++i) {
      const double* row = row_of(i);
      for (std::size_t a = 0; a < size_; ++a) {
        const double weighted = fitted[i] * row[a];
        double* of_a = sums.data() + a * size_;
        for (std::size_t b = 0; b <= a; ++b) {
          of_a[b] += weighted * row[b];
        }
      }
    }
    SymmetricMatrix matrix(size_);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        matrix.set(a, b, sums[a * size_ + b]);
      }
    }
    return matrix;
  }

  [[nodiscard]] std::vector<double> gradient(std::span<const double> beta,
                                             std::span<const double> fitted) const {
    std::vector<double> slope(size_);
    for (std::size_t j = 1; j < size_; ++j) {
      slope[j] = -kRidge * beta[j];
    }
    for (std::size_t i = 0; i < fitted.size(); ++i) {
      const double* row = row_of(i);
      const double residual = counts_[i] - fitted[i];
      for (std::size_t j = 0; j < size_; ++j) {
        slope[j] += residual * row[j];
      }
    }
    return slope;
  }

 private:
  [[nodiscard]] const double* row_of(std::size_t i) const { return rows_.data() + i * size_; }

  std::span<const double> counts_;
  std::span<const double> exposure_;
  std::size_t size_;
  std::vector<double> rows_;  // the columns, row after row
  double base_ = 0.0;
};

}  // namespace

double CountRegression::error_of(std::size_t coefficient) const noexcept {
  return std::sqrt(std::max(dispersion * covariance(coefficient, coefficient), 0.0));
}

CountRegression fit_count_regression(std::span<const double> counts,
                                     std::span<const double> exposure,
                                     std::span<const std::vector<double>> columns) {
  TILL_ASSERT(!columns.empty() && columns.size() < counts.size(), "more counts than columns");
  const Problem problem(counts, exposure, columns);
  CountRegression fit;
  fit.coefficients.assign(columns.size(), 0.0);
  fit.coefficients[0] = problem.base();
  fit.fitted.resize(counts.size());
  double value = problem.evaluate(fit.coefficients, fit.fitted);
  std::vector<double> beta(columns.size());
  std::vector<double> fitted(counts.size());
  for (int step = 0; step < kMostSteps; ++step) {
    std::vector<double> move = problem.gradient(fit.coefficients, fit.fitted);
    const std::vector<double> slope = move;
    Cholesky(problem.information(fit.fitted)).solve(move);
    const double promised = std::inner_product(move.begin(), move.end(), slope.begin(), 0.0);
    if (!(promised > 1e-20 * (1.0 + std::fabs(value)))) {
      break;
    }
    double length = 1.0;
    double reached = value;
    for (int halving = 0; halving < kMostHalvings; ++halving, length *= 0.5) {
      for (std::size_t j = 0; j < beta.size(); ++j) {
        beta[j] = fit.coefficients[j] + length * move[j];
      }
      reached = problem.evaluate(beta, fitted);
      if (reached >= value) {
        break;
      }
    }
    if (!(reached >= value)) {
      break;
    }
    value = reached;
    fit.coefficients.swap(beta);
    fit.fitted.swap(fitted);
  }
  const Cholesky root(problem.information(fit.fitted));
  fit.covariance = SymmetricMatrix(columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    std::vector<double> unit(columns.size());
    unit[j] = 1.0;
    root.solve(unit);
    for (std::size_t k = 0; k <= j; ++k) {
      fit.covariance.set(j, k, unit[k]);
    }
  }
  fit.degrees = static_cast<std::int64_t>(counts.size() - columns.size());
  double pearson = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double y = counts[i];
    const double mean = fit.fitted[i];
    fit.deviance += 2.0 * ((y > 0.0 ? y * std::log(y / mean) : 0.0) - (y - mean));
    pearson += (y - mean) * (y - mean) / mean;
  }
  fit.deviance = std::max(fit.deviance, 0.0);
  fit.dispersion = std::max(pearson / static_cast<double>(fit.degrees), 1.0);
  return fit;
}

double f_survival_of_two(double f, std::int64_t degrees) noexcept {
  const auto n = static_cast<double>(degrees);
  return std::exp(-0.5 * n * std::log1p(2.0 * f / n));
}

}  // namespace till::math
