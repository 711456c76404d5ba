#include "till/math/symmetric.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::math {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

SymmetricMatrix random_matrix(std::size_t size, Rng& rng) {
  SymmetricMatrix matrix(size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      matrix.set(i, k, std::exp(8.0 * rng.uniform() - 4.0) - 1.0);
    }
  }
  return matrix;
}

TEST(Symmetric, EigenvaluesAscend) {
  SymmetricMatrix matrix(2);
  matrix.set(0, 0, 2.0);
  matrix.set(1, 1, 2.0);
  matrix.set(0, 1, 1.0);
  EXPECT_THAT(eigen_of(matrix).values, ElementsAre(DoubleNear(1.0, 1e-15), DoubleNear(3.0, 1e-15)));
}

TEST(Symmetric, AMatrixStretchesItsEigenvectorsAndTurnsNone) {
  Rng rng(5);
  for (std::size_t size = 1; size <= 7; ++size) {
    const SymmetricMatrix matrix = random_matrix(size, rng);
    const Eigen eigen = eigen_of(matrix);
    for (std::size_t k = 0; k < size; ++k) {
      std::vector<double> image(size);
      matrix.multiply(eigen.vectors[k], image);
      for (std::size_t i = 0; i < size; ++i) {
        EXPECT_NEAR(image[i], eigen.values[k] * eigen.vectors[k][i], 1e-12);
      }
    }
  }
}

TEST(Symmetric, TheInverseTimesTheMatrixIsOne) {
  Rng rng(6);
  const SymmetricMatrix matrix = random_matrix(5, rng);
  const SymmetricMatrix inverse = inverse_of(eigen_of(matrix));
  for (std::size_t i = 0; i < 5; ++i) {
    std::vector<double> unit(5, 0.0);
    unit[i] = 1.0;
    std::vector<double> column(5);
    matrix.multiply(unit, column);
    std::vector<double> back(5);
    inverse.multiply(column, back);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(back[k], unit[k], 1e-11);
    }
  }
}

TEST(Symmetric, WhatIsNotFiniteIsSeen) {
  SymmetricMatrix matrix(2);
  EXPECT_TRUE(matrix.is_finite());
  matrix.set(1, 0, NAN);
  EXPECT_FALSE(matrix.is_finite());
}

}  // namespace
}  // namespace till::math
