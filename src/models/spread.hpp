/// \file
/// Spread: the negative binomial around a guess, learned from guesses of the past.
///
/// Layer:   models (private).
#pragma once

#include <string_view>
#include <vector>

#include "till/core/result.hpp"
#include "till/models/baselines.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// Guesses of past months and what came; equally many.
struct Past {
  std::vector<double> guesses;
  std::vector<double> counts;
};

/// Fits a spread by maximum likelihood, with weak priors: x = (ln shape at 1, slope, ln floor).
///
/// \param who  begins the message of an error. Errors: `Cancelled`.
[[nodiscard]] Result<Spread> fit_spread(std::string_view who,
                                        const Past& past,
                                        const Computation& computation);

/// Returns the negative binomial around a guess.
///
/// \param exposure  of what is guessed: the floor is of whole months, as is what the spread was
///                  fitted to.
[[nodiscard]] CountPart around(double guess, const Spread& spread, double exposure) noexcept;

/// Returns a spread as a state, and makes it of one again. Errors: `CorruptFile`.
[[nodiscard]] State save(const Spread& spread);
[[nodiscard]] Result<Spread> load_spread(const State& state);

}  // namespace till::models
