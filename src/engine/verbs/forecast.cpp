#include "till/engine/forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "features_file.hpp"
#include "model_registry.hpp"
#include "panel_question.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/forecast.hpp"
#include "till/core/nearest.hpp"
#include "till/models/customer_forecast.hpp"
#include "till/models/forecast_total.hpp"
#include "till/models/new_customers.hpp"
#include "till/models/quantiles.hpp"

namespace till::engine {

template <>
struct Words<ForecastPlot> {
  static constexpr std::array kAll = {std::pair{"total", ForecastPlot::Total},
                                      std::pair{"customer", ForecastPlot::Customer},
                                      std::pair{"importance", ForecastPlot::Importance},
                                      std::pair{"members", ForecastPlot::Members}};
};

namespace {

constexpr std::string_view kName = "forecast";
constexpr std::int64_t kMostCounts = 1000;  // of a customer's distribution, in the summary

/// Returns the names of all models, for help.
std::string model_names() {
  std::vector<std::string> names;
  for (const ModelEntry* model : forecasters()) {
    names.push_back(model->name);
  }
  return enumerated(names);
}

const Fields<ForecastOptions>& fields() {
  static const Fields<ForecastOptions> kFields = {
      field(&ForecastOptions::month,
            {.name = "month",
             .help = "The month to forecast. Nothing at or after its start is read.",
             .placeholder = "YYYY-MM",
             .otherwise = "the month after the last transaction"}),
      field(&ForecastOptions::period, as_fitted(period_parameter(), "1mo")),
      field(
          &ForecastOptions::as_of,
          {.name = "as_of",
           .help = "The moment the question is asked at: only what happened before it counts. What "
                   "is forecast is the month that begins then or next, or --month; with a "
                   "--period of days, those from the start of its day on.",
           .placeholder = "TIME",
           .otherwise = "the month's start"}),
      field(&ForecastOptions::model,
            {.name = "model",
             .help = "Which model forecasts: " + model_names() +
                     ". auto is the ensemble: the others, weighed by how well each forecast "
                     "the last months of this log.",
             .placeholder = "NAME"}),
      field(&ForecastOptions::model_file,
            model_file_parameter(
                "Forecast with a model that `till fit --out FILE.till` kept, as it was fitted, "
                "instead of fitting one. The log may have grown since: what came is taken in, what "
                "was learned stays. The log is read as it was then.")),
      field(&ForecastOptions::effort, effort_parameter()),
      field(
          &ForecastOptions::customer,
          {.name = "customer",
           .help = "Only this customer, with all months of its past and how likely each count is.",
           .placeholder = "ID",
           .otherwise = "all customers"}),
      field(
          &ForecastOptions::plot,
          {.name = "plot",
           .help = "What --chart draws: the past by month and the total expected next (total), the "
                   "same of one customer, and how likely each count is (customer; the first of the "
                   "rows where --customer is not said), the features that decide (importance; of "
                   "models with trees), or what the members of the ensemble count for (members).",
           .otherwise = "total; customer where --customer is said"}),
      field(&ForecastOptions::features, features_parameter()),
      field(&ForecastOptions::holidays, holidays_parameter()),
      field(&ForecastOptions::time_zone, time_zone_parameter()),
      field(&ForecastOptions::transaction, as_fitted(transaction_parameter(), "row")),
      field(&ForecastOptions::returns, as_fitted(returns_parameter(), "count")),
      field(&ForecastOptions::limit, limit_parameter()),
  };
  return kFields;
}

struct Row {
  std::size_t customer;  ///< Of the panel.
  double mean;
};

/// Returns customers from the highest mean down, equal ones by id.
std::vector<Row> order_of(const models::Forecast& forecast, const std::vector<std::string>& ids) {
  std::vector<Row> rows(forecast.customers());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = {i, forecast.distribution(i).mean()};
  }
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    return a.mean != b.mean ? a.mean > b.mean : ids[a.customer] < ids[b.customer];
  });
  return rows;
}

