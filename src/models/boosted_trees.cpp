#include "till/models/boosted_trees.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "chunks.hpp"
#include "no_months.hpp"
#include "panel_features.hpp"
#include "spread.hpp"
#include <xgboost/c_api.h>

namespace till::models {

namespace {

constexpr std::size_t kCutoffs = 12;      // past months that trees learn from
constexpr std::size_t kHeldOut = 2;       // of them, to learn the spread from
constexpr std::size_t kRows = 120'000;    // that trees learn from
constexpr std::size_t kFewestRows = 200;  // as above
constexpr std::size_t kFewestMonths = 4;
constexpr int kRounds = 150;
constexpr std::size_t kBlock = 65'536;  // customers forecast at once
constexpr double kPenalty = 2.0;        // of month effects: an offset is believed less

struct FreeMatrix {
  void operator()(DMatrixHandle matrix) const noexcept { XGDMatrixFree(matrix); }
};

struct FreeBooster {
  void operator()(BoosterHandle booster) const noexcept { XGBoosterFree(booster); }
};

using Matrix = std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, FreeMatrix>;
using Booster = std::unique_ptr<std::remove_pointer_t<BoosterHandle>, FreeBooster>;

Error refused() {
  return {
      ErrorCode::Internal, std::string("boosted_trees: XGBoost says: ") + XGBGetLastError(), ""};
}

/// Rows to learn from or to forecast.
struct Rows {
  std::vector<float> features;  // kPanelFeatures for each row
  std::vector<float> offsets;   // on the scale of ln mean
  std::vector<float> targets;   // none: to forecast
};

Result<Matrix> matrix_of(const Rows& rows) {
  DMatrixHandle handle = nullptr;
  if (XGDMatrixCreateFromMat_omp(rows.features.data(),
                                 rows.offsets.size(),
                                 kPanelFeatures,
                                 std::numeric_limits<float>::quiet_NaN(),
                                 &handle,
                                 1) != 0) {
    return refused();
  }
  Matrix matrix(handle);
  if (XGDMatrixSetFloatInfo(handle, "base_margin", rows.offsets.data(), rows.offsets.size()) != 0) {
    return refused();
  }
  if (!rows.targets.empty() &&
      XGDMatrixSetFloatInfo(handle, "label", rows.targets.data(), rows.targets.size()) != 0) {
    return refused();
  }
  return matrix;
}

/// Returns an empty booster. One thread sums gradients in one order: the same trees everywhere.
Result<Booster> booster_of(const Matrix& matrix, std::int32_t threads) {
  const DMatrixHandle cache = matrix.get();
  BoosterHandle handle = nullptr;
  if (XGBoosterCreate(&cache, matrix ? 1 : 0, &handle) != 0) {
    return refused();
  }
  Booster booster(handle);
  const std::string thread_count = std::to_string(threads);
  const std::array<std::pair<const char*, const char*>, 14> settings = {{
      {"verbosity", "0"},
      {"nthread", thread_count.c_str()},
      {"seed", "1"},
      {"seed_per_iteration", "1"},
      {"objective", "reg:tweedie"},
      {"tweedie_variance_power", "1.5"},
      {"tree_method", "hist"},
      {"max_bin", "128"},
      {"max_depth", "5"},
      {"eta", "0.05"},
      {"min_child_weight", "5"},
      {"subsample", "0.8"},
      {"colsample_bytree", "0.5"},
      {"lambda", "2"},
  }};
  for (const auto& [name, value] : settings) {
    if (XGBoosterSetParam(handle, name, value) != 0) {
      return refused();
    }
  }
  return booster;
}

/// Returns trees grown on rows, as bytes.
Result<std::string> grow(const Rows& rows, const Computation& computation) {
  TILL_ASSIGN(const Matrix matrix, matrix_of(rows));
  TILL_ASSIGN(const Booster booster, booster_of(matrix, 1));
  for (int round = 0; round < kRounds; ++round) {
    if (computation.cancelled && computation.cancelled()) {
      return Error{ErrorCode::Cancelled, "boosted_trees: interrupted", ""};
    }
    if (XGBoosterUpdateOneIter(booster.get(), round, matrix.get()) != 0) {
      return refused();
    }
  }
  bst_ulong length = 0;
  const char* bytes = nullptr;
  if (XGBoosterSaveModelToBuffer(booster.get(), R"({"format": "ubj"})", &length, &bytes) != 0) {
    return refused();
  }
  return std::string(bytes, length);
}

/// Returns the mean of each row; at most `largest`.
Result<std::vector<double>> means_of(const std::string& trees,
                                     const Rows& rows,
                                     double largest,
                                     std::int32_t threads) {
  TILL_ASSIGN(const Matrix matrix, matrix_of(rows));
  TILL_ASSIGN(const Booster booster, booster_of(Matrix(), threads));
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* margins = nullptr;
  if (XGBoosterLoadModelFromBuffer(booster.get(), trees.data(), trees.size()) != 0 ||
      XGBoosterPredictFromDMatrix(
          booster.get(),
          matrix.get(),
          R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0,
              "strict_shape": false})",
          &shape,
          &dimensions,
          &margins) != 0) {
    return refused();
  }
  std::vector<double> means(rows.offsets.size());
  for (std::size_t i = 0; i < means.size(); ++i) {
    means[i] = std::min(std::exp(static_cast<double>(margins[i])), largest);
  }
  return means;
}

