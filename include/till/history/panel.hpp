/// \file
/// Customer panel: how many transactions each customer made in each calendar month until a cutoff.
///
/// Customer and time of every row are read once, and added where they belong; features, and
/// transactions of several rows, are counted by the database. Nothing at or after the cutoff is
/// looked at.
///
///     TILL_ASSIGN(const Panel panel, customer_panel(log, {.cutoff = log.end(), .zone = zone}));
///     panel.counts(panel.months() - 1)   // the last month, customer by customer
///
/// Months begin with the month of the first transaction of a known customer and reach to the
/// cutoff, whether or not the log does. A transaction belongs to the month whose range holds its
/// instant; of a unit larger than a row (a day, an invoice) that spans months, each month counts
/// one. Rows without a customer are left out.
///
/// Layer:   history (core, warehouse, log).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/history/features.hpp"
#include "till/log/log.hpp"

namespace till::history {

struct PanelOptions {
  Instant cutoff;               ///< Only rows before it count; where the last month ends.
  TimeZone zone = {};           ///< Whose months and days.
  log::Counting counting = {};  ///< What one transaction is. A month of more returns than sales,
                                ///< where they are subtracted, counts 0.
  std::vector<NamedDay> holidays = {};            ///< Of the panel, as they are.
  std::vector<FeatureDeclaration> features = {};  ///< Measures of the panel.
  /// Days that stand in for a month, kFewestMonthDays ... kMostMonthDays, counted back from the
  /// cutoff, or from the end of its day; 0: months are those of the calendar.
  std::int32_t month_days = 0;
};

/// Counts the transactions of every customer in every month.
///
/// \return a panel without months where no known customer has a transaction before the cutoff.
/// Errors: `NotFound` when the log has no column to count by; `InvalidArgument` when returns are to
/// be subtracted from anything but rows, or a month is to have too few or too many days;
/// `InvalidData` when customers times months are more than a panel holds (2^30: a wrong date may
/// stretch a log over centuries); those of features and of the warehouse.
/// Cost: one pass over the kept customers and one over the rows before the cutoff; in the engine,
/// two more where a transaction is not a row, and one for all features. 8 bytes for each customer
/// and month since birth, and 4 for each feature.
[[nodiscard]] Result<Panel> customer_panel(log::Log& log, const PanelOptions& options);

/// Returns the id of each key, as written in the log. \pre the keys are the log's.
///
/// Errors: those of the warehouse.
[[nodiscard]] Result<std::vector<std::string>> customer_ids(
    log::Log& log, std::span<const std::int32_t> customer_keys);

}  // namespace till::history
