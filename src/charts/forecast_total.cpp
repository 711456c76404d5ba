#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "charts/figure.hpp"
#include "charts/month_forecast.hpp"
#include "charts/month_wording.hpp"
#include "charts/text.hpp"
#include "charts/wording.hpp"

#include "till/charts/forecast.hpp"

namespace till::charts {
namespace {

using models::ForecastTotal;
using models::PastMonth;

constexpr double kHeight = 280;

/// Returns how the forecast compares with a month that was seen, "" where none can be compared.
std::string comparison_of(const ForecastTotal& total) {
  const PanelMonth year_before = add_months(total.first, -months_per_year(total.first));
  const PanelMonth month_before = add_months(total.first, -1);
  // A log seldom begins with the first day of its first month.
  const auto seen = [&](const PanelMonth& month) {
    return std::find_if(total.past.begin() + 1, total.past.end(), [&](const PastMonth& past) {
      return past.month == month && past.is_whole && past.transactions > 0;
    });
  };
  auto found = seen(year_before);
  std::string than = " a year before";
  if (found == total.past.end()) {
    found = seen(month_before);
    than = " in " + (month_before.is_calendar()
                         ? month_and_year(month_before)
                         : "the " + std::to_string(month_before.length) + " days before");
  }
  if (found == total.past.end()) {
    return "";
  }
  const auto expected = static_cast<double>(std::llround(total.expected.mean));
  const double change = expected / static_cast<double>(found->transactions) - 1.0;
  if (change == 0.0) {
    return ", as many as" + than;
  }
  return ", " + percent(std::abs(change)) + (change > 0 ? " more" : " fewer") + " than" + than;
}

}  // namespace

Chart forecast_total(const ForecastTotal& total, std::string_view model, const Context& context) {
  const double mean = total.expected.mean;
  const std::int64_t rounded = std::llround(mean);
  MonthForecastPanel past = month_forecast_panel(
      {total.past, total.first, models::CountDistribution({&total.expected, 1}), count(rounded), 0},
      kHeight);
  Figure figure;
  figure.title = count_of(rounded, "transaction") + (rounded == 1 ? " is" : " are") +
                 " expected in " + month_and_year(total.first) + comparison_of(total);
  figure.subtitle = "Of all customers, by " + month_noun(total.first, 1) + ", and as " +
                    isolated(drawable(model)) + " forecasts them; bands: half and nine of ten (" +
                    past.band_text +
                    ") of what would come if customers were independent of each other";
  if (total.new_customers > 0) {
    const std::int64_t newcomers = std::llround(total.new_customers);
    figure.notes.push_back("New customers are expected to make " +
                           (newcomers > 0 ? count(newcomers) : "less than one") + " of them");
  }
  std::ranges::move(past.notes, std::back_inserter(figure.notes));
  figure.panels.push_back(std::move(past.panel));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