/// Returns ln of an exposure against the mean of the three whole months before a cutoff.
double season_offset(const CalendarExposure& calendar, const Panel& panel, double exposure) {
  const std::size_t whole = whole_months(panel);
  const std::size_t from = whole > 3 ? whole - 3 : 0;
  double before = 0.0;
  for (std::size_t t = from; t < whole; ++t) {
    before += calendar.exposure(panel.month(t)) / static_cast<double>(whole - from);
  }
  return std::log(exposure / before);
}

/// Appends what was known when month t began and, as a target, what came in it.
void append_month(const Panel& panel,
                  const CalendarExposure& calendar,
                  std::size_t t,
                  std::size_t step,
                  Rows& rows) {
  const Panel known = panel.before(t);
  append_panel_features(known, 0, known.customers(), step, rows.features);
  const auto offset =
      static_cast<float>(season_offset(calendar, known, calendar.exposure(panel.month(t))));
  const std::span<const std::int32_t> counts = panel.counts(t);
  for (std::size_t i = 0; i < known.customers(); i += step) {
    rows.offsets.push_back(offset);
    rows.targets.push_back(static_cast<float>(counts[i]));
  }
}

/// Adds ln of the mean target to all offsets and returns it.
double start_at_the_mean(Rows& rows) {
  double sum = 0.5;  // not all zero
  for (const float y : rows.targets) {
    sum += static_cast<double>(y);
  }
  const double log_mean = std::log(sum / static_cast<double>(rows.targets.size()));
  for (float& offset : rows.offsets) {
    offset += static_cast<float>(log_mean);
  }
  return log_mean;
}

double cap_of(const Rows& rows) {
  return 3.0 * std::max(1.0, static_cast<double>(*std::ranges::max_element(rows.targets)));
}

}  // namespace

