#include "till/engine/predict.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "covariates_question.hpp"
#include "customer_value.hpp"
#include "history_question.hpp"
#include "model_registry.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/predict.hpp"
#include "till/core/nearest.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "predict";

const Fields<PredictOptions>& fields() {
  static const Fields<PredictOptions> kFields = {
      field(&PredictOptions::model,
            {.name = "model",
             .help = "The model to fit and predict with; `till models` lists them.",
             .placeholder = "MODEL"}),
      field(&PredictOptions::model_file,
            model_file_parameter(
                "Predict with a model that `till fit --out FILE.till` kept, as it was fitted, "
                "instead of fitting one; the log is read as it was then.")),
      field(&PredictOptions::covariates, covariates_parameter()),
      field(&PredictOptions::horizon,
            {.name = "horizon",
             .help =
                 "How far to look ahead from where the data end: a count and a unit (h, d, w, mo, "
                 "y). Months and years are those of the calendar.",
             .placeholder = "PERIOD"}),
      field(&PredictOptions::discount_rate,
            {.name = "discount_rate",
             .help = "By how much money to come is worth less for each year of waiting: 0.1 is 10 "
                     "%. For the value of customers, where the log has amounts.",
             .placeholder = "RATE"}),
      field(
          &PredictOptions::customer,
          {.name = "customer",
           .help = "One customer only, by id; --chart then draws how likely they were to be alive "
                   "since their first purchase.",
           .placeholder = "ID",
           .otherwise = "all customers"}),
      field(&PredictOptions::as_of, as_of_parameter()),
      field(&PredictOptions::calibration_end, calibration_end_parameter()),
      field(&PredictOptions::time_unit, as_fitted(time_unit_parameter(), "week")),
      field(&PredictOptions::time_zone, time_zone_parameter()),
      field(&PredictOptions::transaction, as_fitted(purchase_parameter(), "day")),
      field(&PredictOptions::returns, as_fitted(returns_parameter(), "count")),
      field(&PredictOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// One row of the answer.
struct Row {
  std::int64_t rank = 0;
  std::string customer_id;
  std::int64_t frequency = 0;
  double recency = 0.0;
  double age = 0.0;
  Prediction prediction;
  std::optional<double> expected_spend = {};
  std::optional<double> clv = {};
};

/// Returns all customers, from the most to the least expected transactions; ties by id.
std::vector<Row> ranked(const history::CustomerHistories& customers,
                        const std::vector<Prediction>& predictions,
                        const CustomerValue& value,
                        std::vector<std::string> ids) {
  std::vector<Row> rows(customers.x.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = {0,
               std::move(ids[static_cast<std::size_t>(customers.customer_key[i])]),
               static_cast<std::int64_t>(customers.x[i]),
               customers.t_x[i],
               customers.T[i],
               predictions[i]};
    if (value.is_known()) {
      rows[i].expected_spend = value.expected_spend[i];
      rows[i].clv = value.clv[i];
    }
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    const double most = a.prediction.expected_transactions;
    const double other = b.prediction.expected_transactions;
    return most != other ? most > other : a.customer_id < b.customer_id;
  });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].rank = static_cast<std::int64_t>(i) + 1;
  }
  return rows;
}

charts::AliveTenths tenths_of(const std::vector<Row>& rows) {
  charts::AliveTenths tenths;
  for (const Row& row : rows) {
    const double alive = row.prediction.probability_alive;
    ++tenths.customers[static_cast<std::size_t>(std::clamp(10.0 * alive, 0.0, 9.0))];
    tenths.expected_alive += alive;
  }
  return tenths;
}

/// What one customer's path is made from.
struct Customer {
  const ModelEntry& model;
  const std::vector<double>& parameters;
  std::vector<double> purchases;  ///< In time units from the first; ascending.
  double age = 0.0;
  bool is_by_occasion = false;  ///< All times are whole.
  double segment = 0.0;         ///< Of its covariates.
};

/// Histories of one customer at moments since the first purchase.
class HistoriesThen {
 public:
  explicit HistoriesThen(const Customer& customer) : customer_(customer) {}

