#include "till/core/panel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "till/core/check.hpp"

namespace till {

namespace {

constexpr std::int64_t kMondayOffset = 3;  // 1970-01-01 was a Thursday

Error broken(const std::string& what, const std::string& value, const std::string& rule) {
  return {ErrorCode::InvalidData,
          "Panel::make: " + what + " is " + value + ", but must be " + rule,
          ""};
}

std::string at(std::string_view column, std::size_t index) {
  return std::string(column) + "[" + std::to_string(index) + "]";
}

/// Returns the index of the month that an instant falls into, or the number of months.
std::size_t month_at(const std::vector<MonthPart>& months, Instant instant) {
  const auto after = std::upper_bound(
      months.begin(), months.end(), instant, [](Instant value, const MonthPart& month) {
        return value < month.range.from;
      });
  const auto index = static_cast<std::size_t>(after - months.begin());
  if (index == 0 || !months[index - 1].range.contains(instant)) {
    return months.size();
  }
  return index - 1;
}

Result<void> check_months(const std::vector<MonthPart>& months) {
  for (std::size_t t = 0; t < months.size(); ++t) {
    const MonthPart& part = months[t];
    if (part.range.empty() || !(part.days() > 0.0) || !std::isfinite(part.days())) {
      return broken(at("months", t), to_string(part.month) + " without days", "some time");
    }
    if (t > 0 && (months[t - 1].range.to != part.range.from ||
                  add_months(months[t - 1].month, 1) != part.month)) {
      return broken(at("months", t), to_string(part.month), "the month after the one before");
    }
  }
  return {};
}

/// Returns the month that a day lies in, of those that one of them is like.
PanelMonth month_with(const Date& day, const PanelMonth& like) {
  if (like.is_calendar()) {
    return Month{day.year, day.month};
  }
  const std::int64_t since = days_since_epoch(day) - days_since_epoch(like.first);
  const std::int64_t months = since / like.length - (since % like.length < 0 ? 1 : 0);
  return add_months(like, static_cast<std::int32_t>(months));
}

template <typename T>
Result<void> check_not_negative(std::string_view column, const std::vector<T>& values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](T value) { return value < 0; });
  if (bad != values.end()) {
    return broken(at(column, static_cast<std::size_t>(bad - values.begin())),
                  std::to_string(*bad),
                  "at least 0");
  }
  return {};
}

}  // namespace

double MonthPart::days() const noexcept {
  return std::accumulate(weekday_days.begin(), weekday_days.end(), 0.0);
}

std::size_t weekday_of(std::int64_t days_since_epoch) noexcept {
  const std::int64_t weekday = (days_since_epoch + kMondayOffset) % 7;
  return static_cast<std::size_t>(weekday < 0 ? weekday + 7 : weekday);
}

std::vector<MonthPart> month_parts(TimeRange range, const TimeZone& zone, const PanelMonth& like) {
  std::vector<MonthPart> parts;
  if (range.empty()) {
    return parts;
  }
  // Where clocks go back over a month's start, this is the month that is over.
  PanelMonth month = month_with(zone.local(range.from).date, like);
  while (start_of(add_months(month, 1), zone) <= range.from) {
    month = add_months(month, 1);
  }
  for (; start_of(month, zone) < range.to; month = add_months(month, 1)) {
    MonthPart part;
    part.month = month;
    const TimeRange whole = month_range(month, zone);
    part.range = {std::max(range.from, whole.from), std::min(range.to, whole.to)};
    const std::int64_t first = days_since_epoch(month.first);
    if (part.range == whole) {
      for (std::int64_t day = 0; day < month.days(); ++day) {
        part.weekday_days[weekday_of(first + day)] += 1.0;
      }
    } else {
      Instant from = whole.from;
      for (std::int64_t day = 0; day < month.days(); ++day) {
        const Instant to = start_of(date_from_days(first + day + 1), zone);
        const Instant in_from = std::max(from, part.range.from);
        const Instant in_to = std::min(to, part.range.to);
        if (in_from < in_to) {
          part.weekday_days[weekday_of(first + day)] +=
              static_cast<double>(in_to.micros - in_from.micros) /
              static_cast<double>(to.micros - from.micros);
        }
        from = to;
      }
    }
    if (!part.range.empty()) {
      parts.push_back(part);
    }
  }
  return parts;
}

struct Panel::Shared {
  PanelColumns columns;
  std::vector<std::size_t> seen;          // by month: customers born by its end
  std::vector<std::size_t> first_count;   // by month: where its counts begin
  std::vector<std::int32_t> birth_month;  // by customer
  bool is_last_whole = true;
};

Panel::Panel() : shared_(std::make_shared<const Shared>()) {}