Result<BoostedTrees> BoostedTrees::fit(const Panel& panel,
                                       const Computation& computation,
                                       const BoostedTrees* /*before*/) {
  if (panel.months() == 0) {
    return no_months(BoostedTrees::kName, "fit");
  }
  BoostedTrees model;
  model.calendar_ = CalendarExposure::fit(panel, kPenalty);
  const std::size_t whole = whole_months(panel);
  const std::size_t first = whole > kCutoffs ? whole - kCutoffs : 1;
  std::size_t available = 0;
  for (std::size_t t = first; t < whole; ++t) {
    available += panel.customers_seen(t - 1);
  }
  if (whole < kFewestMonths || available < kFewestRows) {
    TILL_ASSIGN(model.fallback_, MeanOf3Months::fit(panel, computation, nullptr));
    model.warnings_.push_back(
        "boosted_trees: " + std::to_string(whole) + " whole months and " +
        std::to_string(available) + " past customer-months, fewer than " +
        std::to_string(kFewestMonths) + " and " + std::to_string(kFewestRows) +
        ", are too few to grow trees on: forecasts are means of three months");
    return model;
  }
  const std::size_t step = (available + kRows - 1) / kRows;

  Rows seen;  // all months but the held out, then those, too
  Rows held_out;
  for (std::size_t t = first; t + kHeldOut < whole; ++t) {
    append_month(panel, model.calendar_, t, step, seen);
  }
  for (std::size_t t = whole - kHeldOut; t < whole; ++t) {
    append_month(panel, model.calendar_, t, step, held_out);
  }
  Rows all = seen;
  all.features.insert(all.features.end(), held_out.features.begin(), held_out.features.end());
  all.offsets.insert(all.offsets.end(), held_out.offsets.begin(), held_out.offsets.end());
  all.targets.insert(all.targets.end(), held_out.targets.begin(), held_out.targets.end());
  model.log_mean_ = start_at_the_mean(all);
  model.largest_ = cap_of(all);

  const double log_mean_seen = start_at_the_mean(seen);
  for (float& offset : held_out.offsets) {
    offset += static_cast<float>(log_mean_seen);
  }
  std::array<Result<std::string>, 2> grown = {std::string(), std::string()};
  for_each_chunk(2, 1, computation.threads, [&](std::size_t i, std::size_t, std::size_t) {
    grown[i] = grow(i == 0 ? all : seen, computation);
  });
  TILL_ASSIGN(model.trees_, std::move(grown[0]));
  TILL_ASSIGN(const std::string earlier, std::move(grown[1]));
  TILL_ASSIGN(std::vector<double> guesses, means_of(earlier, held_out, cap_of(seen), 1));
  const Past past{std::move(guesses), {held_out.targets.begin(), held_out.targets.end()}};
  TILL_ASSIGN(model.spread_, fit_spread(kName, past, computation));
  return model;
}

Result<Forecast> BoostedTrees::forecast(const Panel& panel,
                                        const ForecastTarget& target,
                                        const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(BoostedTrees::kName, "forecast");
  }
  if (fallback_) {
    return fallback_->forecast(panel, target, computation);
  }
  double exposure = 0.0;
  for (const MonthPart& part : target.window) {
    exposure += calendar_.exposure(part);
  }
  const double offset = log_mean_ + season_offset(calendar_, panel, exposure);
  const double largest = largest_ * std::max(1.0, exposure);
  Forecast forecast(panel.customers(), 1);
  for (std::size_t begin = 0; begin < panel.customers(); begin += kBlock) {
    if (computation.cancelled && computation.cancelled()) {
      return Error{ErrorCode::Cancelled, "boosted_trees: interrupted", ""};
    }
    const std::size_t end = std::min(begin + kBlock, panel.customers());
    Rows rows;
    append_panel_features(panel, begin, end, 1, rows.features);
    rows.offsets.assign(end - begin, static_cast<float>(offset));
    TILL_ASSIGN(const std::vector<double> means,
                means_of(trees_, rows, largest, computation.threads));
    for (std::size_t i = begin; i < end; ++i) {
      // A floor is of whole months, as is what the spread was fitted to.
      const double mean = std::max(means[i - begin], spread_.floor * std::min(1.0, exposure));
      const double shape = std::exp(spread_.log_shape + spread_.slope * std::log(mean));
      forecast.parts(i)[0] = {1.0, mean, shape};
    }
  }
  return forecast;
}

}  // namespace till::models
