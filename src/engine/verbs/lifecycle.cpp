#include "till/engine/lifecycle.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/lifecycle.hpp"
#include "till/insight/lifecycle.hpp"

namespace till::engine {

template <>
struct Words<LifecyclePlot> {
  static constexpr std::array kAll = {std::pair{"flow", LifecyclePlot::Flow},
                                      std::pair{"survival", LifecyclePlot::Survival},
                                      std::pair{"intervals", LifecyclePlot::Intervals},
                                      std::pair{"segments", LifecyclePlot::Segments}};
};

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
      field(
          &LifecycleOptions::plot,
          {.name = "plot",
           .help = "What --chart draws: the customers of each month (flow), how many bought again "
                   "by days since the first purchase (survival), how long they wait between "
                   "purchases and how regularly they come (intervals), or the RFM grid of "
                   "customers by recency and frequency (segments)."}),
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

/// Days since the first purchase at which the second is told.
constexpr std::array<std::int64_t, 8> kToldDays = {1, 7, 14, 30, 60, 90, 180, 365};

List describe_second_purchase(const insight::PurchaseRhythm& rhythm) {
  List told;
  for (const std::int64_t days : kToldDays) {
    if (const std::optional<insight::RepeatShare> at = insight::repeat_share(rhythm, days)) {
      told.emplace_back(
          Object{{"days", days}, {"share", at->share}, {"low", at->low}, {"high", at->high}});
    }
  }
  return told;
}

List describe_segments(const insight::PurchaseRhythm& rhythm) {
  std::int64_t transactions = 0;
  double spend = 0.0;
  for (const insight::SegmentCustomers& segment : rhythm.segments) {
    transactions += segment.transactions;
    spend += segment.spend;
  }
  const auto per = [](std::int64_t sum, std::int64_t of) {
    return of > 0 ? Value(static_cast<double>(sum) / static_cast<double>(of)) : Value();
  };
  List segments;
  for (const insight::SegmentCustomers& segment : rhythm.segments) {
    const auto place = static_cast<std::size_t>(segment.segment);
    Object of_segment = {{"segment", std::string(insight::kSegmentPlaces[place].name)},
                         {"customers", segment.customers},
                         {"share", per(segment.customers, rhythm.customers)},
                         {"purchase_days", per(segment.purchase_days, segment.customers)},
                         {"idle_days", per(segment.idle_days, segment.customers)},
                         {"transactions", segment.transactions},
                         {"share_of_transactions", per(segment.transactions, transactions)}};
    if (rhythm.has_spend) {
      const auto customers = static_cast<double>(segment.customers);
      of_segment.push_back(
          {"spend", segment.customers > 0 ? Value(segment.spend / customers) : Value()});
      of_segment.push_back(
          {"share_of_spend", spend > 0.0 ? Value(segment.spend / spend) : Value()});
    }
    segments.emplace_back(std::move(of_segment));
  }
  return segments;
}

template <typename T>
Value value_or_null(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

void add_rhythm(Object& summary, const insight::PurchaseRhythm& rhythm) {
  std::int64_t days = 0;
  for (const insight::PurchaseInterval& interval : rhythm.intervals) {
    days += interval.days * interval.intervals;
  }
  const std::int64_t intervals = insight::count_of_intervals(rhythm);
  const auto add = [&](std::string name, Value value) {
    summary.push_back({std::move(name), std::move(value)});
  };
  const auto quantile = [&](double share) {
    return value_or_null(insight::interval_quantile(rhythm, share));
  };
  add("intervals", intervals);
  add("mean_interval",
      intervals > 0 ? Value(static_cast<double>(days) / static_cast<double>(intervals)) : Value());
  add("interval_10", quantile(0.10));
  add("interval_25", quantile(0.25));
  add("median_interval", quantile(0.50));
  add("interval_75", quantile(0.75));
  add("interval_90", quantile(0.90));
  add("regularity", value_or_null(rhythm.regularity.shape));
  add("regularity_low", value_or_null(rhythm.regularity.low));
  add("regularity_high", value_or_null(rhythm.regularity.high));
  add("rhythm", std::string(rhythm.regularity.evidence()));
  add("repeated", rhythm.repeated);
  add("median_second_purchase", value_or_null(math::first_time_at(rhythm.second_purchase, 0.5)));
  add("second_purchase", describe_second_purchase(rhythm));
  add("segments", describe_segments(rhythm));
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
           "many dormant. The six are all customers so far. Beside it how customers buy: the days "
           "between purchases, how regular they are, how many come a second time, and the segments "
           "of the RFM grid.",
       .examples = {{"till lifecycle shop.duckdb", "All months, with three months as dormant."},
                    {"till lifecycle shop.duckdb --dormant-after 6 --chart lifecycle.svg",
                     "As a picture; half a year without a purchase is dormant."},
                    {"till lifecycle shop.duckdb --plot survival --chart second.svg",
                     "How many customers bought again, by days since the first purchase."}},
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
  add_rhythm(answer.summary, result->rhythm);
  if (result->returned_months > 0) {
    answer.warnings.push_back(
        count_of(result->returned_months, "month of a customer", "months of customers") +
        " with no more purchases than returns " + (result->returned_months == 1 ? "is" : "are") +
        " left out.");
  }
  answer.title = title_of(*result);
  answer.chart = [result,
                  plot = options.plot,
                  context = chart_context(session, zone, question.counting, {part.words})] {
    switch (plot) {
      case LifecyclePlot::Flow:
        break;
      case LifecyclePlot::Survival:
        return charts::lifecycle_survival(*result, context);
      case LifecyclePlot::Intervals:
        return charts::lifecycle_intervals(*result, context);
      case LifecyclePlot::Segments:
        return charts::lifecycle_segments(*result, context);
    }
    return charts::lifecycle(*result, context);
  };
  return answer;
}

}  // namespace till::engine