void add_rows(Answer& answer,
              const models::Forecast& forecast,
              const std::vector<std::string>& ids,
              const std::vector<Row>& rows,
              std::int32_t threads) {
  const auto add = [&]<typename Column>(std::string name,
                                        const auto& value,
                                        std::type_identity<Column> /*kind*/,
                                        TableColumn::Display display) {
    add_column(answer.rows,
               std::move(name),
               column_of<Column>(rows, [&](const Row& row) { return value(row); }),
               display);
  };
  using Display = TableColumn::Display;
  const std::type_identity<IntegerColumn> integers;
  const std::type_identity<RealColumn> reals;
  constexpr std::array kLevels = {0.5, 0.05, 0.25, 0.75, 0.95};  // in the order of the columns
  std::vector<std::size_t> customers;
  customers.reserve(rows.size());
  std::ranges::transform(rows, std::back_inserter(customers), &Row::customer);
  const std::vector<std::int64_t> counts = models::quantiles(forecast, customers, kLevels, threads);
  const auto quantile = [&](std::size_t level) {
    return [&, level](const Row& row) {
      const auto i = static_cast<std::size_t>(&row - rows.data());
      return counts[i * kLevels.size() + level];
    };
  };
  add(
      "customer_id",
      [&](const Row& row) { return ids[row.customer]; },
      std::type_identity<TextColumn>(),
      Display::Plain);
  add("expected_transactions", [](const Row& row) { return row.mean; }, reals, Display::Plain);
  add("median", quantile(0), integers, Display::Plain);
  add("q05", quantile(1), integers, Display::Plain);
  add("q25", quantile(2), integers, Display::Plain);
  add("q75", quantile(3), integers, Display::Plain);
  add("q95", quantile(4), integers, Display::Plain);
  add(
      "probability_zero",
      [&](const Row& row) { return forecast.distribution(row.customer).probability_zero(); },
      reals,
      Display::Share);
  add(
      "probability_alive",
      [&](const Row& row) -> std::optional<double> {
        return forecast.probability_alive.empty()
                   ? std::nullopt
                   : std::optional(forecast.probability_alive[row.customer]);
      },
      reals,
      Display::Share);
}

/// Returns the place of a customer among ids. Errors: `NotFound`.
Result<std::size_t> place_of(const std::string& customer,
                             const std::vector<std::string>& ids,
                             const PanelMonth& month) {
  const auto found = std::ranges::find(ids, customer);
  if (found == ids.end()) {
    return Error{ErrorCode::NotFound,
                 "forecast: --customer is " + in_quotes(customer) +
                     ", but must be a customer seen before " + to_string(month),
                 did_you_mean(nearest(customer, ids), "till activity lists customers")};
  }
  return static_cast<std::size_t>(found - ids.begin());
}

/// Says whether a fitted model has what is to be drawn.
Result<void> check_plot(ForecastPlot plot,
                        const std::string& model,
                        const FittedForecaster& fitted) {
  const auto lacks = [&](std::string_view word, std::string_view what) {
    return Error{ErrorCode::Unsupported,
                 "forecast: --plot is " + std::string(word) + ", but " + model + " has no " +
                     std::string(what),
                 "--model auto has"};
  };
  if (plot == ForecastPlot::Importance && !fitted.feature_gains) {
    return lacks("importance", "trees");
  }
  if (plot == ForecastPlot::Members && fitted.members.empty()) {
    return lacks("members", "members");
  }
  return {};
}

