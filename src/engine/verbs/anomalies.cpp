#include "till/engine/anomalies.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>
#include <utility>

#include "panel_question.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/anomalies.hpp"
#include "till/insight/anomalies.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "anomalies";

using insight::Anomaly;

const Fields<AnomaliesOptions>& fields() {
  static const Fields<AnomaliesOptions> kFields = {
      field(&AnomaliesOptions::as_of, as_of_parameter()),
      field(&AnomaliesOptions::time_zone, time_zone_parameter()),
      field(&AnomaliesOptions::transaction, transaction_parameter()),
      field(&AnomaliesOptions::returns, returns_parameter()),
      field(&AnomaliesOptions::rows,
            {.name = "rows",
             .help = "Give the rows of the log behind what stands out instead, at most so many of "
                     "each; 0: none.",
             .placeholder = "N",
             .minimum = 0}),
      field(&AnomaliesOptions::limit, limit_parameter()),
  };
  return kFields;
}

std::int64_t count_of_kind(const insight::Anomalies& found, Anomaly::Kind kind) {
  return std::ranges::count(found.rows, kind, &Anomaly::kind);
}

std::string title_of(const insight::Anomalies& found) {
  if (found.days.empty()) {
    return "Nothing was bought.";
  }
  std::vector<std::string> parts;
  for (const auto& [kind, one, many] :
       {std::tuple(Anomaly::Kind::Day, "stretch of days", "stretches of days"),
        std::tuple(Anomaly::Kind::Product, "product", "products"),
        std::tuple(Anomaly::Kind::Customer, "customer", "customers")}) {
    if (const std::int64_t n = count_of_kind(found, kind); n > 0) {
      parts.push_back(count_of(n, one, many));
    }
  }
  if (parts.empty()) {
    return "Nothing stands out among " + grouped(found.days_tested) + " tests of days, " +
           grouped(found.products_tested) + " of products and " + grouped(found.customers_tested) +
           " of customers.";
  }
  return enumerated(parts) + (found.rows.size() == 1 ? " stands out from its own past."
                                                     : " stand out from their own past.");
}

/// Returns "5,497.7", "138".
std::string with_tenths(double value) {
  const auto tenths = std::llround(value * 10.0);
  const std::string whole = grouped(tenths / 10);
  return tenths % 10 == 0 ? whole : whole + "." + std::to_string(std::abs(tenths % 10));
}

std::string finding_of(const Anomaly& row, const TimeZone& zone) {
  const std::string actual = with_tenths(row.actual);
  const std::string expected = with_tenths(row.expected);
  switch (row.what) {
    case Anomaly::What::DoubleLoad:
      return actual + " rows repeat another; " + expected + " would be usual.";
    case Anomaly::What::RepeatedDay:
      return "All " + actual + " rows are those of " + row.other +
             " in customer, product and time of day.";
    case Anomaly::What::Rush:
      return actual + " purchases within one minute; " + expected + " would be usual.";
    case Anomaly::What::Bot:
      return "The gaps between purchases vary by " + share_words(row.actual) +
             " of their mean: hardly a person.";
    case Anomaly::What::Silence:
      if (row.kind == Anomaly::Kind::Customer) {
        return "Bought nothing for " + count_of(std::llround(row.actual), "day") + "; " + expected +
               " would be usual.";
      }
      break;
    case Anomaly::What::Burst:
      break;
  }
  const std::string when =
      row.kind == Anomaly::Kind::Product    ? "In " + day(row.range.from, zone).substr(0, 7) + ", "
      : row.kind == Anomaly::Kind::Customer ? "On " + day(row.range.from, zone) + ", "
                                            : "";
  return when + actual + " transactions where " + expected + " were expected.";
}

void add_findings(Table& table,
                  const insight::Anomalies& found,
                  const log::Log& log,
                  const TimeZone& zone) {
  using Row = Anomaly;
  const auto& rows = found.rows;
  add_column(table, "kind", column_of<TextColumn>(rows, [](const Row& row) {
               return std::string(insight::name(row.kind));
             }));
  add_column(table, "id", column_of<TextColumn>(rows, &Row::id));
  if (log.has_product_names()) {
    add_column(table, "name", column_of<TextColumn>(rows, &Row::name));
  }
  add_column(table, "what", column_of<TextColumn>(rows, [](const Row& row) {
               return std::string(insight::name(row.what));
             }));
  add_column(
      table, "from", column_of<InstantColumn>(rows, [](const Row& row) { return row.range.from; }));
  add_column(
      table, "to", column_of<InstantColumn>(rows, [](const Row& row) { return row.range.to; }));
  add_column(table, "expected", column_of<RealColumn>(rows, &Row::expected));
  add_column(table, "actual", column_of<RealColumn>(rows, &Row::actual));
  add_column(table, "q_value", column_of<RealColumn>(rows, &Row::q_value));
  add_column(table, "finding", column_of<TextColumn>(rows, [&](const Row& row) {
               return finding_of(row, zone);
             }));
}

