/// \file
/// Draws from the distributions that the models' hidden rates have.
///
/// Layer:   math (core).   Threads: one Rng per thread.
/// Sources: [MT00] -- keys resolve in docs/references.md.
#pragma once

#include "till/core/rng.hpp"

namespace till::math {

/// Returns an exponential variable of mean 1; > 0.
[[nodiscard]] double draw_exponential(Rng& rng) noexcept;

/// Returns a standard normal variable (polar method).
[[nodiscard]] double draw_normal(Rng& rng) noexcept;

/// Returns log G for G ~ Gamma(shape, rate 1) [MT00]: for a small shape G itself is often below the
/// smallest double. \pre shape > 0.
[[nodiscard]] double draw_log_gamma(double shape, Rng& rng) noexcept;

/// Returns log(P / (1 - P)) for P ~ Beta(a, b). \pre a, b > 0.
[[nodiscard]] double draw_beta_logit(double a, double b, Rng& rng) noexcept;

}  // namespace till::math
