#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/backtest.hpp"

namespace till::charts {
namespace {

using evaluation::Interval;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr double kRow = 21;
constexpr double kMaxName = 170;
constexpr std::size_t kMaxModels = 24;
constexpr double kValueGap = 10;

struct Board {
  Metric metric;
  std::string_view heading;
};

constexpr std::array<Board, 3> kBoards = {
    {{Metric::PoissonDeviance, "Poisson deviance: the mean"},
     {Metric::Crps, "CRPS: the distribution, in transactions"},
     {Metric::LogScore, "Log score: the distribution, by the probability of what came"}}};

std::string four_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

std::string value_text(double value, const Interval& interval) {
  return four_digits(value) + (std::isnan(interval.low) ? ""
                                                        : " (" + four_digits(interval.low) + " – " +
                                                              four_digits(interval.high) + ")");
}

std::vector<std::string> names_of(std::span<const ModelBacktest> models) {
  std::vector<std::string> names;
  names.reserve(models.size());
  for (const ModelBacktest& model : models) {
    names.push_back(elided_middle(drawable(model.model), kLabelFont, kMaxName));
  }
  return names;
}

Json board_of(std::span<const ModelBacktest> models, const Board& board) {
  const std::vector<std::string> names = names_of(models);
  const ModelBacktest& best =
      *std::min_element(models.begin(), models.end(), [&](const auto& a, const auto& b) {
        return a.pooled[board.metric] < b.pooled[board.metric];
      });
  double low = best.pooled[board.metric];
  double high = low;
  double name_width = 0;
  double value_width = 0;
  Json rows = Json::array();
  for (std::size_t i = 0; i < models.size(); ++i) {
    const ModelBacktest& model = models[i];
    const double value = model.pooled[board.metric];
    const Interval interval = model.resamples.interval(board.metric);
    const bool behind = evaluation::is_better(best, model, board.metric);
    const std::string text = value_text(value, interval);
    low = std::min({low, value, std::isnan(interval.low) ? value : interval.low});
    high = std::max({high, value, std::isnan(interval.high) ? value : interval.high});
    name_width = std::max(name_width, text_width(names[i], kLabelFontBold));
    value_width = std::max(value_width, text_width(text, kLabelFontBold));
    Json row{{"row", i},
             {"value", value},
             {"text", text},
             {"behind", behind},
             {"best", &model == &best},
             {"description", names[i] + ": " + text}};
    if (!std::isnan(interval.low)) {
      row["low"] = interval.low;
      row["high"] = interval.high;
    }
    rows.push_back(std::move(row));
  }
  const Axis axis = measure_axis(low, high, 5);
  const Frame frame{std::ceil(name_width) + 10,
                    kInnerWidth - std::ceil(name_width) - 10 - std::ceil(value_width) - kValueGap};
  const double height = kRow * static_cast<double>(models.size());

  const Json x{{"field", "value"},
               {"type", "quantitative"},
               {"scale", {{"domain", {axis.from, axis.to}}, {"nice", false}, {"zero", false}}},
               {"axis",
                {{"title", nullptr},
                 {"grid", true},
                 {"values", axis.ticks},
                 {"labelFlush", false},
                 {"labelExpr", kTickLabelExpression}}}};
  Json from = x;
  from["field"] = "low";
  const Json y{{"field", "row"},
               {"type", "quantitative"},
               {"scale",
                {{"domain", {-0.5, static_cast<double>(models.size()) - 0.5}},
                 {"reverse", true},
                 {"nice", false},
                 {"zero", false}}},
               {"axis", nullptr}};
  const Json color{{"condition", {{"test", "datum.behind"}, {"value", kBaseline}}},
                   {"value", kAccent}};
  Json layers = Json::array();
  Json rules =
      layer_of({{"type", "rule"}, {"strokeWidth", 2.5}, {"strokeCap", "round"}, {"aria", false}},
               {{"x", from}, {"x2", {{"field", "high"}}}, {"y", y}, {"color", color}});
  rules["transform"] = Json::array({{{"filter", "isValid(datum.low)"}}});
  layers.push_back(std::move(rules));
  layers.push_back(layer_of({{"type", "point"}, {"filled", true}, {"opacity", 1}, {"size", 60}},
                            {{"x", x},
                             {"y", y},
                             {"color", color},
                             {"description", {{"field", "description"}, {"type", "nominal"}}}}));
  std::vector<Label> labels = {heading(std::string(board.heading), frame.left)};
  for (std::size_t i = 0; i < models.size(); ++i) {
    const double place = kRow * (static_cast<double>(i) + 0.5);
    const bool is_best = &models[i] == &best;
    const std::string_view ink = rows[i]["behind"].get<bool>() ? kMuted : kInk;
    const Font font = is_best ? kLabelFontBold : kLabelFont;
    labels.push_back({names[i], -frame.left, place, "left", "middle", ink, font});
    labels.push_back({rows[i]["text"].get<std::string>(),
                      frame.width + kValueGap,
                      place,
                      "left",
                      "middle",
                      ink,
                      font});
  }
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", frame.width},
              {"height", height},
              {"layer", std::move(layers)}};
}

std::string title_of(const evaluation::Backtest& result) {
  const ModelBacktest& best = result.models.front();
  const std::string name = isolated(drawable(best.model));
  if (result.models.size() == 1) {
    return name + ": deviance " + four_digits(best.pooled[Metric::PoissonDeviance]);
  }
  std::size_t behind = 0;
  for (const ModelBacktest& model : result.models) {
    behind += evaluation::is_better(best, model, Metric::PoissonDeviance) ? 1 : 0;
  }
  const std::size_t others = result.models.size() - 1;
  std::string title = name + " forecasts the mean best";
  if (behind == others) {
    return title + (others == 1 ? ", clearly better than the other model"
                                : ", clearly better than all others");
  }
  return title + ", clearly better than " + count(static_cast<std::int64_t>(behind)) + " of " +
         count(static_cast<std::int64_t>(others)) + (others == 1 ? " other" : " others");
}

}  // namespace

Chart backtest_leaderboard(const evaluation::Backtest& result, const Context& context) {
  const std::span<const ModelBacktest> models =
      std::span(result.models).first(std::min(result.models.size(), kMaxModels));
  Figure figure;
  figure.title = title_of(result);
  figure.subtitle =
      "Scores over " +
      count_of_months(static_cast<std::int64_t>(result.origins.size()),
                      result.origins.front().month) +
      " (" + to_string(result.origins.front().month) +
      (result.origins.size() > 1 ? " to " + to_string(result.origins.back().month) : "") + "), " +
      count(static_cast<std::int64_t>(result.models.front().pooled.terms.outcomes)) +
      " forecasts by each model; less is better. Lines hold 95 % of what other customers would "
      "have "
      "told; grey is clearly behind the best: the interval of the difference excludes zero";
  for (const Board& board : kBoards) {
    figure.panels.push_back(board_of(models, board));
  }
  if (models.size() < result.models.size()) {
    figure.notes.push_back("The first " + count(static_cast<std::int64_t>(models.size())) + " of " +
                           count_of(static_cast<std::int64_t>(result.models.size()), "model"));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
