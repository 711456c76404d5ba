#include "member_features.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace till::models {

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kLags = 13;
constexpr std::array<std::size_t, 3> kSpans = {3, 6, 12};
constexpr std::array<std::int64_t, 5> kDayWindows = {7, 14, 28, 84, 364};
constexpr std::array<double, 2> kMemories = {0.3, 0.1};

double days_of(std::int64_t micros) {
  return static_cast<double>(micros) / static_cast<double>(kMicrosPerDay);
}

/// What is kept of a customer while months go by.
struct Past {
  double total = 0.0;
  double active_months = 0.0;
  std::size_t silent_months = 0;  // in a row, until now
  double days = 0.0;              // with a transaction
  std::int64_t last_day = -1;
  double gaps = 0.0;
  double gap_sum = 0.0;
  double gap_squares = 0.0;
  double longest_gap = 0.0;
  double last_gap = 0.0;
  std::array<double, kMemories.size()> remembered{};
};

/// Takes in a month.
void observe(Past& past, const Panel& panel, std::size_t t, std::size_t i, bool is_birth) {
  const double y = panel.counts(t)[i];
  past.total += y;
  past.active_months += y > 0.0 ? 1.0 : 0.0;
  past.silent_months = y > 0.0 ? 0 : past.silent_months + 1;
  for (std::size_t k = 0; k < kMemories.size(); ++k) {
    past.remembered[k] =
        is_birth ? y : past.remembered[k] + kMemories[k] * (y - past.remembered[k]);
  }
  if (panel.active_days(t).empty()) {
    return;
  }
  const std::int64_t first = days_since_epoch(panel.month(t).month.first);
  for (std::uint32_t left = panel.active_days(t)[i]; left != 0; left &= left - 1) {
    const std::int64_t day = first + std::countr_zero(left);
    if (past.last_day >= 0) {
      const auto gap = static_cast<double>(day - past.last_day);
      past.gaps += 1.0;
      past.gap_sum += gap;
      past.gap_squares += gap * gap;
      past.longest_gap = std::max(past.longest_gap, gap);
      past.last_gap = gap;
    }
    past.last_day = day;
    past.days += 1.0;
  }
}

/// Returns the days with a transaction among the last ones before a day.
double active_days(const Panel& panel,
                   std::size_t month,
                   std::size_t i,
                   std::int64_t cutoff,
                   std::int64_t window) {
  double days = 0.0;
  for (std::size_t t = month; t-- > 0;) {
    const std::int64_t first = days_since_epoch(panel.month(t).month.first);
    const std::span<const std::uint32_t> masks = panel.active_days(t);
    if (i >= masks.size()) {
      break;
    }
    const std::int64_t hidden = std::max<std::int64_t>(cutoff - window - first, 0);
    days += hidden < 32 ? std::popcount(masks[i] >> static_cast<std::uint32_t>(hidden)) : 0;
    if (hidden > 0) {
      break;
    }
  }
  return days;
}

/// Returns the median of at most kLags values.
double median(std::span<const double> values) {
  std::array<double, kLags> sorted{};
  std::size_t size = 0;
  for (const double value : values) {
    std::size_t at = size++;
    for (; at > 0 && sorted[at - 1] > value; --at) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = value;
  }
  return 0.5 * (sorted[(size - 1) / 2] + sorted[size / 2]);
}

/// The shop as a whole before a month: ln of transactions of a seen customer, recent against usual.
struct Level {
  float month_to_quarter = kUnknown;
  float quarter_to_year = kUnknown;
};

Level level_before(const Panel& panel, std::size_t month) {
  const auto rate = [&](std::size_t span) {
    double transactions = 0.0;
    double customers = 0.0;
    for (std::size_t t = month - std::min(span, month); t < month; ++t) {
      for (const std::int32_t y : panel.counts(t)) {
        transactions += y;
      }
      customers += static_cast<double>(panel.customers_seen(t));
    }
    return std::log((transactions + 1.0) / (customers + 1.0));
  };
  return {static_cast<float>(rate(1) - rate(3)), static_cast<float>(rate(3) - rate(12))};
}

