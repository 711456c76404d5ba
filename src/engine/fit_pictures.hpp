/// \file
/// Fit pictures: what the charts of a fitted model are made from.
///
/// Layer:   engine (private).
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "fields.hpp"
#include "history_question.hpp"
#include "model_registry.hpp"

#include "till/charts/chart.hpp"
#include "till/engine/fit.hpp"
#include "till/models/fit.hpp"

namespace till::engine {

template <>
struct Words<FitPlot> {
  static constexpr std::array kAll = {std::pair{"frequencies", FitPlot::Frequencies},
                                      std::pair{"tracking", FitPlot::Tracking},
                                      std::pair{"holdout", FitPlot::Holdout},
                                      std::pair{"matrix", FitPlot::Matrix},
                                      std::pair{"rates", FitPlot::Rates},
                                      std::pair{"profiles", FitPlot::Profiles}};
};

/// A model and what came of fitting it.
struct Fitted {
  const ModelEntry* model = nullptr;
  models::FitReport report;
};

/// A fitted model, the histories it was fitted to, and what their charts say of their source.
struct Pictured {
  const ModelEntry& model;
  const models::FitReport& report;
  std::vector<const Fitted*> compared;  ///< Usable fits that one picture shows together.
  const Histories& histories;
  TimeUnit time_unit;
  std::optional<Date> holdout_end;  ///< The last day after the calibration; unset: the log's end.
  charts::Context context;

  [[nodiscard]] PurchaseHistories seen() const { return history::view(histories.customers); }
};

/// Draws a picture, whatever has become of what it was made from.
using Draw = std::function<charts::Chart()>;

/// Returns what draws a picture of a fit. \pre the report is usable.
///
/// Errors: `Cancelled`; `InvalidArgument` where there is nothing after the calibration to draw;
/// those of the warehouse.
[[nodiscard]] Result<Draw> picture_of(const Pictured& pictured,
                                      FitPlot plot,
                                      log::Log& log,
                                      const Session& session);

}  // namespace till::engine
