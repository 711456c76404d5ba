#include "sufficiency.hpp"

#include <string>
#include <string_view>

#include "wording.hpp"

#include "till/core/calendar.hpp"

namespace till::log {

namespace {

using Verdict = Sufficiency::Verdict;

constexpr std::int64_t kFewestDays = 28;       // for days of the week
constexpr std::int64_t kTwoYears = 24;         // months
constexpr std::int64_t kFewestMonths = 3;      // for new and lost customers, and for forecasts
constexpr std::int64_t kOneYear = 12;          // months
constexpr std::int64_t kFewestRepeaters = 50;  // for models of customers

std::string so_far(std::int64_t n, std::string_view noun) {
  return "the log has " + count_of(n, noun);
}

/// Returns the calendar months that the log covers, those at its ends as whole.
std::int64_t months_of(const Log& log) {
  const Source& source = log.source();
  if (!source.first || !source.last) {
    return 0;
  }
  return months_between(month_of(*source.first, log.zone()), month_of(*source.last, log.zone())) +
         1;
}

Sufficiency customers(const Description& found) {
  if (found.customers == 0) {
    return {"customers", Verdict::No, "no row says who bought"};
  }
  if (found.rows_without_customer > 0) {
    return {"customers",
            Verdict::Partly,
            count_of(found.rows_without_customer, "row") + " of " +
                count_of(found.source.accepted, "row") + " " +
                agreeing(found.rows_without_customer, "does", "do") + " not say who bought"};
  }
  return {"customers", Verdict::Yes, "every row says who bought"};
}

Sufficiency products(const Log& log, const Description& found) {
  if (found.products <= 1) {
    return {"products", Verdict::No, so_far(found.products, "product")};
  }
  return {"products",
          Verdict::Yes,
          log.has_product_names() ? so_far(found.products, "product") + " with names"
                                  : so_far(found.products, "product") + ", called by their ids"};
}

Sufficiency seasons(std::int64_t months, const Description& found) {
  if (found.calendar_days < kFewestDays) {
    return {"seasons",
            Verdict::No,
            "days of the week take 4 weeks, and " + so_far(found.calendar_days, "day")};
  }
  if (months < kTwoYears) {
    return {
        "seasons",
        Verdict::Partly,
        "days of the week, but months of the year take two years, and " + so_far(months, "month")};
  }
  return {"seasons", Verdict::Yes, so_far(months, "month")};
}

Sufficiency hours(const Description& found) {
  if (!found.times_of_day) {
    return {"hours", Verdict::No, "the log has dates without times of day"};
  }
  return {"hours", Verdict::Yes, "the log has times of day"};
}

Sufficiency lifecycle(std::int64_t months, const Description& found) {
  if (found.customers == 0) {
    return {"lifecycle", Verdict::No, "no row says who bought"};
  }
  if (months <= kFewestMonths) {
    return {"lifecycle",
            Verdict::No,
            "who has not bought for 3 months is known after 4, and " + so_far(months, "month")};
  }
  if (months < kOneYear) {
    return {"lifecycle",
            Verdict::Partly,
            "customers who buy once a year show after one, and " + so_far(months, "month")};
  }
  return {"lifecycle", Verdict::Yes, so_far(months, "month")};
}

Sufficiency models(const Description& found) {
  const std::int64_t repeaters = found.customers - found.customers_with_one_row;
  if (repeaters == 0) {
    return {"models", Verdict::No, "every customer has one row only"};
  }
  const std::string so_many = count_of(repeaters, "customer") + " " +
                              agreeing(repeaters, "has", "have") + " two rows or more";
  if (repeaters < kFewestRepeaters) {
    return {"models", Verdict::Partly, "only " + so_many + ": estimates are wide"};
  }
  return {"models", Verdict::Yes, so_many};
}

Sufficiency forecasts(std::int64_t months, const Description& found) {
  if (found.customers == 0) {
    return {"forecasts", Verdict::No, "no row says who bought"};
  }
  if (months <= kFewestMonths) {
    return {"forecasts",
            Verdict::No,
            "a month can be checked after 3 others, and " + so_far(months, "month")};
  }
  if (months < kTwoYears) {
    return {"forecasts",
            Verdict::Partly,
            "the season of the year is learnt in two years, and " + so_far(months, "month")};
  }
  return {"forecasts", Verdict::Yes, so_far(months, "month")};
}

Sufficiency spend(const Log& log) {
  if (!log.has_amount()) {
    return {"spend", Verdict::No, "the log has no amounts"};
  }
  return {"spend", Verdict::Yes, "the log has amounts"};
}

}  // namespace

std::vector<Sufficiency> sufficiency_of(const Log& log, const Description& found) {
  const std::int64_t months = months_of(log);
  return {customers(found),
          products(log, found),
          seasons(months, found),
          hours(found),
          lifecycle(months, found),
          models(found),
          forecasts(months, found),
          spend(log)};
}

}  // namespace till::log