/// Returns the rows of the log behind each anomaly.
Result<Table> rows_behind(log::Log& log,
                          const insight::Anomalies& found,
                          const insight::AnomaliesOptions& question,
                          const AnomaliesOptions& options) {
  struct Behind {
    std::int64_t rank = 0;
    const Anomaly* anomaly = nullptr;
    insight::AnomalyRow row;
  };

  std::vector<Behind> rows;
  std::int64_t rank = 0;
  for (const Anomaly& anomaly : found.rows) {
    ++rank;
    TILL_ASSIGN(std::vector<insight::AnomalyRow> behind,
                insight::anomaly_rows(log, anomaly, question, options.rows));
    rows.reserve(rows.size() + behind.size());
    for (insight::AnomalyRow& row : behind) {
      rows.push_back({rank, &anomaly, std::move(row)});
    }
  }
  Table table;
  add_column(table, "anomaly", column_of<IntegerColumn>(rows, &Behind::rank));
  add_column(table, "kind", column_of<TextColumn>(rows, [](const Behind& of) {
               return std::string(insight::name(of.anomaly->kind));
             }));
  add_column(
      table, "id", column_of<TextColumn>(rows, [](const Behind& of) { return of.anomaly->id; }));
  add_column(table, "what", column_of<TextColumn>(rows, [](const Behind& of) {
               return std::string(insight::name(of.anomaly->what));
             }));
  add_column(table, "customer_id", column_of<TextColumn>(rows, [](const Behind& of) {
               return of.row.customer_id;
             }));
  add_column(table, "product_id", column_of<TextColumn>(rows, [](const Behind& of) {
               return of.row.product_id;
             }));
  add_column(table, "timestamp", column_of<InstantColumn>(rows, [](const Behind& of) {
               return of.row.at;
             }));
  if (log.has_amount()) {
    add_column(table, "amount", column_of<RealColumn>(rows, [](const Behind& of) {
                 return of.row.amount;
               }));
  }
  if (log.has_quantity()) {
    add_column(table, "quantity", column_of<RealColumn>(rows, [](const Behind& of) {
                 return of.row.quantity;
               }));
  }
  add_column(
      table, "file", column_of<TextColumn>(rows, [](const Behind& of) { return of.row.file; }));
  return table;
}

std::vector<std::string> warnings_of(const insight::Anomalies& found) {
  std::vector<std::string> warnings;
  if (found.days.empty()) {
    return warnings;
  }
  const auto covered = std::ranges::count(found.days, true, &insight::AnomalyDay::covered);
  const std::int64_t gaps = std::ssize(found.days) - covered;
  if (!found.judges_days) {
    warnings.push_back("The log covers " + count_of(covered, "day") +
                       ": under 56, bursts and silences of days are not judged.");
  }
  if (gaps > 0) {
    warnings.push_back(count_of(gaps, "day") + " in gaps of two weeks or more without anything " +
                       (gaps == 1 ? "is" : "are") + " taken as not covered by the log.");
  }
  if (!found.judges_products) {
    warnings.emplace_back("The log covers less than 12 months: products are not judged.");
  }
  return warnings;
}

}  // namespace

Verb anomalies_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Days, customers and products that are not what their own past says",
       .description =
           "Tells days that brought far more or less than the weeks around them (burst, silence), "
           "days whose rows repeat each other as if loaded twice (double_load), products with a "
           "month that is unlike all others, customers with a day or a silence that is, and "
           "customers who buy with the regularity or the speed of a machine (bot, rush). A day "
           "whose rows are all those of another is told, too (repeated_day).\n\n"
           "Everything is tested together: of what is told, at most one in twenty is expected to "
           "be chance.",
       .examples = {{"till anomalies shop.duckdb", "What stands out, least likely first."},
                    {"till anomalies shop.duckdb --rows 20", "The rows behind each, the first 20."},
                    {"till anomalies shop.duckdb --chart anomalies.svg",
                     "Days with what was expected of them."}},
       .draws = true},
      fields(),
      &anomalies);
}

Result<Answer> anomalies(Session& session, const AnomaliesOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  AnomaliesOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::AnomaliesOptions question;
  question.as_of = options.as_of;
  question.zone = zone;
  question.threads = computation_of(session).threads;
  TILL_ASSIGN(question.counting, counting(*log, "anomalies", options.transaction, options.returns));
  const Part part = part_of_log(options.as_of, std::nullopt, log->end(), zone);
  TILL_ASSIGN(insight::Anomalies found, insight::anomalies(*log, question));
  const auto result = std::make_shared<const insight::Anomalies>(std::move(found));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  if (options.rows > 0) {
    TILL_ASSIGN(answer.rows, rows_behind(*log, *result, question, options));
  } else {
    add_findings(answer.rows, *result, *log, zone);
  }
  finish_rows(answer, options.limit);
  answer.summary = {{"days", count_of_kind(*result, Anomaly::Kind::Day)},
                    {"products", count_of_kind(*result, Anomaly::Kind::Product)},
                    {"customers", count_of_kind(*result, Anomaly::Kind::Customer)},
                    {"days_tested", result->days_tested},
                    {"products_tested", result->products_tested},
                    {"customers_tested", result->customers_tested}};
  for (std::string& warning : warnings_of(*result)) {
    answer.warnings.push_back(std::move(warning));
  }
  answer.title = title_of(*result);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {part.words})] {
    return charts::anomalies(*result, context);
  };
  return answer;
}

}  // namespace till::engine
