#include "till/engine/cohorts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"

namespace till::engine {

template <>
struct Words<insight::CohortPeriod> {
  static constexpr std::array kAll = {std::pair{"week", insight::CohortPeriod::Week},
                                      std::pair{"month", insight::CohortPeriod::Month},
                                      std::pair{"quarter", insight::CohortPeriod::Quarter},
                                      std::pair{"year", insight::CohortPeriod::Year}};
};

namespace {

constexpr std::string_view kName = "cohorts";

const Fields<CohortsOptions>& fields() {
  static const Fields<CohortsOptions> kFields = {
      field(&CohortsOptions::period,
            {.name = "period",
             .help = "What a cohort shares: the week, month, quarter or year of the first "
                     "purchase. Ages are counted in it, too."}),
      field(&CohortsOptions::rolling,
            {.name = "rolling",
             .help = "Count ages from each customer's own first purchase, in steps of 7, 30, 91 "
                     "or 365 days, instead of by the calendar."}),
      field(&CohortsOptions::as_of, as_of_parameter()),
      field(&CohortsOptions::time_zone, time_zone_parameter()),
      field(&CohortsOptions::transaction, transaction_parameter()),
      field(&CohortsOptions::returns, returns_parameter()),
      field(&CohortsOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// A cell with the cohort it belongs to.
struct Row {
  const insight::Cohort* cohort;
  std::int64_t age;
  const insight::CohortCell* cell;
};

std::vector<Row> rows_of(const insight::Cohorts& found) {
  std::vector<Row> rows;
  for (const insight::Cohort& cohort : found.cohorts) {
    std::int64_t age = 0;
    for (const insight::CohortCell& cell : cohort.cells) {
      rows.push_back({&cohort, age++, &cell});
    }
  }
  return rows;
}

std::string title_of(const insight::Cohorts& found) {
  if (found.cohorts.empty()) {
    return "No customer bought anything.";
  }
  const std::string period(insight::name(found.period));
  std::string title = count_of(found.customers, "customer") + " in " +
                      count_of(std::ssize(found.cohorts), "cohort");
  const std::size_t last = insight::telling_age(found);
  if (last == 0) {
    return title + ": none was seen for a whole " + period + " after that of the first purchase.";
  }
  title += ": " + share_words(found.ages[1].retention) + " buy in the " + period +
           " after the first purchase";
  if (last > 1) {
    title += ", " + share_words(found.ages[last].retention) + " " +
             count_of(static_cast<std::int64_t>(last), period) + " after it";
  }
  return title + ".";
}

List describe_ages(const insight::Cohorts& found) {
  List ages;
  for (std::size_t a = 0; a < found.ages.size(); ++a) {
    const insight::CohortAge& age = found.ages[a];
    if (age.customers == 0) {
      continue;
    }
    ages.emplace_back(
        Object{{"age", static_cast<std::int64_t>(a)},
               {"customers", age.customers},
               {"active", age.active},
               {"retention", age.retention},
               {"low", age.low},
               {"high", age.high},
               {"transactions_per_customer",
                static_cast<double>(age.transactions) / static_cast<double>(age.customers)}});
  }
  return ages;
}

}  // namespace

Verb cohorts_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How many of those who came together still buy, and how much",
       .description =
           "Puts customers who bought for the first time in the same month (week, quarter, year) "
           "into one cohort and says for each age of the cohort how many were active, with a 95 % "
           "interval, and how many transactions each made. What the log has not seen to its end "
           "is no zero: it is forecast from the cohorts that are older.",
       .examples = {{"till cohorts shop.duckdb --chart cohorts.svg",
                     "By month, as a triangle and as curves."},
                    {"till cohorts shop.duckdb --period quarter --format csv",
                     "By quarter, for a spreadsheet."},
                    {"till cohorts shop.duckdb --rolling",
                     "Each customer's own months of 30 days since the first purchase."}},
       .draws = true},
      fields(),
      &cohorts);
}

Result<Answer> cohorts(Session& session, const CohortsOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  CohortsOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::CohortOptions question;
  question.period = options.period;
  question.rolling = options.rolling;
  question.as_of = options.as_of;
  question.zone = zone;
  TILL_ASSIGN(question.counting, counting(*log, kName, options.transaction, options.returns));
  const Part part = part_of_log(options.as_of, std::nullopt, log->end(), zone);
  TILL_ASSIGN(insight::Cohorts found, insight::cohorts(*log, question));
  const auto result = std::make_shared<const insight::Cohorts>(std::move(found));

  const std::vector<Row> rows = rows_of(*result);
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  using Cell = insight::CohortCell;
  const auto add_cell = [&]<typename T>(std::string name,
                                        std::optional<T> Cell::* value,
                                        TableColumn::Display display) {
    add_column(answer.rows,
               std::move(name),
               column_of<std::vector<std::optional<T>>>(
                   rows, [&](const Row& row) { return row.cell->*value; }),
               display);
  };
  using enum TableColumn::Display;
  add_column(answer.rows, "cohort", column_of<TextColumn>(rows, [](const Row& row) {
               return row.cohort->name;
             }));
  add_column(answer.rows, "age", column_of<IntegerColumn>(rows, &Row::age));
  add_column(answer.rows, "customers", column_of<IntegerColumn>(rows, [](const Row& row) {
               return row.cohort->customers;
             }));
  add_cell("active", &Cell::active, Plain);
  add_cell("retention", &Cell::retention, Share);
  add_cell("low", &Cell::low, Share);
  add_cell("high", &Cell::high, Share);
  add_cell("forecast", &Cell::forecast, Share);
  add_cell("transactions", &Cell::transactions, Plain);
  add_cell("transactions_per_customer", &Cell::transactions_per_customer, Plain);
  add_cell("transactions_forecast", &Cell::transactions_forecast, Plain);
  finish_rows(answer, options.limit);

  answer.summary = {{"customers", result->customers},
                    {"cohorts", std::ssize(result->cohorts)},
                    {"transactions", result->transactions},
                    {"transactions_without_customer", result->transactions_without_customer},
                    {"returned_periods", result->returned_periods},
                    {"returned_transactions", result->returned_transactions},
                    {"later_transactions", result->later_transactions},
                    {"ages", describe_ages(*result)}};
  const std::string period(insight::name(options.period));
  if (result->returned_periods > 0) {
    answer.warnings.push_back(
        count_of(result->returned_periods, period + " of a customer", period + "s of customers") +
        " with no more purchases than returns " + (result->returned_periods == 1 ? "is" : "are") +
        " left out.");
  }
  if (result->later_transactions > 0) {
    answer.warnings.push_back(
        count_of(result->later_transactions, "transaction") + " " +
        grouped(insight::kMostCohortAges) + " " + period + "s or more after the first purchase " +
        (result->later_transactions == 1 ? "is" : "are") + " left out: is a date wrong?");
  }
  answer.title = title_of(*result);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {part.words})] {
    return charts::cohorts(*result, context);
  };
  return answer;
}

}  // namespace till::engine
