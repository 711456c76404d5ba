#include "count_trees.hpp"

#include <algorithm>
#include <cmath>

#include "past_lessons.hpp"

#include "till/core/check.hpp"

namespace till::models {

namespace {

constexpr std::size_t kManyRows = 50'000;  // to predict: worth another thread
constexpr double kBeliefs = 3.0;           // times the largest count: no mean is higher
constexpr double kSmallestMean = 0.02;     // of the filter, to be corrected

std::size_t columns_of(FeatureGroup group) {
  return feature_names(group).size();
}

/// Appends where trees begin for each customer of a month, but for the mean of all counts.
void add_offsets(const TreeRecipe& recipe,
                 const Panel& panel,
                 const MonthFeatures& features,
                 const MonthPart& month,
                 const CalendarExposure& season,
                 std::vector<float>& offsets) {
  const std::size_t customers = features.rows.rows();
  if (!recipe.corrects_filter) {
    const double offset = season_offset(panel, features.month, month, season);
    offsets.insert(offsets.end(), customers, static_cast<float>(offset));
    return;
  }
  TILL_ASSERT(features.views.has_value(), "trees that correct the filter need what it says");
  for (std::size_t i = 0; i < customers; ++i) {
    const double mean = features.views->filter.distribution(i).mean();
    offsets.push_back(static_cast<float>(std::log(std::max(mean, kSmallestMean))));
  }
}

}  // namespace

bool TreeRecipe::takes(std::size_t age) const noexcept {
  return std::ranges::any_of(
      ages, [&](const auto& range) { return age >= range.first && age <= range.second; });
}

Result<std::optional<CountTrees>> CountTrees::learn(const TreeRecipe& recipe,
                                                    const Panel& panel,
                                                    std::span<const MonthFeatures> features,
                                                    const CalendarExposure& season,
                                                    const Computation& computation) {
  const std::size_t columns = columns_of(recipe.features);
  std::vector<std::string> declared = declared_names(panel);
  FeatureMatrix rows{columns + declared.size(), {}};
  std::vector<float> counts;
  std::vector<float> offsets;
  double sum = 0.0;
  double largest = 0.0;
  for (const MonthFeatures& month : features) {
    if (month.month >= panel.months() || !recipe.takes(panel.months() - month.month)) {
      continue;
    }
    const FeatureMatrix some = with_declared(month, columns);
    rows.values.insert(rows.values.end(), some.values.begin(), some.values.end());
    add_offsets(recipe, panel, month, panel.month(month.month), season, offsets);
    for (const std::int32_t y : panel.counts(month.month).first(some.rows())) {
      counts.push_back(static_cast<float>(y));
      sum += y;
      largest = std::max(largest, static_cast<double>(y));
    }
  }
  if (counts.empty() || sum == 0.0) {
    return std::optional<CountTrees>();
  }
  const double log_mean =
      recipe.corrects_filter ? 0.0 : std::log(sum / static_cast<double>(counts.size()));
  for (float& offset : offsets) {
    offset += static_cast<float>(log_mean);
  }
  TILL_ASSIGN(
      Boosting trees,
      Boosting::learn(
          rows,
          counts,
          offsets,
          {.loss = recipe.loss, .rounds = recipe.rounds, .learning_rate = recipe.learning_rate},
          1,  // threads that wait for each other cost more than they do
          computation.cancelled));
  return std::optional(
      CountTrees(recipe, std::move(trees), log_mean, kBeliefs * largest, std::move(declared)));
}

Result<std::vector<double>> CountTrees::predict(const Panel& panel,
                                                const MonthFeatures& features,
                                                const MonthPart& month,
                                                const CalendarExposure& season,
                                                const Computation& computation) const {
  if (declared_names(panel) != declared_) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(recipe_.name) +
                     ": the features of the panel are other ones than those "
                     "that its trees were grown on",
                 "declare the same ones, or fit the model again"};
  }
  std::vector<float> offsets;
  add_offsets(recipe_, panel, features, month, season, offsets);
  for (float& offset : offsets) {
    offset += static_cast<float>(log_mean_);
  }
  TILL_ASSIGN(std::vector<double> means,
              trees_.predict(with_declared(features, columns_of(recipe_.features)),
                             offsets,
                             features.rows.rows() > kManyRows ? computation.threads : 1));
  for (double& mean : means) {
    mean = std::min(std::exp(mean), largest_);
  }
  return means;
}

void sort_gains(std::vector<FeatureGain>& gains) {
  std::ranges::sort(gains, [](const FeatureGain& a, const FeatureGain& b) {
    return a.share != b.share ? a.share > b.share : a.feature < b.feature;
  });
}

std::vector<FeatureGain> CountTrees::feature_gains() const {
  const Result<std::vector<double>> shares = trees_.importance();
  TILL_ASSERT(shares.has_value(), "trees that were grown cannot be asked");
  std::vector<FeatureGain> gains;
  gains.reserve(shares->size());
  for (std::string& name : all_names()) {
    gains.push_back({std::move(name), (*shares)[gains.size()]});
  }
  return gains;
}

std::vector<std::string> CountTrees::all_names() const {
  std::vector<std::string> names = feature_names(recipe_.features);
  names.insert(names.end(), declared_.begin(), declared_.end());
  return names;
}

Result<State> CountTrees::save() const {
  State state;
  state.set("name", std::string(recipe_.name));
  TILL_ASSIGN(std::string bytes, trees_.save());
  TILL_ASSIGN(std::vector<double> importance, trees_.importance());
  state.set("trees", State::Bytes{std::move(bytes)});
  state.set("log_mean", log_mean_);
  state.set("largest", largest_);
  state.set("features", all_names());
  state.set("importance", std::move(importance));
  return state;
}

Result<CountTrees> CountTrees::load(const State& state, const TreeRecipe& recipe) {
  StateReader read(state, recipe.name);
  const double log_mean = read.number("log_mean", -100.0, 100.0);
  const double largest = read.positive("largest");
  const std::vector<std::string> features = read.texts("features");
  const std::string bytes = read.bytes("trees");
  TILL_TRY(read.finish());
  const std::vector<std::string> own = feature_names(recipe.features);
  if (features.size() < own.size() || !std::equal(own.begin(), own.end(), features.begin())) {
    return Error{ErrorCode::Unsupported,
                 std::string(recipe.name) +
                     ": its trees were grown on other features than this "
                     "till makes",
                 "fit the model again"};
  }
  TILL_ASSIGN(Boosting trees, Boosting::load(bytes, features.size()));
  return CountTrees(recipe,
                    std::move(trees),
                    log_mean,
                    largest,
                    {features.begin() + static_cast<std::ptrdiff_t>(own.size()), features.end()});
}

}  // namespace till::models
