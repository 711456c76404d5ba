/// \file
/// SummedLikelihood: the function a fit minimises, over cells, on several threads.
///
/// Layer:   models (private).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cells.hpp"

#include "till/models/fit.hpp"

namespace till::models {

/// Minus the log-likelihood of cells, and the penalty on the ratios of covariates. The sum is over
/// fixed chunks in fixed order, so that the number of threads changes no bit of it.
class SummedLikelihood {
 public:
  /// \pre Likelihood and cells outlive this.
  SummedLikelihood(const Likelihood& likelihood, const Cells& cells, std::int32_t threads);

  /// Returns minus the log-likelihood and writes its gradient; NaN where a chunk is not finite.
  double operator()(std::span<const double> log_parameters, std::span<double> gradient) const;

 private:
  const Likelihood* likelihood_;
  const Cells* cells_;
  std::size_t threads_;
};

}  // namespace till::models