/// What the summary says of one customer.
void add_customer(Object& summary, const models::CustomerForecast& customer) {
  List history;
  for (const models::PastMonth& past : customer.past) {
    history.emplace_back(Object{{"month", to_string(past.month)},
                                {"transactions", past.transactions},
                                {"is_whole", past.is_whole}});
  }
  summary.push_back({"history", std::move(history)});
  const models::CountDistribution counts = customer.distribution();
  const std::int64_t last = std::min(counts.quantile(0.9999), kMostCounts - 1);
  List distribution;
  for (std::int64_t k = 0; k <= last; ++k) {
    distribution.emplace_back(Object{{"transactions", k}, {"probability", counts.pmf(k)}});
  }
  summary.push_back({"distribution", std::move(distribution)});
}

/// What is forecast, and from when on nothing is known.
struct Asked {
  Instant cutoff;
  PanelMonth month;
};

/// Errors: `InvalidArgument` where a month of the calendar is said beside a period of days.
Result<Asked> asked_of(const ForecastOptions& options,
                       const log::Log& log,
                       const TimeZone& zone,
                       std::int32_t month_days) {
  if (month_days > 0) {
    TILL_TRY(check_no_month(kName, "month", options.month, month_days, "say --as-of with a date"));
    const Instant cutoff = end_of_whole_months(log, options.as_of, zone, month_days);
    return Asked{cutoff, {zone.local(cutoff).date, month_days}};
  }
  const Instant now{options.as_of.value_or(log.end()).micros - 1};
  const Month month = options.month.value_or(add_months(month_of(now, zone), 1));
  const Instant known = known_before(log, month, zone);
  return Asked{options.as_of ? std::min(*options.as_of, known) : known, month};
}

/// Returns the picture that was asked for. `first` is the customer of the first row.
std::function<charts::Chart()> picture_of(ForecastPlot plot,
                                          const Panel& panel,
                                          const models::ForecastTarget& target,
                                          const models::Forecast& made,
                                          const FittedForecaster& fitted,
                                          const Row& first,
                                          const std::vector<std::string>& ids,
                                          const std::string& model,
                                          const charts::Context& context) {
  switch (plot) {
    case ForecastPlot::Total:
      break;
    case ForecastPlot::Customer:
      return [customer = models::customer_forecast(panel, target, made, first.customer),
              id = ids[first.customer],
              model,
              context] { return charts::forecast_customer(customer, id, model, context); };
    case ForecastPlot::Importance:
      return [gains = fitted.feature_gains(), model, context] {
        return charts::forecast_importance(gains, model, context);
      };
    case ForecastPlot::Members:
      return [members = fitted.members, model, context] {
        return charts::forecast_members(members, model, context);
      };
  }
  return [total = models::forecast_total(panel, target, made), model, context] {
    return charts::forecast_total(total, model, context);
  };
}

std::string title_of(const std::string& id,
                     const models::CountDistribution& counts,
                     const PanelMonth& month) {
  return id + " will make about " + count_of(std::llround(counts.mean()), "transaction") + " in " +
         describe(month) + "; nine of ten times " + std::to_string(counts.quantile(0.05)) + " to " +
         std::to_string(counts.quantile(0.95)) + ".";
}

std::string title_of(const std::vector<Row>& rows, double expected, const PanelMonth& month) {
  const std::int64_t rounded = std::llround(expected);
  return count_of(static_cast<std::int64_t>(rows.size()), "customer") + " will make about " +
         count_of(rounded, "transaction") + " in " + describe(month) + ".";
}

/// Tells all transactions of the month, those of new customers among them, and of months to compare
/// with; null where the log does not cover one from its start to its end.
void add_total(Object& summary, const models::ForecastTotal& total) {
  const models::CountDistribution all({&total.expected, 1});
  const auto past = [&](std::int32_t months_before) {
    const auto month = std::ranges::find(
        total.past, add_months(total.first, -months_before), &models::PastMonth::month);
    return month == total.past.end() || !month->is_whole || month == total.past.begin()
               ? Value()
               : Value(month->transactions);
  };
  summary.push_back({"total_expected_transactions", all.mean()});
  summary.push_back({"total_q05", all.quantile(0.05)});
  summary.push_back({"total_q95", all.quantile(0.95)});
  summary.push_back({"month_before_transactions", past(1)});
  summary.push_back({"year_before_transactions", past(months_per_year(total.first))});
}

}  // namespace

