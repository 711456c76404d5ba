#include "boosting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <xgboost/c_api.h>

namespace till::models {

namespace {

constexpr double kShape = 3.0;        // of the negative binomial loss
constexpr float kMaxLogMean = 30.0F;  // where a gradient is computed: no overflow on the way

Error failed() {
  return {
      ErrorCode::Internal, std::string("boosting: ") + XGBGetLastError(), "this is a bug in till"};
}

/// Turns a status of XGBoost into a Result.
Result<void> check(int status) {
  return status == 0 ? Result<void>() : Result<void>(failed());
}

std::shared_ptr<void> owned_matrix(DMatrixHandle handle) {
  return {handle, [](void* matrix) { XGDMatrixFree(matrix); }};
}

std::shared_ptr<void> owned_booster(BoosterHandle handle) {
  return {handle, [](void* booster) { XGBoosterFree(booster); }};
}

Result<std::shared_ptr<void>> matrix_of(const FeatureMatrix& rows,
                                        std::span<const float> offsets,
                                        std::int32_t threads) {
  DMatrixHandle handle = nullptr;
  TILL_TRY(check(XGDMatrixCreateFromMat_omp(rows.values.data(),
                                            rows.rows(),
                                            rows.columns,
                                            std::numeric_limits<float>::quiet_NaN(),
                                            &handle,
                                            threads)));
  std::shared_ptr<void> matrix = owned_matrix(handle);
  TILL_TRY(check(XGDMatrixSetFloatInfo(handle, "base_margin", offsets.data(), offsets.size())));
  return matrix;
}

Result<void> set(BoosterHandle booster, const char* name, const std::string& value) {
  return check(XGBoosterSetParam(booster, name, value.c_str()));
}

/// Writes a number as C does, whatever the locale.
std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

Result<void> configure(BoosterHandle booster,
                       const BoostingOptions& options,
                       std::int32_t threads) {
  TILL_TRY(set(booster, "verbosity", "0"));
  TILL_TRY(set(booster, "tree_method", "hist"));
  TILL_TRY(set(booster, "max_bin", "128"));
  TILL_TRY(set(booster, "nthread", std::to_string(threads)));
  TILL_TRY(set(booster, "seed", std::to_string(options.seed)));
  TILL_TRY(set(booster, "eta", text_of(options.learning_rate)));
  TILL_TRY(set(booster, "max_depth", std::to_string(options.depth)));
  TILL_TRY(set(booster, "min_child_weight", text_of(options.min_child_weight)));
  TILL_TRY(set(booster, "subsample", text_of(options.share_of_rows)));
  TILL_TRY(set(booster, "colsample_bytree", text_of(options.share_of_columns)));
  TILL_TRY(set(booster, "lambda", text_of(options.penalty)));
  switch (options.loss) {
    case CountLoss::Poisson:
      TILL_TRY(set(booster, "max_delta_step", "0.7"));
      return set(booster, "objective", "count:poisson");
    case CountLoss::Tweedie:
      TILL_TRY(set(booster, "tweedie_variance_power", "1.5"));
      return set(booster, "objective", "reg:tweedie");
    case CountLoss::NegativeBinomial:
      // Gradients come from here; margins are used as they are.
      return set(booster, "objective", "reg:squarederror");
  }
  return {};
}

/// Writes the slope and curvature of minus ln NB(y; mean exp(margin), shape kShape); the curvature
/// is that of the negative binomial itself, which is > 0.
void slopes_of(std::span<const float> margins,
               std::span<const float> counts,
               std::vector<float>& slopes,
               std::vector<float>& curvatures) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double mean =
        std::exp(static_cast<double>(std::clamp(margins[i], -kMaxLogMean, kMaxLogMean)));
    const double y = static_cast<double>(counts[i]);
    const double spread = 1.0 + mean / kShape;
    slopes[i] = static_cast<float>((mean - y) / spread);
    curvatures[i] = static_cast<float>(mean * (1.0 + y / kShape) / (spread * spread));
  }
}

}  // namespace

