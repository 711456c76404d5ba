#include "till/engine/predict.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "history_question.hpp"
#include "model_registry.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

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
      field(&PredictOptions::horizon,
            {.name = "horizon",
             .help =
                 "How far to look ahead from where the data end: a count and a unit (h, d, w, mo, "
                 "y). Months and years are those of the calendar.",
             .placeholder = "PERIOD"}),
      field(&PredictOptions::as_of, as_of_parameter()),
      field(&PredictOptions::calibration_end, calibration_end_parameter()),
      field(&PredictOptions::time_unit, time_unit_parameter()),
      field(&PredictOptions::time_zone, time_zone_parameter()),
      field(&PredictOptions::transaction, purchase_parameter()),
      field(&PredictOptions::returns, returns_parameter()),
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
};

/// Returns all customers, from the most to the least expected transactions; ties by id.
std::vector<Row> ranked(const history::CustomerHistories& customers,
                        const std::vector<Prediction>& predictions,
                        std::vector<std::string> ids) {
  std::vector<Row> rows(customers.x.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = {0,
               std::move(ids[static_cast<std::size_t>(customers.customer_key[i])]),
               static_cast<std::int64_t>(customers.x[i]),
               customers.t_x[i],
               customers.T[i],
               predictions[i]};
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

}  // namespace

Verb predict_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How many purchases to expect of each customer, and who is still there",
       .description =
           "Fits a model to the log and tells of every customer the chance to be still a customer, "
           "the mean number of purchases within the horizon, and the chance of none. What a "
           "purchase is follows --transaction; recency and T are in the time unit.",
       .examples = {{"till predict shop.duckdb", "The next month of every customer."},
                    {"till predict shop.duckdb --model pareto_nbd --horizon 1y --limit 100",
                     "The hundred best of the next year, by another model."},
                    {"till predict shop.duckdb --model-file shop.till",
                     "With a model that was fitted before."}}},
      fields(),
      &predict);
}

Result<Answer> predict(Session& session, const PredictOptions& options) {
  std::optional<SavedHistoryModel> saved;
  if (!options.model_file.empty()) {
    TILL_ASSIGN(saved, read_history_model(kName, options.model_file));
  }
  TILL_ASSIGN(
      const ModelEntry* model,
      saved ? Result<const ModelEntry*>(saved->model) : history_model_named(kName, options.model));
  TILL_ASSIGN(log::Log * log, session.log());
  PredictOptions resolved = options;
  resolved.model = model->name;
  if (saved) {
    TILL_TRY(saved_reading(kName,
                           *log,
                           saved->file,
                           options.time_zone,
                           options.transaction == "day" ? "" : options.transaction,
                           options.returns));
    resolved.time_zone = saved->file.zone;
    resolved.transaction = saved->file.transaction;
    resolved.returns = saved->file.returns;
    for (const auto& [word, unit] : Words<TimeUnit>::kAll) {
      resolved.time_unit = saved->file.time_unit == word ? unit : resolved.time_unit;
    }
  }
  TILL_ASSIGN(const Histories histories,
              read_histories(kName, session, *log, resolved, model->history->reads_intervals));
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
  const double horizon = static_cast<double>(until.micros - end.micros) /
                         (static_cast<double>(kMicrosPerDay) * histories.options.days_per_unit);
  std::vector<Prediction> predictions(histories.customers.x.size());
  model->history->predict(
      report.parameters, history::view(histories.customers), horizon, predictions);
  TILL_ASSIGN(std::vector<std::string> ids, history::customer_ids(*log));
  const std::vector<Row> rows = ranked(histories.customers, predictions, std::move(ids));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), histories.zone);
  std::ranges::move(history_warnings(histories), std::back_inserter(answer.warnings));
  std::ranges::copy(report.findings, std::back_inserter(answer.warnings));
  std::ranges::copy(report.warnings, std::back_inserter(answer.warnings));
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
  finish_rows(answer, options.limit);

  double expected = 0.0;
  double alive = 0.0;
  for (const Row& row : rows) {
    expected += row.prediction.expected_transactions;
    alive += row.prediction.probability_alive;
  }
  answer.summary = {{"customers", std::ssize(rows)},
                    {"from", end},
                    {"to", until},
                    {"expected_transactions", expected},
                    {"expected_alive", alive},
                    {"log_likelihood", finite_value(report.log_likelihood)}};
  answer.title = "By the " + model->title + ", " + count_of(std::ssize(rows), "customer") +
                 (rows.size() == 1 ? " makes " : " make ") +
                 count_of(std::llround(expected), "purchase") + " from " +
                 describe(end, histories.zone) + " to " + describe(until, histories.zone) + ".";
  return answer;
}

}  // namespace till::engine
