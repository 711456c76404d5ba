#include "till/engine/activity.hpp"

#include <memory>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/insight/activity.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "activity";

const Fields<ActivityOptions>& fields() {
  static const Fields<ActivityOptions> kFields = {
      field(&ActivityOptions::as_of, as_of_parameter()),
      field(&ActivityOptions::window, window_parameter("the whole log")),
      field(&ActivityOptions::time_zone, time_zone_parameter()),
      field(&ActivityOptions::transaction, transaction_parameter()),
      field(&ActivityOptions::returns, returns_parameter()),
      field(&ActivityOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Returns how many of the most active customers it takes to reach a share of all transactions.
std::int64_t customers_for(const insight::Activity& activity, double share) {
  const double wanted = share * static_cast<double>(activity.transactions);
  double transactions = 0.0;
  std::int64_t customers = 0;
  for (const insight::ActivityLevel& level : activity.levels) {
    for (std::int64_t i = 0; i < level.customers; ++i) {
      if (transactions >= wanted) {
        return customers;
      }
      transactions += static_cast<double>(level.transactions);
      ++customers;
    }
  }
  return customers;
}

/// Returns the median over customers; the mean of the two in the middle when their number is even.
double median_of(const insight::Activity& activity) {
  const auto at = [&](std::int64_t index) {
    for (const insight::ActivityLevel& level : activity.levels) {
      if (index < level.customers) {
        return static_cast<double>(level.transactions);
      }
      index -= level.customers;
    }
    return 0.0;
  };
  return (at((activity.customers - 1) / 2) + at(activity.customers / 2)) / 2.0;
}

std::string title_of(const insight::Activity& activity) {
  if (activity.rows.empty()) {
    return "No customer made a transaction.";
  }
  const insight::ActivityRow& first = activity.rows.front();
  return first.customer_id + " is the most active of " + count_of(activity.customers, "customer") +
         ", with " + grouped(first.transactions) + " of " +
         count_of(activity.transactions, "transaction") + " (" + share_words(first.share) + ").";
}

}  // namespace

Verb activity_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Who buys how often, from the most to the least active customer",
       .description =
           "Counts the transactions of every customer and orders them. The share is of all "
           "transactions of known customers; the cumulative share adds up from the top, so it "
           "tells "
           "how many customers make most of the business.",
       .examples = {{"till activity shop.duckdb", "The twenty most active customers."},
                    {"till activity shop.duckdb --window 1y --chart activity.svg",
                     "The last year, as a picture of all customers."},
                    {"till activity jan.csv feb.csv --format csv --out activity.csv",
                     "Every customer, straight from log files."}},
       .draws = true},
      fields(),
      &activity);
}

Result<Answer> activity(Session& session, const ActivityOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  ActivityOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::ActivityOptions question;
  question.zone = zone;
  TILL_ASSIGN(question.counting, counting(*log, "activity", options.transaction, options.returns));
  const Part part = part_of_log(options.as_of, options.window, log->end(), zone);
  question.range = part.range;
  if (options.limit > 0) {
    question.limit = options.limit;
  }
  TILL_ASSIGN(insight::Activity found, insight::activity(*log, question));
  const auto result = std::make_shared<const insight::Activity>(std::move(found));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  using Row = insight::ActivityRow;
  const auto& rows = result->rows;
  add_column(answer.rows, "rank", column_of<IntegerColumn>(rows, &Row::rank));
  add_column(answer.rows, "customer_id", column_of<TextColumn>(rows, &Row::customer_id));
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(rows, &Row::transactions));
  add_column(
      answer.rows, "share", column_of<RealColumn>(rows, &Row::share), TableColumn::Display::Share);
  add_column(answer.rows,
             "cumulative_share",
             column_of<RealColumn>(rows, &Row::cumulative_share),
             TableColumn::Display::Share);
  answer.total_rows = result->customers;
  finish_rows(answer, options.limit);

  answer.summary = {{"customers", result->customers},
                    {"transactions", result->transactions},
                    {"transactions_without_customer", result->transactions_without_customer}};
  if (result->customers > 0) {
    answer.summary.push_back(
        {"mean_transactions",
         static_cast<double>(result->transactions) / static_cast<double>(result->customers)});
    answer.summary.push_back({"median_transactions", median_of(*result)});
    answer.summary.push_back({"customers_for_half", customers_for(*result, 0.5)});
    answer.summary.push_back({"customers_for_80_percent", customers_for(*result, 0.8)});
  }
  if (result->transactions_without_customer != 0) {
    answer.warnings.push_back(
        count_of(result->transactions_without_customer, "transaction has", "transactions have") +
        " no customer and " + (result->transactions_without_customer == 1 ? "is" : "are") +
        " in no row.");
  }
  answer.title = title_of(*result);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {part.words})] {
    return charts::activity(*result, context);
  };
  return answer;
}

}  // namespace till::engine