Result<Panel> Panel::make(PanelColumns columns) {
  TILL_TRY(check_months(columns.months));
  TILL_TRY(check_not_negative("counts", columns.counts));
  TILL_TRY(check_not_negative("daily_transactions", columns.daily_transactions));
  const std::size_t customers = columns.births.size();
  if (columns.customer_keys.size() != customers) {
    return broken("customer_keys.size()",
                  std::to_string(columns.customer_keys.size()),
                  "births.size(), " + std::to_string(customers));
  }
  auto shared = std::make_shared<Shared>();
  shared->birth_month.reserve(customers);
  shared->seen.assign(columns.months.size(), 0);
  std::size_t latest = 0;
  for (std::size_t i = 0; i < customers; ++i) {
    const std::size_t month = month_at(columns.months, columns.births[i]);
    if (month == columns.months.size()) {
      return broken(at("births", i), to_string(columns.births[i]), "within the months");
    }
    if (month < latest) {
      return broken(at("births", i),
                    to_string(columns.births[i]),
                    "in no earlier month than the births before it");
    }
    latest = month;
    shared->birth_month.push_back(static_cast<std::int32_t>(month));
    ++shared->seen[month];
  }
  std::size_t seen = 0;
  std::size_t cells = 0;
  for (std::size_t& month : shared->seen) {
    seen += month;
    month = seen;
    shared->first_count.push_back(cells);
    cells += seen;
  }
  if (columns.counts.size() != cells) {
    return broken("counts.size()",
                  std::to_string(columns.counts.size()),
                  "one for each month and customer born by its end, " + std::to_string(cells));
  }
  if (!columns.active_days.empty() && columns.active_days.size() != cells) {
    return broken("active_days.size()",
                  std::to_string(columns.active_days.size()),
                  "one for each count, " + std::to_string(cells) + ", or 0");
  }
  for (const Measure& measure : columns.measures) {
    if (measure.values.size() != cells) {
      return broken("measures." + measure.name,
                    std::to_string(measure.values.size()) + " values",
                    "one for each count, " + std::to_string(cells));
    }
    if (std::ranges::any_of(measure.windows, [](std::int32_t window) { return window <= 0; })) {
      return broken("measures." + measure.name, "of no months", "of at least one");
    }
  }
  if (!columns.months.empty()) {
    // Days are counted by the calendar, so that rounding cannot make a whole month less than whole.
    const MonthPart& last = columns.months.back();
    shared->is_last_whole = last.days() > static_cast<double>(last.month.days()) - 1e-9;
  }
  shared->columns = std::move(columns);
  Panel panel;
  panel.months_ = shared->columns.months.size();
  panel.customers_ = customers;
  panel.shared_ = std::move(shared);
  return panel;
}

Instant Panel::cutoff() const noexcept {
  TILL_ASSERT(months_ > 0, "a panel without months has no cutoff");
  return shared_->columns.months[months_ - 1].range.to;
}

const MonthPart& Panel::month(std::size_t month) const noexcept {
  TILL_ASSERT(month < months_, "the month is not in the panel");
  return shared_->columns.months[month];
}

bool Panel::is_last_month_whole() const noexcept {
  return months_ < shared_->columns.months.size() || shared_->is_last_whole;
}

std::size_t Panel::customers_seen(std::size_t month) const noexcept {
  TILL_ASSERT(month < months_, "the month is not in the panel");
  return shared_->seen[month];
}

std::span<const std::int32_t> Panel::counts(std::size_t month) const noexcept {
  return std::span(shared_->columns.counts)
      .subspan(shared_->first_count[month], customers_seen(month));
}

std::int32_t Panel::count(std::size_t customer, std::size_t month) const noexcept {
  TILL_ASSERT(customer < customers_, "the customer is not in the panel");
  const std::span<const std::int32_t> row = counts(month);
  return customer < row.size() ? row[customer] : 0;
}

std::span<const std::uint32_t> Panel::active_days(std::size_t month) const noexcept {
  TILL_ASSERT(month < months_, "the month is not in the panel");
  const std::span<const std::uint32_t> all(shared_->columns.active_days);
  return all.empty() ? all : all.subspan(shared_->first_count[month], customers_seen(month));
}

std::span<const std::int32_t> Panel::customer_keys() const noexcept {
  return std::span(shared_->columns.customer_keys).first(customers_);
}

std::span<const Instant> Panel::births() const noexcept {
  return std::span(shared_->columns.births).first(customers_);
}

std::size_t Panel::birth_month(std::size_t customer) const noexcept {
  TILL_ASSERT(customer < customers_, "the customer is not in the panel");
  return static_cast<std::size_t>(shared_->birth_month[customer]);
}

double Panel::birth_share(std::size_t customer) const noexcept {
  const TimeRange range = month(birth_month(customer)).range;
  return static_cast<double>(range.to.micros - births()[customer].micros) /
         static_cast<double>(range.to.micros - range.from.micros);
}

std::span<const std::int64_t> Panel::daily_transactions() const noexcept {
  const std::span<const std::int64_t> all(shared_->columns.daily_transactions);
  if (months_ == shared_->columns.months.size()) {
    return all;
  }
  const auto first_of = [&](std::size_t month) {
    return days_since_epoch(shared_->columns.months[month].month.first);
  };
  const auto days = static_cast<std::size_t>(first_of(months_) - first_of(0));
  return all.first(std::min(all.size(), days));
}

std::span<const Measure> Panel::measures() const noexcept {
  return shared_->columns.measures;
}

std::span<const float> Panel::measured(std::size_t measure, std::size_t month) const noexcept {
  TILL_ASSERT(month < months_, "the month is one of the panel");
  return std::span(shared_->columns.measures[measure].values)
      .subspan(shared_->first_count[month], shared_->seen[month]);
}

std::span<const NamedDay> Panel::holidays() const noexcept {
  return shared_->columns.holidays;
}

Panel Panel::before(std::size_t month) const {
  TILL_ASSERT(month <= months_, "a panel cannot end later than it does");
  Panel panel = *this;
  panel.months_ = month;
  panel.customers_ = month == 0 ? 0 : shared_->seen[month - 1];
  return panel;
}

}  // namespace till