Result<Boosting> Boosting::learn(const FeatureMatrix& rows,
                                 std::span<const float> counts,
                                 std::span<const float> offsets,
                                 const BoostingOptions& options,
                                 std::int32_t threads,
                                 const std::function<bool()>& cancelled) {
  TILL_ASSIGN(const std::shared_ptr<void> matrix, matrix_of(rows, offsets, threads));
  TILL_TRY(check(XGDMatrixSetFloatInfo(matrix.get(), "label", counts.data(), counts.size())));
  const std::array<DMatrixHandle, 1> matrices = {matrix.get()};
  BoosterHandle handle = nullptr;
  TILL_TRY(check(XGBoosterCreate(matrices.data(), matrices.size(), &handle)));
  std::shared_ptr<void> booster = owned_booster(handle);
  TILL_TRY(configure(handle, options, threads));
  std::vector<float> slopes(counts.size());
  std::vector<float> curvatures(counts.size());
  for (std::int32_t round = 0; round < options.rounds; ++round) {
    if (cancelled && cancelled()) {
      return Error{ErrorCode::Cancelled, "boosting: interrupted", ""};
    }
    if (options.loss != CountLoss::NegativeBinomial) {
      TILL_TRY(check(XGBoosterUpdateOneIter(handle, round, matrix.get())));
      continue;
    }
    bst_ulong size = 0;
    const float* margins = nullptr;
    TILL_TRY(check(XGBoosterPredict(handle, matrix.get(), 1, 0, 1, &size, &margins)));
    slopes_of({margins, size}, counts, slopes, curvatures);
    TILL_TRY(check(XGBoosterBoostOneIter(
        handle, matrix.get(), slopes.data(), curvatures.data(), counts.size())));
  }
  return Boosting(std::move(booster), rows.columns);
}

Result<std::vector<double>> Boosting::predict(const FeatureMatrix& rows,
                                              std::span<const float> offsets,
                                              std::int32_t threads) const {
  std::vector<double> log_means;
  if (rows.rows() == 0) {
    return log_means;
  }
  TILL_ASSIGN(const std::shared_ptr<void> matrix, matrix_of(rows, offsets, threads));
  bst_ulong size = 0;
  const float* margins = nullptr;
  TILL_TRY(check(XGBoosterPredict(booster_.get(), matrix.get(), 1, 0, 0, &size, &margins)));
  log_means.assign(margins, margins + size);
  return log_means;
}

Result<std::string> Boosting::save() const {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  TILL_TRY(
      check(XGBoosterSaveModelToBuffer(booster_.get(), R"({"format": "ubj"})", &size, &bytes)));
  return std::string(bytes, size);
}

Result<Boosting> Boosting::load(const std::string& bytes, std::size_t columns) {
  BoosterHandle handle = nullptr;
  TILL_TRY(check(XGBoosterCreate(nullptr, 0, &handle)));
  std::shared_ptr<void> booster = owned_booster(handle);
  TILL_TRY(set(handle, "verbosity", "0"));
  TILL_TRY(set(handle, "nthread", "1"));
  bst_ulong features = 0;
  if (bytes.empty() || XGBoosterLoadModelFromBuffer(handle, bytes.data(), bytes.size()) != 0 ||
      XGBoosterGetNumFeature(handle, &features) != 0 || features != columns) {
    return Error{
        ErrorCode::CorruptFile,
        "boosting: the saved trees must be XGBoost's, of " + std::to_string(columns) + " columns",
        "fit the model again"};
  }
  return Boosting(std::move(booster), columns);
}

Result<std::vector<double>> Boosting::importance() const {
  std::vector<double> gains(columns_, 0.0);
  bst_ulong features = 0;
  bst_ulong dimensions = 0;
  const char** names = nullptr;
  const bst_ulong* shape = nullptr;
  const float* scores = nullptr;
  TILL_TRY(check(XGBoosterFeatureScore(booster_.get(),
                                       R"({"importance_type": "total_gain"})",
                                       &features,
                                       &names,
                                       &dimensions,
                                       &shape,
                                       &scores)));
  double sum = 0.0;
  for (std::size_t i = 0; i < features; ++i) {
    const std::string_view name = names[i];  // "f12"
    std::size_t column = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), column);
    gains[column] = static_cast<double>(scores[i]);
    sum += gains[column];
  }
  for (double& gain : gains) {
    gain = sum > 0.0 ? gain / sum : 0.0;
  }
  return gains;
}

}  // namespace till::models
