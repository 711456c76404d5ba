#include "till/engine/lifecycle.hpp"

#include <memory>
#include <utility>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/insight/lifecycle.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "lifecycle";

const Fields<LifecycleOptions>& fields() {
  static const Fields<LifecycleOptions> kFields = {
      field(&LifecycleOptions::as_of, as_of_parameter()),
      field(&LifecycleOptions::dormant_after,
            {.name = "dormant_after",
             .help = "Months without a purchase after which a customer counts as dormant.",
             .placeholder = "N",
             .minimum = 1,
             .maximum = 1200}),
      field(&LifecycleOptions::time_zone, time_zone_parameter()),
      field(&LifecycleOptions::returns, returns_parameter()),
      field(&LifecycleOptions::limit, limit_parameter()),
  };
  return kFields;
}

std::string title_of(const insight::Lifecycle& found) {
  if (found.months.empty()) {
    return "No customer bought anything.";
  }
  const insight::LifecycleMonth& last = found.months.back();
  const std::int64_t customers = last.customers();
  return "Of " + count_of(customers, "customer") + " until " + to_string(last.month) + ", " +
         grouped(last.buyers()) + " bought in that month and " + grouped(last.dormant) + " (" +
         share_words(static_cast<double>(last.dormant) / static_cast<double>(customers)) +
         ") have not for " + count_of(found.dormant_after, "month") + " or more.";
}

}  // namespace

Verb lifecycle_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Who is new, stays, comes back or falls silent, month by month",
       .description =
           "Says of every month how many customers bought for the first time (new), had also "
           "bought the month before (active), came back after a pause (returning) or after having "
           "been dormant (resurrected), and of those who did not buy how many are resting and how "
           "many dormant. The six are all customers so far.",
       .examples = {{"till lifecycle shop.duckdb", "All months, with three months as dormant."},
                    {"till lifecycle shop.duckdb --dormant-after 6 --chart lifecycle.svg",
                     "As a picture; half a year without a purchase is dormant."}},
       .draws = true},
      fields(),
      &lifecycle);
}

Result<Answer> lifecycle(Session& session, const LifecycleOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  LifecycleOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::LifecycleOptions question;
  question.as_of = options.as_of;
  question.zone = zone;
  question.dormant_after = options.dormant_after;
  TILL_ASSIGN(question.counting, counting(*log, "lifecycle", "row", options.returns));
  const Part part = part_of_log(options.as_of, std::nullopt, log->end(), zone);
  TILL_ASSIGN(insight::Lifecycle found, insight::lifecycle(*log, question));
  const auto result = std::make_shared<const insight::Lifecycle>(std::move(found));

  using Row = insight::LifecycleMonth;
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const auto add_count = [&](std::string name, std::int64_t Row::* customers) {
    add_column(answer.rows, std::move(name), column_of<IntegerColumn>(result->months, customers));
  };
  add_column(answer.rows, "month", column_of<TextColumn>(result->months, [](const Row& row) {
               return to_string(row.month);
             }));
  add_count("new", &Row::fresh);
  add_count("active", &Row::active);
  add_count("returning", &Row::returning);
  add_count("resurrected", &Row::resurrected);
  add_count("resting", &Row::resting);
  add_count("dormant", &Row::dormant);
  finish_rows(answer, options.limit);

  std::int64_t transactions = 0;
  for (const Row& row : result->months) {
    transactions += row.transactions;
  }
  const Row last = result->months.empty() ? Row{} : result->months.back();
  answer.summary = {{"customers", last.customers()},
                    {"dormant", last.dormant},
                    {"transactions", transactions},
                    {"transactions_without_customer", result->transactions_without_customer},
                    {"returned_months", result->returned_months}};
  if (result->returned_months > 0) {
    answer.warnings.push_back(
        count_of(result->returned_months, "month of a customer", "months of customers") +
        " with no more purchases than returns " + (result->returned_months == 1 ? "is" : "are") +
        " left out.");
  }
  answer.title = title_of(*result);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {part.words})] {
    return charts::lifecycle(*result, context);
  };
  return answer;
}

}  // namespace till::engine
