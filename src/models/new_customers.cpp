#include "till/models/new_customers.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace till::models {

namespace {

constexpr std::size_t kMonths = 12;

}  // namespace

std::optional<CountPart> new_customer_transactions(const Panel& panel,
                                                   const ForecastTarget& target) {
  const std::size_t months =
      panel.months() - (panel.months() > 0 && !panel.is_last_month_whole() ? 1 : 0);
  std::vector<double> transactions;
  for (std::size_t t = months > kMonths + 1 ? months - kMonths : 1; t < months; ++t) {
    double sum = 0.0;
    for (const std::int32_t count : panel.counts(t).subspan(panel.customers_seen(t - 1))) {
      sum += count;
    }
    transactions.push_back(sum);
  }
  if (transactions.size() < 2) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(transactions.size());
  double mean = 0.0;
  for (const double sum : transactions) {
    mean += sum / n;
  }
  double variance = 0.0;
  for (const double sum : transactions) {
    variance += (sum - mean) * (sum - mean) / (n - 1.0);
  }
  // variance = mean + mean^2 / shape; what varies less than a Poisson count is taken as one.
  const double excess = variance - mean;
  const double shape =
      excess > 0.0 ? mean * mean / excess : std::numeric_limits<double>::infinity();
  double length = 0.0;
  for (const MonthPart& part : target.window) {
    length += part.days() / part.month.days();
  }
  return CountPart{1.0, mean * length, std::max(shape, 1e-3)};
}

}  // namespace till::models
