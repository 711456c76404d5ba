/// \file
/// Symmetric matrices of a few rows: eigenvalues and eigenvectors, for Hessians and covariances.
///
///     SymmetricMatrix hessian(2);
///     hessian.set(0, 1, -0.5);
///     const Eigen eigen = eigen_of(hessian);   // eigen.values ascend
///
/// Layer:   math (core).   Threads: plain data.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace till::math {

/// A symmetric matrix of `size` rows, zero at first.
class SymmetricMatrix {
 public:
  SymmetricMatrix() = default;

  explicit SymmetricMatrix(std::size_t size) : size_(size), values_(size * size, 0.0) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] double operator()(std::size_t row, std::size_t column) const noexcept {
    return values_[row * size_ + column];
  }

  /// Sets an element and its mirror image.
  void set(std::size_t row, std::size_t column, double value) noexcept {
    values_[row * size_ + column] = value;
    values_[column * size_ + row] = value;
  }

  /// Returns whether every element is a finite number.
  [[nodiscard]] bool is_finite() const noexcept;

  /// Writes the product with a vector. \param v, out  length size(); not the same memory.
  void multiply(std::span<const double> v, std::span<double> out) const noexcept;

 private:
  std::size_t size_ = 0;
  std::vector<double> values_;
};

/// Eigenvalues in ascending order, each with its eigenvector of length 1.
struct Eigen {
  std::vector<double> values;
  std::vector<std::vector<double>> vectors;
};

/// Returns the eigenvalues and eigenvectors of a matrix, by Jacobi rotations.
///
/// \pre Every element is finite.
/// Accuracy: eigenvalues to a few rounding errors of the largest. Cost: O(size^3), some sweeps.
[[nodiscard]] Eigen eigen_of(const SymmetricMatrix& matrix);

/// Returns the inverse put together from eigenvalues and eigenvectors.
///
/// \pre No eigenvalue is zero.
[[nodiscard]] SymmetricMatrix inverse_of(const Eigen& eigen);

}  // namespace till::math
