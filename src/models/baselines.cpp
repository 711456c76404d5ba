#include "till/models/baselines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "chunks.hpp"
#include "no_months.hpp"
#include "panel_sample.hpp"
#include "spread.hpp"
#include "whole_months.hpp"

namespace till::models {

namespace {

using rules::Rates;

constexpr std::size_t kSample = 6000;  // customers that a fit looks at
constexpr std::size_t kPastGuesses = 12;
constexpr double kSmallestMean = 0.02;  // in the deviance that constants are chosen by
constexpr std::size_t kChunk = 8192;    // of customers

/// Gives those born in a month that is not over what they bought in it.
void guess_for_the_newest(const Panel& panel, Rates& out) {
  const std::size_t months = panel.months();
  if (whole_months(panel) == months) {
    return;
  }
  const std::span<const std::int32_t> counts = panel.counts(months - 1);
  for (std::size_t i = panel.customers_seen(months - 2); i < panel.customers(); ++i) {
    out[i] = counts[i];
  }
}

/// Writes the mean of the last `span` whole months, or of those since birth where they are fewer.
void mean_of_last(const Panel& panel, std::size_t span, Rates& out) {
  out.assign(panel.customers(), 0.0);
  const std::size_t months = whole_months(panel);
  const std::size_t from = months > span ? months - span : 0;
  for (std::size_t t = from; t < months; ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      out[i] += counts[i];
    }
  }
  std::size_t i = 0;
  for (std::size_t t = from; t < months; ++t) {  // born by the end of t, and not before
    for (; i < panel.customers_seen(t); ++i) {
      out[i] /= static_cast<double>(months - t);
    }
  }
  guess_for_the_newest(panel, out);
}

template <typename Rule>
Past past_of(const Panel& panel, std::span<const double> constants) {
  Past past;
  Rates guesses;
  const std::size_t months = whole_months(panel);
  for (std::size_t t = months > kPastGuesses ? months - kPastGuesses : 1; t < months; ++t) {
    Rule::guess(panel.before(t), constants, guesses);
    past.guesses.insert(past.guesses.end(), guesses.begin(), guesses.end());
    const std::span<const std::int32_t> counts = panel.counts(t).first(guesses.size());
    past.counts.insert(past.counts.end(), counts.begin(), counts.end());
  }
  return past;
}

double poisson_deviance(const Past& past) {
  double deviance = 0.0;
  for (std::size_t i = 0; i < past.counts.size(); ++i) {
    const double mean = std::max(past.guesses[i], kSmallestMean);
    const double y = past.counts[i];
    deviance += (y > 0.0 ? y * std::log(y / mean) : 0.0) - (y - mean);
  }
  return deviance;
}

/// Chooses the constants of a rule from tenths, by the deviance of what it would have guessed.
template <typename Rule>
std::vector<double> choose_constants(const Panel& panel) {
  std::vector<double> best(Rule::kConstants, 0.3);
  if constexpr (Rule::kConstants > 0) {
    double least = std::numeric_limits<double>::infinity();
    std::vector<int> tenths(Rule::kConstants, 1);
    while (true) {
      std::vector<double> constants;
      constants.reserve(tenths.size());
      for (const int tenth : tenths) {
        constants.push_back(tenth / 10.0);
      }
      const double deviance = poisson_deviance(past_of<Rule>(panel, constants));
      if (deviance < least) {
        least = deviance;
        best = constants;
      }
      std::size_t digit = 0;
      while (digit < tenths.size() && ++tenths[digit] > 9) {
        tenths[digit++] = 1;
      }
      if (digit == tenths.size()) {
        break;
      }
    }
  }
  return best;
}

}  // namespace