  /// \param purchases  how many of them are known.
  void add(double moment, std::size_t purchases) {
    double sum_log_intervals = 0.0;
    for (std::size_t i = 1; i < purchases; ++i) {
      const double interval = customer_.purchases[i] - customer_.purchases[i - 1];
      sum_log_intervals += interval > 0.0 ? std::log(interval) : 0.0;
    }
    const double t_x = customer_.purchases[purchases - 1];
    x_.push_back(t_x > 0.0 ? static_cast<double>(purchases - 1) : 0.0);
    t_x_.push_back(t_x);
    age_.push_back(std::max(moment, t_x));
    sum_log_intervals_.push_back(sum_log_intervals);
  }

  [[nodiscard]] std::vector<charts::AlivePoint> points(double first_day,
                                                       double days_per_unit) const {
    std::vector<Prediction> predictions(x_.size());
    const std::vector<double> segments(x_.size(), customer_.segment);
    customer_.model.history->predict(
        customer_.parameters, {x_, t_x_, age_, {}, sum_log_intervals_, segments}, 0.0, predictions);
    std::vector<charts::AlivePoint> points;
    points.reserve(x_.size());
    for (std::size_t i = 0; i < x_.size(); ++i) {
      points.push_back({first_day + age_[i] * days_per_unit, predictions[i].probability_alive});
    }
    return points;
  }

 private:
  const Customer& customer_;
  std::vector<double> x_;
  std::vector<double> t_x_;
  std::vector<double> age_;
  std::vector<double> sum_log_intervals_;
};

/// Follows a customer: just before and at each purchase, and at moments in between.
charts::AlivePath path_of(const Customer& customer,
                          double first_day,
                          double days_per_unit,
                          double horizon) {
  constexpr double kMoments = 240.0;
  const double step = customer.is_by_occasion ? 1.0 : (customer.age + horizon) / kMoments;
  HistoriesThen seen(customer);
  std::size_t known = 1;
  // At the first moment there is no age yet, and nobody has left.
  double moment = customer.is_by_occasion ? 1.0 : std::min(1e-3 * step, 0.5 * customer.age);
  while (true) {
    const bool is_purchase =
        known < customer.purchases.size() && customer.purchases[known] <= moment;
    if (is_purchase) {
      const double at = customer.purchases[known];
      if (at > 0.0) {
        seen.add(at, known);
      }
      ++known;
      if (at > 0.0) {
        seen.add(at, known);
      }
      continue;
    }
    seen.add(moment, known);
    if (moment >= customer.age) {
      break;
    }
    moment = std::min(moment + step, customer.age);
  }
  HistoriesThen ahead(customer);
  double later = 0.0;
  while (later < horizon) {
    ahead.add(customer.age + later, known);
    later += step;
  }
  ahead.add(customer.age + horizon, known);
  charts::AlivePath path;
  for (const double at : customer.purchases) {
    path.purchases.push_back(first_day + at * days_per_unit);
  }
  path.seen = seen.points(first_day, days_per_unit);
  path.ahead = ahead.points(first_day, days_per_unit);
  return path;
}

}  // namespace

Verb predict_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How many purchases to expect of each customer, and who is still there",
       .description =
           "Fits a model to the log and tells of every customer the chance to be still a customer, "
           "the mean number of purchases within the horizon, and the chance of none; where the log "
           "has amounts, also what a purchase brings and what those within the horizon are worth "
           "now. What a purchase is follows --transaction; recency and T are in the time unit.",
       .examples = {{"till predict shop.duckdb", "The next month of every customer."},
                    {"till predict shop.duckdb --model pareto_nbd --horizon 1y --limit 100",
                     "The hundred best of the next year, by another model."},
                    {"till predict shop.duckdb --customer C030 --chart c030.svg",
                     "One customer, and how likely they were to be alive all along."},
                    {"till predict shop.duckdb --model-file shop.till",
                     "With a model that was fitted before."}},
       .draws = true},
      fields(),
      &predict);
}