std::vector<std::string> count_names() {
  std::vector<std::string> names;
  for (std::size_t lag = 1; lag <= kLags; ++lag) {
    names.push_back("count_" + std::to_string(lag) + "_months_ago");
  }
  for (const std::size_t span : kSpans) {
    const std::string months = "_of_" + std::to_string(span) + "_months";
    for (const char* what : {"mean", "deviation", "active_share", "maximum", "median"}) {
      names.push_back(what + months);
    }
  }
  for (const char* name : {"mean_of_2_months",
                           "recency_months",
                           "tenure_months",
                           "total",
                           "rate",
                           "last_year_against_neighbours",
                           "level_month_to_quarter",
                           "level_quarter_to_year"}) {
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> day_names() {
  std::vector<std::string> names = {"remembered_3_months",
                                    "remembered_10_months",
                                    "active_months",
                                    "recency_days",
                                    "tenure_days",
                                    "recency_to_tenure"};
  for (const std::int64_t window : kDayWindows) {
    names.push_back("active_days_of_" + std::to_string(window));
  }
  for (const char* name : {"active_days",
                           "transactions_per_active_day",
                           "gap_mean",
                           "gap_deviation",
                           "last_gap",
                           "recency_to_gap",
                           "recency_to_longest_gap"}) {
    names.emplace_back(name);
  }
  return names;
}

/// Writes numbers one after the other.
class Writer {
 public:
  explicit Writer(std::vector<float>& out) : out_(out) {}

  void add(double value) { out_.push_back(static_cast<float>(value)); }

  void add_if(bool known, double value) {
    out_.push_back(known ? static_cast<float>(value) : kUnknown);
  }

 private:
  std::vector<float>& out_;
};

/// Returns ln of the count a year ago against those of the months around it.
double last_year_against_neighbours(const Panel& panel,
                                    std::size_t month,
                                    std::size_t i,
                                    std::size_t year) {
  const auto lag = [&](std::size_t k) -> double { return panel.counts(month - k)[i]; };
  return std::log((lag(year) + 0.5) / (0.5 * (lag(year - 1) + lag(year + 1)) + 0.5));
}

void write_counts(const Panel& panel,
                  std::size_t month,
                  std::size_t i,
                  const Past& past,
                  const Level& level,
                  Writer& out) {
  const std::size_t seen = month - panel.birth_month(i);
  std::array<double, kLags> lags{};
  for (std::size_t k = 0; k < std::min(kLags, seen); ++k) {
    lags[k] = panel.counts(month - 1 - k)[i];
  }
  for (std::size_t k = 0; k < kLags; ++k) {
    out.add_if(k < seen, lags[k]);
  }
  for (const std::size_t span : kSpans) {
    const std::span<const double> values = std::span(lags).first(std::min(span, seen));
    const auto n = static_cast<double>(values.size());
    double sum = 0.0;
    double active = 0.0;
    for (const double value : values) {
      sum += value;
      active += value > 0.0 ? 1.0 : 0.0;
    }
    const double mean = sum / n;
    double squares = 0.0;
    for (const double value : values) {
      squares += (value - mean) * (value - mean);
    }
    out.add(mean);
    out.add_if(values.size() > 1, std::sqrt(squares / n));
    out.add(active / n);
    out.add(*std::max_element(values.begin(), values.end()));
    out.add(median(values));
  }
  const double tenure = static_cast<double>(seen - 1) + panel.birth_share(i);
  out.add(seen > 1 ? 0.5 * (lags[0] + lags[1]) : lags[0]);
  out.add(static_cast<double>(past.silent_months));
  out.add(tenure);
  out.add(past.total);
  out.add(past.total / (tenure + 1.0));
  const auto year = static_cast<std::size_t>(months_per_year(panel.month(0).month));
  out.add_if(seen > year, seen > year ? last_year_against_neighbours(panel, month, i, year) : 0.0);
  out.add(level.month_to_quarter);
  out.add(level.quarter_to_year);
}

void write_days(
    const Panel& panel, std::size_t month, std::size_t i, const Past& past, Writer& out) {
  for (const double remembered : past.remembered) {
    out.add(remembered);
  }
  out.add(past.active_months);
  const PanelMonth& last = panel.month(month - 1).month;
  const Instant now = panel.month(month - 1).range.to;
  const double tenure = days_of(now.micros - panel.births()[i].micros);
  const std::int64_t cutoff = days_since_epoch(add_months(last, 1).first);
  const bool knows_days = past.last_day >= 0;
  const double recency = knows_days ? static_cast<double>(cutoff - past.last_day)
                                    : (last.is_calendar() ? 30.4 : last.length) *
                                          static_cast<double>(past.silent_months);
  out.add(recency);
  out.add(tenure);
  out.add(recency / std::max(tenure, 1.0));
  for (const std::int64_t window : kDayWindows) {
    out.add_if(knows_days, active_days(panel, month, i, cutoff, window));
  }
  out.add_if(knows_days, past.days);
  out.add_if(knows_days, past.total / std::max(past.days, 1.0));
  const double gap = past.gap_sum / past.gaps;
  out.add_if(past.gaps > 0.0, gap);
  out.add_if(past.gaps > 1.0, std::sqrt(std::max(past.gap_squares / past.gaps - gap * gap, 0.0)));
  out.add_if(past.gaps > 0.0, past.last_gap);
  out.add_if(past.gaps > 0.0, recency / gap);
  out.add_if(past.gaps > 0.0, recency / past.longest_gap);
}

std::string_view word_of(Take take) {
  switch (take) {
    case Take::Sum:
      return "sum";
    case Take::Mean:
      return "mean";
    case Take::Minimum:
      return "minimum";
    case Take::Maximum:
      return "maximum";
    case Take::Last:
      break;
  }
  return "last";
}

/// Returns what is taken of the last months of a measure; months in which there is none count
/// nothing.
double taken(const Panel& panel,
             std::size_t measure,
             std::size_t month,
             std::size_t i,
             Take take,
             std::size_t window) {
  const std::size_t oldest = std::max(month - std::min(window, month), panel.birth_month(i));
  double sum = 0.0;
  double known = 0.0;
  double least = 0.0;
  double most = 0.0;
  double last = 0.0;
  for (std::size_t t = oldest; t < month; ++t) {
    const double value = panel.measured(measure, t)[i];
    if (std::isnan(value)) {
      continue;
    }
    least = known == 0.0 ? value : std::min(least, value);
    most = known == 0.0 ? value : std::max(most, value);
    last = value;
    sum += value;
    known += 1.0;
  }
  if (known == 0.0) {
    return take == Take::Sum ? 0.0 : static_cast<double>(kUnknown);
  }
  switch (take) {
    case Take::Sum:
      return sum;
    case Take::Mean:
      return sum / known;
    case Take::Minimum:
      return least;
    case Take::Maximum:
      return most;
    case Take::Last:
      break;
  }
  return last;
}

void write_measures(const Panel& panel, std::size_t month, std::size_t i, Writer& out) {
  for (std::size_t m = 0; m < panel.measures().size(); ++m) {
    const Measure& measure = panel.measures()[m];
    for (const std::int32_t window : measure.windows) {
      out.add(taken(panel, m, month, i, measure.take, static_cast<std::size_t>(window)));
    }
  }
}

/// Returns what the models say; `state` is the filter's at the cutoff.
Result<ModelViews> views_of(const Panel& known,
                            const ForecastTarget& target,
                            const FeatureModels& models,
                            const DynamicNbdState& state,
                            const Computation& computation) {
  TILL_ASSIGN(Forecast mbg_nbd, models.mbg_nbd.forecast(known, target, computation));
  TILL_ASSIGN(Forecast pareto_nbd, models.pareto_nbd.forecast(known, target, computation));
  return ModelViews{models.filter.forecast(state, target, computation),
                    std::move(mbg_nbd),
                    std::move(pareto_nbd)};
}

std::vector<std::string> model_names() {
  return {"filter_log_mean",
          "filter_log_awake_mean",
          "filter_awake",
          "filter_log_shape",
          "filter_log_long_run",
          "filter_volatility",
          "filter_log_precision",
          "mbg_nbd_log_mean",
          "mbg_nbd_alive",
          "pareto_nbd_log_mean",
          "pareto_nbd_alive"};
}

void write_models(const ModelViews& views,
                  const DynamicNbdState& state,
                  std::size_t i,
                  Writer& out) {
  const CountPart& part = views.filter.distribution(i).parts()[0];
  const auto log_of = [](double x) { return std::log(std::max(x, 1e-9)); };
  out.add(log_of(part.weight * part.mean));
  out.add(log_of(part.mean));
  out.add(part.weight);
  out.add(log_of(std::min(part.shape, 1e6)));
  out.add(state.log_long_run[i]);
  out.add(state.volatility[i]);
  out.add(log_of(1.0 / state.variance[i]));
  out.add(log_of(views.mbg_nbd.distribution(i).mean()));
  out.add(views.mbg_nbd.probability_alive[i]);
  out.add(log_of(views.pareto_nbd.distribution(i).mean()));
  out.add(views.pareto_nbd.probability_alive[i]);
}

}  // namespace

std::vector<std::string> feature_names(FeatureGroup last) {
  std::vector<std::string> names = count_names();
  const auto add = [&](std::vector<std::string> more) {
    names.insert(
        names.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  if (last >= FeatureGroup::Days) {
    add(day_names());
  }
  if (last >= FeatureGroup::Models) {
    add(model_names());
  }
  return names;
}

std::vector<std::string> declared_names(const Panel& panel) {
  std::vector<std::string> names;
  for (const Measure& measure : panel.measures()) {
    for (const std::int32_t window : measure.windows) {
      names.push_back(measure.name + "_" + std::string(word_of(measure.take)) + "_of_" +
                      std::to_string(window) + (window == 1 ? "_month" : "_months"));
    }
  }
  return names;
}

FeatureMatrix with_declared(const MonthFeatures& month, std::size_t columns) {
  const std::size_t declared = month.declared.columns;
  FeatureMatrix both{columns + declared, {}};
  both.values.reserve(month.rows.rows() * both.columns);
  const auto append = [&](const FeatureMatrix& from, std::size_t row, std::size_t size) {
    const auto begin = from.values.begin() + static_cast<std::ptrdiff_t>(row * from.columns);
    both.values.insert(both.values.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  };
  for (std::size_t row = 0; row < month.rows.rows(); ++row) {
    append(month.rows, row, columns);
    if (declared > 0) {
      append(month.declared, row, declared);
    }
  }
  return both;
}

Result<std::vector<MonthFeatures>> member_features(const Panel& panel,
                                                   std::span<const std::size_t> months,
                                                   const ForecastTarget& target,
                                                   const FeatureModels* models,
                                                   const Computation& computation) {
  const std::size_t columns =
      feature_names(models == nullptr ? FeatureGroup::Days : FeatureGroup::Models).size();
  const std::size_t declared = declared_names(panel).size();
  std::vector<MonthFeatures> all;
  std::vector<Past> pasts;
  DynamicNbdState state;
  std::size_t observed = 0;
  for (const std::size_t month : months) {
    if (computation.cancelled && computation.cancelled()) {
      return Error{ErrorCode::Cancelled, "member_features: interrupted", ""};
    }
    if (models != nullptr) {
      models->filter.observe(state, panel.before(month), observed, computation);
    }
    for (; observed < month; ++observed) {
      const std::size_t before = pasts.size();
      pasts.resize(panel.customers_seen(observed));
      for (std::size_t i = 0; i < pasts.size(); ++i) {
        observe(pasts[i], panel, observed, i, i >= before);
      }
    }
    MonthFeatures features{month, {columns, {}}, {declared, {}}, {}};
    if (models != nullptr) {
      const ForecastTarget next =
          month < panel.months() ? ForecastTarget{{}, {panel.month(month)}} : target;
      TILL_ASSIGN(features.views, views_of(panel.before(month), next, *models, state, computation));
    }
    const Level level = level_before(panel, month);
    features.rows.values.reserve(pasts.size() * columns);
    Writer out(features.rows.values);
    for (std::size_t i = 0; i < pasts.size(); ++i) {
      write_counts(panel, month, i, pasts[i], level, out);
      write_days(panel, month, i, pasts[i], out);
      if (features.views) {
        write_models(*features.views, state, i, out);
      }
    }
    if (declared > 0) {
      Writer measures(features.declared.values);
      for (std::size_t i = 0; i < pasts.size(); ++i) {
        write_measures(panel, month, i, measures);
      }
    }
    all.push_back(std::move(features));
  }
  return all;
}

}  // namespace till::models
