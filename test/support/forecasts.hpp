/// \file
/// Forecasts of a test, and whether two are the same.
#pragma once

#include <cstddef>

#include <gtest/gtest.h>

#include "till/core/calendar.hpp"
#include "till/core/panel.hpp"
#include "till/models/forecast.hpp"

namespace till::test {

/// Returns the target that is the month after a panel's cutoff, or what is left of its last one.
inline models::ForecastTarget next_month(const Panel& panel) {
  const PanelMonth last = panel.month(panel.months() - 1).month;
  const PanelMonth end = add_months(last, panel.is_last_month_whole() ? 2 : 1);
  return *models::target_after(panel, {panel.cutoff(), start_of(end, TimeZone())}, TimeZone());
}

/// Expects the same forecasts, to the last bit.
inline void expect_same(const models::Forecast& a, const models::Forecast& b) {
  ASSERT_EQ(a.customers(), b.customers());
  for (std::size_t i = 0; i < a.customers(); ++i) {
    const auto parts = a.distribution(i).parts();
    const auto others = b.distribution(i).parts();
    ASSERT_EQ(parts.size(), others.size());
    for (std::size_t j = 0; j < parts.size(); ++j) {
      EXPECT_EQ(parts[j].weight, others[j].weight);
      EXPECT_EQ(parts[j].mean, others[j].mean);
      EXPECT_EQ(parts[j].shape, others[j].shape);
    }
  }
  EXPECT_EQ(a.probability_alive, b.probability_alive);
}

}  // namespace till::test
