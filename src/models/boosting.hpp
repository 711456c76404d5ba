/// \file
/// Boosting: regression trees for counts, by XGBoost.
///
/// Rows are features, a count and an offset; what is learned is ln mean = offset + a sum of small
/// trees. Trees are the same for any number of threads.
///
/// Layer:   models (private).   Threads: pure; learning and prediction use `threads` of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "till/core/result.hpp"

namespace till::models {

/// What the trees make small.
enum class CountLoss {
  Poisson,
  Tweedie,           ///< Of power 1.5: large counts pull less than with Poisson.
  NegativeBinomial,  ///< Of shape 3: less still.
};

struct BoostingOptions {
  CountLoss loss = CountLoss::NegativeBinomial;
  std::int32_t rounds = 200;      ///< Trees; > 0.
  double learning_rate = 0.05;    ///< (0, 1].
  std::int32_t depth = 5;         ///< Splits from root to leaf; > 0.
  double min_child_weight = 5.0;  ///< Curvature of the loss that a leaf must hold; >= 0.
  double share_of_rows = 0.8;     ///< Seen by each tree; (0, 1].
  double share_of_columns = 0.5;  ///< Seen by each tree; (0, 1].
  double penalty = 2.0;           ///< Of squared leaf values; >= 0.
  std::uint64_t seed = 1;
};

/// Rows by columns; a number that is not known is NaN.
struct FeatureMatrix {
  std::size_t columns = 0;
  std::vector<float> values;  ///< Row after row.

  [[nodiscard]] std::size_t rows() const noexcept {
    return columns == 0 ? 0 : values.size() / columns;
  }
};

class Boosting {
 public:
  /// \param counts   one for each row; >= 0.
  /// \param offsets  one for each row: ln of what a count would be expected to be; finite.
  /// \param threads  >= 1.
  /// \pre rows.rows() > 0.
  /// Errors: `Cancelled`; `Internal` with XGBoost's message.
  [[nodiscard]] static Result<Boosting> learn(const FeatureMatrix& rows,
                                              std::span<const float> counts,
                                              std::span<const float> offsets,
                                              const BoostingOptions& options,
                                              std::int32_t threads,
                                              const std::function<bool()>& cancelled);

  /// Returns ln mean of each row. \pre rows has the columns that were learned from.
  [[nodiscard]] Result<std::vector<double>> predict(const FeatureMatrix& rows,
                                                    std::span<const float> offsets,
                                                    std::int32_t threads) const;

  /// Returns the trees as bytes, and makes them of these again.
  ///
  /// \param columns  that they were learned from. Errors: `CorruptFile`.
  [[nodiscard]] Result<std::string> save() const;
  [[nodiscard]] static Result<Boosting> load(const std::string& bytes, std::size_t columns);

  /// Returns how much each column made the loss smaller, in all its splits; the sum is 1, or 0
  /// where there was no split. Length: columns.
  [[nodiscard]] Result<std::vector<double>> importance() const;

 private:
  explicit Boosting(std::shared_ptr<void> booster, std::size_t columns)
      : booster_(std::move(booster)), columns_(columns) {}

  std::shared_ptr<void> booster_;
  std::size_t columns_ = 0;
};

}  // namespace till::models