Result<Answer> predict(Session& session, const PredictOptions& options) {
  if (!(options.discount_rate >= 0.0)) {
    return Error{
        ErrorCode::InvalidArgument,
        "predict: --discount-rate is " + number(options.discount_rate) + ", but must be at least 0",
        "0.1 is 10 % a year"};
  }
  std::optional<SavedHistoryModel> saved;
  if (!options.model_file.empty()) {
    TILL_ASSIGN(saved, read_history_model(kName, options.model_file));
  }
  TILL_ASSIGN(
      const ModelEntry* model,
      saved ? Result<const ModelEntry*>(saved->model) : history_model_named(kName, options.model));
  if (saved && !options.covariates.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "predict: --covariates and --model-file are both said, but must not be: a saved "
                 "model knows its covariates",
                 "leave --covariates out"};
  }
  TILL_ASSIGN(log::Log * log, session.log());
  PredictOptions resolved = options;
  resolved.model = model->name;
  if (saved) {
    TILL_TRY(saved_reading(kName,
                           *log,
                           saved->file,
                           options.time_zone,
                           options.transaction,
                           options.returns,
                           Codec<std::optional<TimeUnit>>::text(options.time_unit).value_or("")));
    resolved.time_zone = saved->file.zone;
    resolved.transaction = saved->file.transaction;
    resolved.returns = saved->file.returns;
    for (const auto& [word, unit] : Words<TimeUnit>::kAll) {
      resolved.time_unit = saved->file.time_unit == word ? unit : resolved.time_unit;
    }
  } else {
    resolved.transaction = options.transaction.empty() ? "day" : options.transaction;
    resolved.returns = options.returns.value_or(log::Counting::Returns::Count);
  }
  resolved.time_unit = resolved.time_unit.value_or(TimeUnit::Week);
  TILL_ASSIGN(Histories histories, read_histories(kName, session, *log, resolved, *model->history));
  std::optional<Covariates> covariates;
  std::optional<ModelEntry> extended;
  if (saved && !saved->covariates.empty()) {
    TILL_ASSIGN(covariates, covariates_as(kName, *log, saved->covariates, histories.customers));
  } else if (!options.covariates.empty()) {
    TILL_ASSIGN(covariates, covariates_of(kName, *log, options.covariates, histories.customers));
  }
  if (covariates) {
    TILL_ASSIGN(extended, with_covariates(kName, *model, *covariates, 0.0));
    histories.customers.segments = covariates->segments;
    model = &*extended;
  }
  models::FitReport report;
  if (saved) {
    report.parameters = saved->parameters;
    report.log_likelihood = std::numeric_limits<double>::quiet_NaN();
    report.warnings = saved->file.warnings;
    if (saved->file.fingerprint != log->source().fingerprint) {
      report.warnings.push_back(
          "The log is not as it was when the model was fitted: it has grown, or it is another "
          "one.");
    }
  } else {
    TILL_ASSIGN(report, fit_model(*model, histories, session));
  }
  if (!saved && !report.is_usable()) {
    return Error{ErrorCode::InvalidData,
                 "predict: the fit of " + model->name + " is not usable: " + report.message,
                 "try another --model; till models lists them"};
  }
  const Instant end = histories.end();
  const Instant until = add(end, options.horizon, histories.zone);
  const double horizon = histories.units_until(until);
  if (histories.options.occasion && horizon < 1.0) {
    return Error{ErrorCode::InvalidArgument,
                 "predict: --horizon is " + to_string(options.horizon) +
                     ", but must be at least one " + *Codec<TimeUnit>::text(*resolved.time_unit) +
                     ", an occasion of " + model->name,
                 "say a longer --horizon or a shorter --time-unit"};
  }
  const std::vector<Prediction> predictions =
      predict_each(*model, report.parameters, histories, horizon, session);
  TILL_ASSIGN(std::vector<std::string> ids, history::customer_ids(*log));
  std::optional<std::int32_t> customer_key;
  if (options.customer) {
    const auto found = std::ranges::find(ids, *options.customer);
    const auto key = static_cast<std::int32_t>(found - ids.begin());
    if (found == ids.end() || std::ranges::find(histories.customers.customer_key, key) ==
                                  histories.customers.customer_key.end()) {
      return Error{ErrorCode::NotFound,
                   "predict: --customer is " + in_quotes(*options.customer) +
                       ", but must be a customer who bought before " +
                       describe(end, histories.zone),
                   did_you_mean(nearest(*options.customer, ids), "till activity lists customers")};
    }
    customer_key = key;
  }
  TILL_ASSIGN(const CustomerValue value,
              customer_value(session,
                             *log,
                             histories,
                             {*model->history, report.parameters, horizon, options.discount_rate}));
  std::vector<Row> rows = ranked(histories.customers, predictions, value, std::move(ids));
  const charts::AliveTenths tenths = tenths_of(rows);
  if (options.customer) {
    std::erase_if(rows, [&](const Row& row) { return row.customer_id != *options.customer; });
  }

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), histories.zone);
  std::ranges::move(history_warnings(histories), std::back_inserter(answer.warnings));
  if (covariates) {
    std::ranges::copy(covariates->warnings, std::back_inserter(answer.warnings));
  }
  std::ranges::copy(report.findings, std::back_inserter(answer.warnings));
  std::ranges::copy(report.warnings, std::back_inserter(answer.warnings));
  std::ranges::copy(value.warnings, std::back_inserter(answer.warnings));
  add_column(answer.rows, "rank", column_of<IntegerColumn>(rows, &Row::rank));
  add_column(answer.rows, "customer_id", column_of<TextColumn>(rows, &Row::customer_id));
  add_column(answer.rows, "frequency", column_of<IntegerColumn>(rows, &Row::frequency));
  add_column(answer.rows, "recency", column_of<RealColumn>(rows, &Row::recency));
  add_column(answer.rows, "T", column_of<RealColumn>(rows, &Row::age));
  add_column(
      answer.rows,
      "probability_alive",
      column_of<RealColumn>(rows, [](const Row& row) { return row.prediction.probability_alive; }),
      TableColumn::Display::Share);
  add_column(answer.rows, "expected_transactions", column_of<RealColumn>(rows, [](const Row& row) {
               return row.prediction.expected_transactions;
             }));
  add_column(
      answer.rows,
      "probability_zero",
      column_of<RealColumn>(rows, [](const Row& row) { return row.prediction.probability_zero; }),
      TableColumn::Display::Share);
  if (value.is_known()) {
    add_column(answer.rows, "expected_spend", column_of<RealColumn>(rows, &Row::expected_spend));
    add_column(answer.rows, "clv", column_of<RealColumn>(rows, &Row::clv));
  }
  finish_rows(answer, options.limit);

  double expected = 0.0;
  double alive = 0.0;
  double clv = 0.0;
  for (const Row& row : rows) {
    expected += row.prediction.expected_transactions;
    alive += row.prediction.probability_alive;
    clv += row.clv.value_or(std::numeric_limits<double>::infinity());
  }
  answer.summary = {{"customers", std::ssize(rows)},
                    {"from", end},
                    {"to", until},
                    {"expected_transactions", expected},
                    {"expected_alive", alive},
                    {"log_likelihood", finite_value(report.log_likelihood)}};
  std::ranges::move(value.facts(clv), std::back_inserter(answer.summary));
  const std::string whose =
      customer_key ? *options.customer : count_of(std::ssize(rows), "customer");
  answer.title =
      "By the " + model->title + ", " + whose + (rows.size() == 1 ? " makes " : " make ") +
      count_of(std::llround(expected), "purchase") + " from " + describe(end, histories.zone) +
      " to " + describe(until, histories.zone) +
      (value.is_known() && std::isfinite(clv) ? ", worth " + grouped(std::llround(clv)) + " now."
                                              : ".");
  const bool is_end_said = options.as_of || options.calibration_end;
  charts::Context context =
      chart_context(session,
                    histories.zone,
                    histories.options.counting,
                    {is_end_said ? "before " + describe(end, histories.zone) : ""});
  if (!customer_key) {
    answer.chart = [tenths, title = model->title, context = std::move(context)] {
      return charts::predict_alive(tenths, title, context);
    };
    return answer;
  }
  TILL_ASSIGN(std::vector<double> purchases,
              history::purchase_times(*log, histories.options, *customer_key));
  const double age = rows.front().age;
  const std::vector<std::int32_t>& keys = histories.customers.customer_key;
  const auto place = std::ranges::find(keys, *customer_key) - keys.begin();
  const double segment = covariates ? covariates->segments[static_cast<std::size_t>(place)] : 0.0;
  const double days_per_unit = histories.options.days_per_unit;
  const LocalTime shown = histories.zone.local(end);
  const double last_day =
      static_cast<double>(days_since_epoch(shown.date)) +
      static_cast<double>(shown.micros_of_day) / static_cast<double>(kMicrosPerDay);
  charts::AlivePath path = path_of({*model,
                                    report.parameters,
                                    std::move(purchases),
                                    age,
                                    histories.options.occasion.has_value(),
                                    segment},
                                   last_day - age * days_per_unit,
                                   days_per_unit,
                                   horizon);
  path.customer_id = *options.customer;
  path.expected_transactions = expected;
  path.horizon = describe(options.horizon);
  answer.chart = [path = std::move(path), title = model->title, context = std::move(context)] {
    return charts::predict_path(path, title, context);
  };
  return answer;
}

}  // namespace till::engine
