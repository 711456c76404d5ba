/// \file
/// Tracking: do the purchases of known customers come as a model expects them, also after the
/// histories it was fitted to end?
///
/// Two pictures of the same question. Over time: the repeat purchases of all customers in each
/// period, those after the calibration being a test. By customer: the mean purchases after the
/// calibration of those with 0, 1, 2 ... repeat purchases within it.
///
/// Layer:   models (core).   Threads: pure.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/purchase_history.hpp"
#include "till/models/frequencies.hpp"

namespace till::models {

/// What one model expects, period by period or class by class.
struct ExpectedSeries {
  std::string model;
  std::vector<double> expected;
};

/// Repeat purchases of all customers known at the end of the calibration, by period.
struct Tracking {
  std::vector<Date> bounds;             ///< Where each period begins, and where the last ends.
  std::size_t calibration_periods = 0;  ///< The first so many of them were seen by the models.
  std::vector<double> actual;           ///< One for each period.
  std::vector<ExpectedSeries> models;
};

/// E[X(t)] of a new customer, for each t >= 0.
using ExpectTransactions =
    std::function<void(std::span<const double> times, std::span<double> out)>;

/// Returns how many repeat purchases customers of these ages are expected to make in each period.
///
/// \param bounds  n + 1 ascending times, in the unit of the ages; 0 is the end of the calibration.
/// Accuracy: 1e-3 relative: E[X(t)] is read from a table of 1,024 times.
/// Cost: that table; O(ages times periods).
[[nodiscard]] std::vector<double> expected_in_periods(const ExpectTransactions& expect,
                                                      std::span<const AgeGroup> ages,
                                                      std::span<const double> bounds);

/// Purchases after the calibration, by repeat purchases within it.
struct Holdout {
  std::vector<FrequencyClass> classes;  ///< `actual`: how many customers.
  std::vector<double> purchases;        ///< Of each class, after the calibration.
  std::vector<ExpectedSeries> models;   ///< The same as expected.
};

/// Adds up a number of each customer by the classes of x. \pre values.size() == histories.size().
[[nodiscard]] std::vector<double> sums_by_class(std::span<const FrequencyClass> classes,
                                                const PurchaseHistories& histories,
                                                std::span<const double> values);

}  // namespace till::models