namespace rules {

void LastMonth::guess(const Panel& panel, std::span<const double> /*constants*/, Rates& out) {
  mean_of_last(panel, 1, out);
}

template <std::size_t Months>
void MeanOfMonths<Months>::guess(const Panel& panel,
                                 std::span<const double> /*constants*/,
                                 Rates& out) {
  mean_of_last(panel, Months, out);
}

void SameMonthLastYear::guess(const Panel& panel,
                              std::span<const double> /*constants*/,
                              Rates& out) {
  const std::size_t months = whole_months(panel);
  mean_of_last(panel, months, out);  // of those who were not there a year ago
  const auto year = static_cast<std::size_t>(months_per_year(panel.month(0).month));
  if (months >= year) {
    const std::span<const std::int32_t> counts = panel.counts(months - year);
    std::copy(counts.begin(), counts.end(), out.begin());
  }
}

void ExponentialSmoothing::guess(const Panel& panel,
                                 std::span<const double> constants,
                                 Rates& out) {
  out.assign(panel.customers(), 0.0);
  std::size_t seen = 0;
  for (std::size_t t = 0; t < whole_months(panel); ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    for (std::size_t i = 0; i < seen; ++i) {
      out[i] += constants[0] * (counts[i] - out[i]);
    }
    for (; seen < counts.size(); ++seen) {
      out[seen] = counts[seen];
    }
  }
  guess_for_the_newest(panel, out);
}

void IntermittentDemand::guess(const Panel& panel, std::span<const double> constants, Rates& out) {
  out.assign(panel.customers(), 0.0);
  std::vector<double> probability(panel.customers(), 1.0);
  std::size_t seen = 0;
  for (std::size_t t = 0; t < whole_months(panel); ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    for (std::size_t i = 0; i < seen; ++i) {
      const bool is_any = counts[i] > 0;
      probability[i] += constants[1] * ((is_any ? 1.0 : 0.0) - probability[i]);
      out[i] += is_any ? constants[0] * (counts[i] - out[i]) : 0.0;
    }
    for (; seen < counts.size(); ++seen) {
      out[seen] = counts[seen];
    }
  }
  for (std::size_t i = 0; i < seen; ++i) {
    out[i] *= probability[i];
  }
  guess_for_the_newest(panel, out);
}

}  // namespace rules

template <typename Rule>
Result<Baseline<Rule>> Baseline<Rule>::fit(const Panel& panel,
                                           const Computation& computation,
                                           const Baseline* /*before*/) {
  if (panel.months() == 0) {
    return no_months(Rule::kName, "fit");
  }
  TILL_ASSIGN(const Panel sample, sampled(panel, kSample));
  Baseline model;
  model.constants_ = choose_constants<Rule>(sample);
  const Past past = past_of<Rule>(sample, model.constants_);
  if (past.counts.empty()) {
    model.warnings_.push_back(std::string(kName) + ": one " + month_noun(panel.month(0).month, 1) +
                              " of history shows nothing of how far a guess is off: the spread of "
                              "its forecasts is assumed");
    return model;
  }
  TILL_ASSIGN(model.spread_, fit_spread("baseline", past, computation));
  return model;
}

template <typename Rule>
Result<Forecast> Baseline<Rule>::forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(Rule::kName, "forecast");
  }
  Rates rates;
  Rule::guess(panel, constants_, rates);
  double months = 0.0;
  for (const MonthPart& part : target.window) {
    months += part.days() / part.month.days();
  }
  Forecast forecast(panel.customers(), 1);
  for_each_chunk(panel.customers(),
                 kChunk,
                 computation.threads,
                 [&](std::size_t, std::size_t begin, std::size_t end) {
                   for (std::size_t i = begin; i < end; ++i) {
                     const double mean = std::max(rates[i], spread_.floor);
                     const double shape =
                         std::exp(spread_.log_shape + spread_.slope * std::log(mean));
                     forecast.parts(i)[0] = {1.0, mean * months, shape};
                   }
                 });
  return forecast;
}

template <typename Rule>
State Baseline<Rule>::save() const {
  State state;
  state.set("spread", models::save(spread_));
  state.set("constants", constants_);
  state.set("warnings", warnings_);
  return state;
}

template <typename Rule>
Result<Baseline<Rule>> Baseline<Rule>::load(const State& state) {
  StateReader read(state, kName);
  Baseline model;
  model.spread_ = read.part(load_spread(read.state("spread")), Spread());
  model.constants_.resize(Rule::kConstants);
  read.fill("constants", model.constants_, 0.0, 1.0);
  model.warnings_ = read.texts("warnings");
  TILL_TRY(read.finish());
  return model;
}

template struct rules::MeanOfMonths<3>;
template struct rules::MeanOfMonths<6>;
template struct rules::MeanOfMonths<12>;

template class Baseline<rules::LastMonth>;
template class Baseline<rules::MeanOfMonths<3>>;
template class Baseline<rules::MeanOfMonths<6>>;
template class Baseline<rules::MeanOfMonths<12>>;
template class Baseline<rules::SameMonthLastYear>;
template class Baseline<rules::ExponentialSmoothing>;
template class Baseline<rules::IntermittentDemand>;

}  // namespace till::models
