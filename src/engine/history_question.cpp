#include "history_question.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include "shared_parameters.hpp"
#include "wording.hpp"

namespace till::engine {

Parameter calibration_end_parameter() {
  return {.name = "calibration_end",
          .help =
              "The last day that counts, included, as papers say it: by --transaction day, T then "
              "ends at this day's start. Instead of --as-of.",
          .placeholder = "DATE",
          .otherwise = "--as-of"};
}

Parameter time_unit_parameter() {
  return {.name = "time_unit",
          .help =
              "The unit of recency, T and all rates. A month is the calendar's mean, 30.4 days. Of "
              "bg_bb: "
              "one occasion, of the calendar; a week begins on Monday."};
}

Parameter purchase_parameter() {
  return {.name = "transaction",
          .help =
              "What one purchase is: day (the rows of one customer on one day, as papers count), "
              "timestamp (at one instant), row (every row of the log), or a column whose value the "
              "rows share, such as InvoiceNo.",
          .placeholder = "day|timestamp|row|COLUMN"};
}

Parameter fit_transaction_parameter() {
  Parameter parameter = purchase_parameter();
  parameter.otherwise = "day; row where the model is to forecast";
  return parameter;
}

double days_of(TimeUnit unit) noexcept {
  switch (unit) {
    case TimeUnit::Day:
      return 1.0;
    case TimeUnit::Week:
      return history::kDaysPerWeek;
    case TimeUnit::Month:
      return history::kDaysPerMonth;
    case TimeUnit::Year:
      return history::kDaysPerYear;
  }
  return 1.0;
}

Period::Unit occasion_unit(TimeUnit unit) noexcept {
  switch (unit) {
    case TimeUnit::Day:
      return Period::Unit::Day;
    case TimeUnit::Week:
      return Period::Unit::Week;
    case TimeUnit::Month:
      return Period::Unit::Month;
    case TimeUnit::Year:
      return Period::Unit::Year;
  }
  return Period::Unit::Day;
}

Instant Histories::end() const {
  return history::histories_end(options);
}

double Histories::units_until(Instant until) const {
  return options.occasion ? history::occasions_between(options, end(), until)
                          : static_cast<double>(until.micros - end().micros) /
                                (static_cast<double>(kMicrosPerDay) * options.days_per_unit);
}

models::FitOptions fit_options(const Session& session) {
  models::FitOptions options;
  const auto threads = static_cast<std::int32_t>(
      std::min<std::int64_t>(session.options().threads, std::int64_t{1} << 10));
  options.threads =
      threads > 0 ? threads
                  : std::max(1, static_cast<std::int32_t>(std::thread::hardware_concurrency()));
  options.cancelled = [&session] { return session.cancelled(); };
  return options;
}

Result<models::FitReport> fit_model(const ModelEntry& model,
                                    const Histories& histories,
                                    const Session& session) {
  return models::fit(
      model.history->likelihood, history::view(histories.customers), fit_options(session));
}

std::vector<Prediction> predict_each(const ModelEntry& model,
                                     std::span<const double> parameters,
                                     const Histories& histories,
                                     double horizon,
                                     const Session& session) {
  const PurchaseHistories all = history::view(histories.customers);
  std::vector<Prediction> predictions(all.size());
  const auto threads = static_cast<std::size_t>(fit_options(session).threads);
  constexpr std::size_t kFewest = 1000;  // less is done before a thread has started
  const std::size_t share = std::max(kFewest, (all.size() + threads - 1) / threads);
  std::vector<std::jthread> workers;
  for (std::size_t first = 0; first < all.size(); first += share) {
    const std::size_t count = std::min(share, all.size() - first);
    workers.emplace_back([=, &model, &all, &predictions] {
      model.history->predict(parameters,
                             all.part(first, count),
                             horizon,
                             std::span(predictions).subspan(first, count));
    });
  }
  workers.clear();  // waits for them
  return predictions;
}

std::vector<std::string> history_warnings(const Histories& histories) {
  const history::CustomerHistories& customers = histories.customers;
  std::vector<std::string> warnings;
  if (customers.without_age > 0) {
    warnings.push_back(count_of(customers.without_age, "customer was", "customers were") +
                       (histories.options.occasion ? " first seen at the last occasion and "
                                                   : " first seen on the last day and ") +
                       (customers.without_age == 1 ? "is" : "are") + " left out.");
  }
  if (customers.at_one_instant > 0) {
    warnings.push_back(count_of(customers.at_one_instant, "customer", "customers") +
                       " made several purchases, all at one instant; they count as one "
                       "(say --transaction timestamp or day to count so for all).");
  }
  // One in seven last purchases falls on the weekday of the first by chance; among a hundred, two
  // in seven are four standard deviations more.
  constexpr std::int64_t kEnoughRepeaters = 100;
  if (histories.options.occasion) {
    return warnings;
  }
  std::int64_t repeaters = 0;
  std::int64_t whole_weeks = 0;
  for (std::size_t i = 0; i < customers.x.size(); ++i) {
    if (customers.x[i] > 0.0) {
      const double days = std::round(customers.t_x[i] * histories.options.days_per_unit);
      ++repeaters;
      whole_weeks += days > 0.0 && std::fmod(days, history::kDaysPerWeek) == 0.0 ? 1 : 0;
    }
  }
  if (repeaters >= kEnoughRepeaters && 7 * whole_weeks > 2 * repeaters) {
    warnings.push_back("Purchases heap on weekdays: " + grouped(whole_weeks) + " of " +
                       count_of(repeaters, "repeat buyer") +
                       " last bought on the weekday of their first purchase, where chance has one "
                       "in seven; the models take any day for equally likely.");
  }
  return warnings;
}

}  // namespace till::engine