Verb forecast_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How many transactions each customer will make next month",
       .description =
           "Fits a model to what happened before the month and gives each customer seen until then "
           "a distribution: its mean, median and quantiles, the probability of no transaction at "
           "all, and, where the model knows it, of still being a customer. Half of the customers "
           "should end between q25 and q75, nine of ten between q05 and q95; counts are whole, so "
           "it may be a few more.\n\n"
           "Customers who come for the first time are in no row: what they are expected to make "
           "together is in the summary.",
       .examples = {{"till forecast shop.duckdb", "The month after the last transaction."},
                    {"till forecast shop.duckdb --month 2019-06 --model mean_of_12_months",
                     "What the last twelve months alone would make one expect of June."},
                    {"till forecast shop.duckdb --model-file shop.till",
                     "With a model that was fitted before."},
                    {"till forecast shop.duckdb --chart next.svg",
                     "The past by month, and what is expected with its bands."},
                    {"till forecast shop.duckdb --customer C030 --chart C030.svg",
                     "One customer: its past by month, and how likely each count is."},
                    {"till forecast shop.duckdb --period 28d",
                     "The four weeks after the log's last day."},
                    {"till forecast jan.csv feb.csv --format csv --out next.csv",
                     "Every customer, straight from log files."}},
       .draws = true},
      fields(),
      &forecast);
}

