#include "till/models/boosted_trees.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "chunks.hpp"
#include "count_trees.hpp"
#include "member_features.hpp"
#include "no_months.hpp"
#include "past_lessons.hpp"
#include "spread.hpp"
#include "whole_months.hpp"

namespace till::models {

namespace {

constexpr std::size_t kRows = 120'000;  // that trees learn from

TreeRecipe recipe_of(std::size_t oldest) {
  return {.name = BoostedTrees::kName,
          .loss = CountLoss::Tweedie,
          .rounds = 150,
          .features = FeatureGroup::Counts,
          .ages = {{1, oldest}}};
}

}  // namespace

struct BoostedTrees::Learned {
  CalendarExposure season;
  CountTrees trees;
};

Result<BoostedTrees> BoostedTrees::fit(const Panel& panel,
                                       const Computation& computation,
                                       const BoostedTrees* /*before*/) {
  if (panel.months() == 0) {
    return no_months(kName, "fit");
  }
  BoostedTrees model;
  TILL_ASSIGN(model.fallback_, MeanOf3Months::fit(panel, computation, nullptr));
  TILL_ASSIGN(const PastLessons past, past_lessons(kName, panel, kRows, computation));
  if (!past.too_few.empty()) {
    model.warnings_.push_back(past.too_few);
    return model;
  }
  const Panel& sample = past.sample;
  // One set of trees knows all months; the other has yet to see the last ones.
  const std::array<Panel, 2> known = {sample, sample.before(sample.months() - kHeldOutMonths)};
  std::array<Result<std::optional<CountTrees>>, 2> grown = {std::optional<CountTrees>(),
                                                            std::optional<CountTrees>()};
  for_each_chunk(2, 1, computation.threads, [&](std::size_t i, std::size_t, std::size_t) {
    grown[i] = CountTrees::learn(recipe_of(i == 0 ? kLessonMonths : kLessonMonths - kHeldOutMonths),
                                 known[i],
                                 past.features,
                                 past.season,
                                 computation);
  });
  TILL_ASSIGN(std::optional<CountTrees> trees, std::move(grown[0]));
  TILL_ASSIGN(const std::optional<CountTrees> earlier, std::move(grown[1]));
  if (!trees || !earlier) {  // nobody came at all
    return model;
  }
  Past missed;
  for (const MonthFeatures& month : past.held_out()) {
    TILL_ASSIGN(
        const std::vector<double> guesses,
        earlier->predict(sample, month, sample.month(month.month), past.season, computation));
    missed.guesses.insert(missed.guesses.end(), guesses.begin(), guesses.end());
    const std::span<const std::int32_t> counts = sample.counts(month.month).first(guesses.size());
    missed.counts.insert(missed.counts.end(), counts.begin(), counts.end());
  }
  TILL_ASSIGN(model.spread_, fit_spread(kName, missed, computation));
  model.state_ = std::make_shared<const Learned>(Learned{past.season, std::move(*trees)});
  return model;
}

Result<Forecast> BoostedTrees::forecast(const Panel& panel,
                                        const ForecastTarget& target,
                                        const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(kName, "forecast");
  }
  TILL_ASSIGN(Forecast forecast, fallback_->forecast(panel, target, computation));
  if (!state_) {
    return forecast;
  }
  const Panel whole = panel.before(whole_months(panel));
  const MonthPart& first = target.window.front();
  double exposure = 0.0;
  for (const MonthPart& part : target.window) {
    exposure += state_->season.exposure(part);
  }
  const double months = exposure / state_->season.exposure(first);
  const std::size_t cutoff = whole.months();
  TILL_ASSIGN(const std::vector<MonthFeatures> features,
              member_features(whole, std::span(&cutoff, 1), target, nullptr, computation));
  TILL_ASSIGN(const std::vector<double> means,
              state_->trees.predict(whole, features.front(), first, state_->season, computation));
  for (std::size_t i = 0; i < means.size(); ++i) {
    forecast.parts(i)[0] = around(means[i] * months, spread_, exposure);
  }
  return forecast;
}

std::vector<FeatureGain> BoostedTrees::feature_gains() const {
  if (!state_) {
    return {};
  }
  std::vector<FeatureGain> gains = state_->trees.feature_gains();
  sort_gains(gains);
  return gains;
}

State BoostedTrees::save() const {
  State state;
  State::States learned;
  if (state_) {
    const Result<State> trees = state_->trees.save();
    TILL_ASSERT(trees.has_value(), "trees that were grown cannot be written");
    State& both = learned.emplace_back();
    both.set("trees", *trees);
    both.set("season", state_->season.save());
  }
  state.set("learned", std::move(learned));
  state.set("spread", models::save(spread_));
  state.set("fallback", fallback_->save());
  state.set("warnings", warnings_);
  return state;
}

Result<BoostedTrees> BoostedTrees::load(const State& state) {
  StateReader read(state, kName);
  BoostedTrees model;
  const std::vector<State> learned = read.states("learned");
  model.spread_ = read.part(load_spread(read.state("spread")), Spread());
  model.fallback_ = read.part(MeanOf3Months::load(read.state("fallback")), MeanOf3Months());
  model.warnings_ = read.texts("warnings");
  if (learned.size() > 1) {
    read.refuse("learned", "one part, or none");
  }
  TILL_TRY(read.finish());
  for (const State& both : learned) {
    StateReader read_both(both, kName);
    const CalendarExposure season =
        read_both.part(CalendarExposure::load(read_both.state("season")), CalendarExposure());
    const State saved = read_both.state("trees");
    TILL_TRY(read_both.finish());
    TILL_ASSIGN(CountTrees trees, CountTrees::load(saved, recipe_of(kLessonMonths)));
    model.state_ = std::make_shared<const Learned>(Learned{season, std::move(trees)});
  }
  return model;
}

}  // namespace till::models
