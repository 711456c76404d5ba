/// \file
/// Likelihoods: each model of the family, as the fit sees it.
///
///     TILL_ASSIGN(const FitReport report, fit(likelihood_of(BgNbd{}), histories));
///     const BgNbd model = fitted_model(BgNbd{}, report);
///
/// The parameters of the model that is handed over do not matter; what is not estimated, such as
/// the k of a CNBD model, does.
///
/// Layer:   models (core, math).   Threads: pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "till/models/bg_bb.hpp"
#include "till/models/bg_cnbd.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/buy_till_you_die.hpp"
#include "till/models/fit.hpp"
#include "till/models/ggom_nbd.hpp"
#include "till/models/mbg_cnbd.hpp"
#include "till/models/mbg_cnbd_mixture.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

/// Returns the likelihood of a model, with its special cases: one rate for all customers; one
/// chance to leave for all; nobody leaves.
[[nodiscard]] Likelihood likelihood_of(const Nbd& model);
[[nodiscard]] Likelihood likelihood_of(const ParetoNbd& model);
[[nodiscard]] Likelihood likelihood_of(const BgNbd& model);
[[nodiscard]] Likelihood likelihood_of(const MbgNbd& model);
[[nodiscard]] Likelihood likelihood_of(const BgCnbd& model);
[[nodiscard]] Likelihood likelihood_of(const MbgCnbd& model);
[[nodiscard]] Likelihood likelihood_of(const GgomNbd& model);
/// Of histories by occasion. Special cases: one chance to buy for all customers, and so on.
[[nodiscard]] Likelihood likelihood_of(const BgBb& model);

/// Returns the likelihood of a mixture over k; of its special cases, all k are 1, or all are 2.
[[nodiscard]] Likelihood likelihood_of(const MbgCnbdMixture& model);

/// Returns a model with the parameters that a fit found. \pre report.is_usable().
template <BuyTillYouDieModel M>
[[nodiscard]] M fitted_model(const M& model, const FitReport& report) {
  constexpr std::size_t kSize = M::kParameters.size();
  return model.with(std::span<const double, kSize>(report.parameters.data(), kSize));
}

}  // namespace till::models
