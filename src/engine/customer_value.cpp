#include "customer_value.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "panel_question.hpp"
#include "wording.hpp"

#include "till/models/gamma_gamma.hpp"

namespace till::engine {

namespace {

/// Customers of whom the spend model learns: those who bought again, and spent something.
struct Spenders {
  std::vector<double> monetary_value;
  std::vector<double> frequency;
  std::int64_t left_out = 0;  ///< Bought again, and spent nothing or less.
};

Spenders spenders_of(const history::CustomerSpend& spend) {
  Spenders spenders;
  for (std::size_t i = 0; i < spend.purchases.size(); ++i) {
    if (spend.monetary_value[i] > 0.0) {
      spenders.monetary_value.push_back(spend.monetary_value[i]);
      spenders.frequency.push_back(spend.purchases[i]);
    } else if (spend.purchases[i] > 0.0) {
      ++spenders.left_out;
    }
  }
  return spenders;
}

CustomerValue unknown(std::string because) {
  CustomerValue value;
  value.unknown_because = std::move(because);
  return value;
}

std::optional<double> finite(double v) {
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

void add_warnings(CustomerValue& value, const Spenders& spenders) {
  constexpr double kCorrelated = 0.3;
  for (const std::string& finding : value.spend.findings) {
    value.warnings.push_back("Of what customers spend: " + finding);
  }
  std::ranges::copy(value.spend.warnings, std::back_inserter(value.warnings));
  if (spenders.left_out > 0) {
    value.warnings.push_back(count_of(spenders.left_out, "customer") +
                             " who bought again spent nothing or less in all; what customers "
                             "spend is learned from the others.");
  }
  const bool is_telling = spenders.frequency.size() >= 50 && value.correlation &&
                          std::abs(*value.correlation) > kCorrelated;
  if (is_telling) {
    value.warnings.push_back(
        "Who buys more often spends " + std::string(*value.correlation > 0.0 ? "more" : "less") +
        " on a purchase (correlation " + number(std::round(100.0 * *value.correlation) / 100.0) +
        "), which the spend model does not know: values are less sure than they look.");
  }
}

}  // namespace

Object CustomerValue::facts(double total) const {
  if (!is_known()) {
    return {{"clv", Value()}, {"clv_unknown_because", unknown_because}};
  }
  List rows;
  for (const models::Estimate& estimate : spend.estimates) {
    rows.emplace_back(Object{{"parameter", estimate.name},
                             {"estimate", finite_value(estimate.value)},
                             {"standard_error", finite_value(estimate.standard_error)},
                             {"lower", finite_value(estimate.lower)},
                             {"upper", finite_value(estimate.upper)}});
  }
  return {{"clv", finite_value(total)},
          {"spend_log_likelihood", finite_value(spend.log_likelihood)},
          {"spend_learned_from", std::llround(spend.customers)},
          {"spend_frequency_correlation", correlation ? Value(*correlation) : Value()},
          {"gamma_gamma", std::move(rows)}};
}

Result<CustomerValue> customer_value(const Session& session,
                                     log::Log& log,
                                     const Histories& histories,
                                     const ValuedPurchases& purchases) {
  if (!log.has_amount()) {
    return unknown("the log has no amounts");
  }
  TILL_ASSIGN(const history::CustomerSpend spend,
              history::customer_spend(log, histories.options, histories.customers));
  const Spenders spenders = spenders_of(spend);
  if (spenders.frequency.empty()) {
    return unknown("nobody who bought again is known to have spent anything");
  }
  const models::SpendHistories known{spenders.monetary_value, spenders.frequency};
  CustomerValue value;
  TILL_ASSIGN(value.spend, models::fit(models::GammaGamma{}, known, fit_options(session)));
  if (!value.spend.is_usable()) {
    return unknown("the fit of the Gamma-Gamma is not usable: " + value.spend.message);
  }
  value.correlation = models::correlation_with_frequency(known);
  add_warnings(value, spenders);
  const double units_per_year = history::kDaysPerYear / histories.options.days_per_unit;
  const models::GammaGamma model =
      models::GammaGamma{}.with(std::span<const double, 3>(value.spend.parameters.data(), 3));
  std::vector<double> transactions(spend.purchases.size());
  purchases.model.discount_transactions(purchases.parameters,
                                        history::view(histories.customers),
                                        purchases.horizon,
                                        std::log1p(purchases.discount_rate) / units_per_year,
                                        transactions);
  value.expected_spend.reserve(transactions.size());
  value.clv.reserve(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    // Who got back as much as they spent, or more, counts as spending nothing.
    const double mean = std::max(spend.monetary_value[i], 0.0);
    const double spent = models::conditional_expected_spend(model, mean, spend.purchases[i]);
    value.expected_spend.push_back(finite(spent));
    value.clv.push_back(finite(spent * transactions[i]));
  }
  return value;
}

}  // namespace till::engine