Result<Answer> forecast(Session& session, const ForecastOptions& options) {
  std::optional<SavedForecaster> saved;
  if (!options.model_file.empty()) {
    if (!options.features.empty() || !options.holidays.empty()) {
      return Error{ErrorCode::InvalidArgument,
                   "forecast: --" +
                       std::string(options.features.empty() ? "holidays" : "features") +
                       " is said beside --model-file, but the model has its own",
                   "leave it out, or fit a model with it"};
    }
    TILL_ASSIGN(saved, read_forecaster(kName, options.model_file));
  }
  TILL_ASSIGN(const ModelEntry* named,
              forecaster_named(kName, saved ? saved->file.model : options.model));
  const ModelEntry* const model = saved ? named : with_effort(named, options.effort);
  TILL_ASSIGN(log::Log * log, session.log());
  ForecastOptions resolved = options;
  TimeZone zone = question_zone(session, *log, options.time_zone);
  log::Counting counted;
  if (saved) {
    TILL_ASSIGN(
        SavedReading reading,
        saved_reading(
            kName, *log, saved->file, options.time_zone, options.transaction, options.returns));
    zone = std::move(reading.zone);
    counted = std::move(reading.counting);
    resolved.transaction = saved->file.transaction;
    resolved.returns = saved->file.returns;
  } else {
    resolved.transaction = options.transaction.empty() ? "row" : options.transaction;
    resolved.returns = options.returns.value_or(log::Counting::Returns::Count);
    TILL_ASSIGN(counted, counting(*log, kName, resolved.transaction, *resolved.returns));
  }
  resolved.time_zone = zone;
  resolved.model = model->name;
  TILL_ASSIGN(const std::int32_t month_days,
              saved ? saved_month_days(kName, saved->file, options.period)
                    : month_days_of(kName, options.period.value_or(period_of(0))));
  resolved.period = period_of(month_days);
  TILL_ASSIGN(const Asked asked, asked_of(options, *log, zone, month_days));
  const PanelMonth& month = asked.month;
  if (month.is_calendar()) {
    resolved.month = Month{month.first.year, month.first.month};
  }
  resolved.plot = options.plot.value_or(options.customer.empty() ? ForecastPlot::Total
                                                                 : ForecastPlot::Customer);

  history::PanelOptions question{asked.cutoff, zone, counted};
  question.month_days = month_days;
  if (saved) {
    TILL_ASSIGN(question.features, features_of(saved->file.features, options.model_file));
  } else {
    TILL_TRY(read_into(question, options.features, options.holidays));
  }
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, question));
  if (panel.months() == 0) {
    return Error{ErrorCode::InvalidData,
                 "forecast: month is " + to_string(month) +
                     ", but must begin after a known customer's first transaction",
                 log->source().first
                     ? "the log begins in " + to_string(month_of(*log->source().first, zone))
                     : "the log is empty"};
  }
  TILL_ASSIGN(const models::ForecastTarget target,
              models::target_after(panel, month_range(month, zone), zone));
  TILL_ASSIGN(const std::vector<std::string> ids,
              history::customer_ids(*log, panel.customer_keys()));
  std::size_t only = 0;
  if (!options.customer.empty()) {
    TILL_ASSIGN(only, place_of(options.customer, ids, month));
  }
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const models::Computation computation = computation_of(session);
  TILL_ASSIGN(
      const FittedForecaster fitted,
      saved ? Result<FittedForecaster>(saved->fitted) : model->months->fit(panel, computation));
  TILL_TRY(check_plot(*resolved.plot, resolved.model, fitted));
  TILL_ASSIGN(const models::Forecast made, fitted.forecast(panel, target, computation));
  std::vector<Row> rows = order_of(made, ids);

  double expected = 0.0;
  double active = 0.0;
  for (const Row& row : rows) {
    expected += row.mean;
    active += 1.0 - made.distribution(row.customer).probability_zero();
  }
  const models::ForecastTotal total = models::forecast_total(panel, target, made);
  answer.title = title_of(rows, expected, month);
  answer.total_rows = static_cast<std::int64_t>(rows.size());
  answer.summary = {{"customers", answer.total_rows},
                    {"cutoff", panel.cutoff()},
                    {"months_of_history", static_cast<std::int64_t>(panel.months())},
                    {"expected_transactions", expected},
                    {"expected_active_customers", active}};
  add_total(answer.summary, total);
  if (const std::optional<models::CountPart> part =
          models::new_customer_transactions(panel, target)) {
    const models::CountDistribution newcomers({&*part, 1});
    answer.summary.push_back({"new_customers_expected_transactions", newcomers.mean()});
    answer.summary.push_back({"new_customers_q05", newcomers.quantile(0.05)});
    answer.summary.push_back({"new_customers_q95", newcomers.quantile(0.95)});
  }
  if (!options.customer.empty()) {
    const models::CustomerForecast customer = models::customer_forecast(panel, target, made, only);
    rows = {{only, customer.distribution().mean()}};
    answer.total_rows = 1;
    answer.title = title_of(options.customer, customer.distribution(), month);
    add_customer(answer.summary, customer);
  }
  if (options.limit > 0 && static_cast<std::size_t>(options.limit) < rows.size()) {
    rows.resize(static_cast<std::size_t>(options.limit));
  }
  add_rows(answer, made, ids, rows, computation.threads);
  answer.warnings.insert(answer.warnings.end(), fitted.warnings.begin(), fitted.warnings.end());
  warn_of_unread(answer, options.features, resolved.model, fitted);
  if (saved) {
    std::ranges::move(log_warnings(saved->file, *log, panel), std::back_inserter(answer.warnings));
  }
  if (target.gap.size() > 1) {
    const std::string end = options.as_of ? describe(panel.cutoff(), zone)
                                          : "the log's end, " + describe(log->end(), zone) + ",";
    answer.warnings.push_back("Between " + end + " and " + to_string(month) +
                              " lie months of which nothing is known.");
  }
  answer.chart = picture_of(
      *resolved.plot,
      panel,
      target,
      made,
      fitted,
      rows.front(),
      ids,
      resolved.model,
      chart_context(session, zone, counted, {"before " + describe(panel.cutoff(), zone)}));
  return answer;
}

}  // namespace till::engine
