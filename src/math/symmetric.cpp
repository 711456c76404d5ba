#include "till/math/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "till/core/check.hpp"

namespace till::math {

namespace {

constexpr int kMaxSweeps = 60;  // ten are many: convergence is quadratic

/// A rotation in the plane of p and q that makes a(p, q) zero.
struct Rotation {
  double cosine = 1.0;
  double sine = 0.0;
};

Rotation rotation_for(const SymmetricMatrix& a, std::size_t p, std::size_t q) {
  const double theta = (a(q, q) - a(p, p)) / (2.0 * a(p, q));
  const double tangent =
      std::isinf(theta) ? 0.0
                        : std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double cosine = 1.0 / std::hypot(tangent, 1.0);
  return {cosine, tangent * cosine};
}

void rotate(SymmetricMatrix& a, std::size_t p, std::size_t q, const Rotation& rotation) {
  const double c = rotation.cosine;
  const double s = rotation.sine;
  const double pp = a(p, p);
  const double qq = a(q, q);
  const double pq = a(p, q);
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (k != p && k != q) {
      const double kp = a(k, p);
      const double kq = a(k, q);
      a.set(k, p, c * kp - s * kq);
      a.set(k, q, s * kp + c * kq);
    }
  }
  a.set(p, p, c * c * pp - 2.0 * s * c * pq + s * s * qq);
  a.set(q, q, s * s * pp + 2.0 * s * c * pq + c * c * qq);
  a.set(p, q, 0.0);
}

}  // namespace

bool SymmetricMatrix::is_finite() const noexcept {
  return std::all_of(values_.begin(), values_.end(), [](double v) { return std::isfinite(v); });
}

void SymmetricMatrix::multiply(std::span<const double> v, std::span<double> out) const noexcept {
  for (std::size_t row = 0; row < size_; ++row) {
    double sum = 0.0;
    for (std::size_t column = 0; column < size_; ++column) {
      sum += (*this)(row, column) * v[column];
    }
    out[row] = sum;
  }
}

Eigen eigen_of(const SymmetricMatrix& matrix) {
  TILL_ASSERT(matrix.is_finite(), "eigen_of: an element is not finite");
  const std::size_t n = matrix.size();
  SymmetricMatrix a = matrix;
  std::vector<std::vector<double>> vectors(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    vectors[i][i] = 1.0;
  }
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    bool is_diagonal = true;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        // Where adding it to both diagonal elements changes neither, an element is zero.
        const double smaller = std::min(std::abs(a(p, p)), std::abs(a(q, q)));
        if (smaller + std::abs(a(p, q)) == smaller) {
          a.set(p, q, 0.0);
          continue;
        }
        is_diagonal = false;
        const Rotation rotation = rotation_for(a, p, q);
        rotate(a, p, q, rotation);
        for (std::size_t k = 0; k < n; ++k) {
          const double vp = vectors[p][k];
          const double vq = vectors[q][k];
          vectors[p][k] = rotation.cosine * vp - rotation.sine * vq;
          vectors[q][k] = rotation.sine * vp + rotation.cosine * vq;
        }
      }
    }
    if (is_diagonal) {
      break;
    }
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(
      order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a(i, i) < a(j, j); });
  Eigen eigen;
  for (const std::size_t i : order) {
    eigen.values.push_back(a(i, i));
    eigen.vectors.push_back(std::move(vectors[i]));
  }
  return eigen;
}

SymmetricMatrix inverse_of(const Eigen& eigen) {
  const std::size_t n = eigen.values.size();
  SymmetricMatrix inverse(n);
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      double sum = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        sum += eigen.vectors[k][row] * eigen.vectors[k][column] / eigen.values[k];
      }
      inverse.set(row, column, sum);
    }
  }
  return inverse;
}

}  // namespace till::math
