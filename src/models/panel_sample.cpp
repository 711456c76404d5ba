#include "panel_sample.hpp"

#include <span>
#include <utility>

namespace till::models {

Result<Panel> sampled(const Panel& panel, std::size_t customers) {
  const std::size_t all = panel.customers();
  if (all <= customers) {
    return panel;
  }
  const auto chosen = [&](std::size_t k) { return k * all / customers; };
  PanelColumns columns;
  for (std::size_t k = 0; k < customers; ++k) {
    columns.customer_keys.push_back(panel.customer_keys()[chosen(k)]);
    columns.births.push_back(panel.births()[chosen(k)]);
  }
  for (std::size_t t = 0; t < panel.months(); ++t) {
    columns.months.push_back(panel.month(t));
    const std::span<const std::int32_t> counts = panel.counts(t);
    const std::span<const std::uint32_t> days = panel.active_days(t);
    for (std::size_t k = 0; k < customers && chosen(k) < counts.size(); ++k) {
      columns.counts.push_back(counts[chosen(k)]);
      if (!days.empty()) {
        columns.active_days.push_back(days[chosen(k)]);
      }
    }
  }
  const std::span<const std::int64_t> daily = panel.daily_transactions();
  columns.daily_transactions.assign(daily.begin(), daily.end());
  columns.holidays.assign(panel.holidays().begin(), panel.holidays().end());
  for (std::size_t m = 0; m < panel.measures().size(); ++m) {
    const Measure& measure = panel.measures()[m];
    Measure& some =
        columns.measures.emplace_back(Measure{measure.name, measure.take, measure.windows, {}});
    some.values.reserve(columns.counts.size());
    for (std::size_t t = 0; t < panel.months(); ++t) {
      const std::span<const float> values = panel.measured(m, t);
      for (std::size_t k = 0; k < customers && chosen(k) < values.size(); ++k) {
        some.values.push_back(values[chosen(k)]);
      }
    }
  }
  return Panel::make(std::move(columns));
}

}  // namespace till::models
