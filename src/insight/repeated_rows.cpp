#include "insight/repeated_rows.hpp"

#include <algorithm>

#include "till/core/instant.hpp"

namespace till::insight {

namespace {

constexpr std::int64_t kModulus = 2'147'483'647;  // 2^31 - 1
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;

/// A row's number from customer, product and minute of the day, below 2^31.
std::int64_t number_of(std::int64_t customer, std::int64_t product, std::int64_t minute) {
  return (customer * 1'000'003 + product * 8191 + minute) % kModulus;
}

}  // namespace

void RepeatCounter::add(std::int64_t customer,
                        std::span<const CustomerRow> rows,
                        std::vector<PurchaseStep>& days) {
  Day* day = nullptr;
  std::int64_t from = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CustomerRow& row = rows[i];
    if (row.at < period_.range.from.micros || row.at >= period_.range.to.micros) {
      period_ = zone_.offset_at(Instant{row.at});
      day = nullptr;
    }
    const std::int64_t clock = row.at + period_.offset_seconds * kMicrosPerSecond;
    if (day == nullptr || clock < from || clock >= from + kMicrosPerDay) {
      const std::int64_t number_of_day =
          clock / kMicrosPerDay - (clock % kMicrosPerDay < 0 ? 1 : 0);
      from = number_of_day * kMicrosPerDay;
      day = &days_[number_of_day];
      days.push_back({static_cast<std::int32_t>(number_of_day), 0});
    }
    const std::int64_t number = number_of(customer, row.product, (clock - from) / kMicrosPerMinute);
    ++day->rows;
    ++days.back().transactions;
    day->repeated += i > 0 && rows[i - 1] == row ? 1 : 0;
    day->numbers += number;
    day->squares += number * number % kModulus;
  }
}

std::vector<Repeats> RepeatCounter::days() const {
  std::vector<Repeats> result;
  result.reserve(days_.size());
  for (const auto& [number, day] : days_) {
    result.push_back({number,
                      static_cast<double>(day.rows),
                      static_cast<double>(day.repeated),
                      {day.numbers, day.squares}});
  }
  std::ranges::sort(result, {}, &Repeats::day);
  return result;
}

}  // namespace till::insight
