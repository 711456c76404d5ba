#include <algorithm>
#include <array>
#include <cmath>
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

using evaluation::Decile;
using evaluation::ModelBacktest;

constexpr double kMeansHeight = 190;
constexpr double kLiftHeight = 150;
constexpr double kLabelHeight = 18;  // of a value above its bar

std::string measure(double value) {
  return measure_label(std::round(value * (std::abs(value) < 10 ? 100 : 10)) /
                       (std::abs(value) < 10 ? 100 : 10));
}

void make_room(Axis& axis, double highest, double height) {
  axis.to = std::max(axis.to, highest + (axis.to - axis.from) * kLabelHeight / height);
}

}  // namespace

Chart backtest_deciles(const evaluation::Backtest& result,
                       std::size_t index,
                       const Context& context) {
  const ModelBacktest& model = result.models[index];
  const std::string name = isolated(drawable(model.model));
  std::vector<std::string> places;
  double highest = 0;
  double highest_lift = 0;
  Json rows = Json::array();
  for (std::size_t i = 0; i < model.deciles.size(); ++i) {
    const Decile& decile = model.deciles[i];
    places.push_back(std::to_string(i + 1));
    highest = std::max({highest, decile.predicted, decile.actual});
    const double lift = std::isnan(decile.lift) ? 0.0 : decile.lift;
    highest_lift = std::max(highest_lift, lift);
    rows.push_back({{"decile", places.back()},
                    {"actual", decile.actual},
                    {"forecast", decile.predicted},
                    {"came", measure(decile.actual)},
                    {"said", measure(decile.predicted)},
                    {"lift", lift},
                    {"times", measure(lift)},
                    {"share", percent(std::isnan(decile.share) ? 0.0 : decile.share)},
                    {"description",
                     "Tenth " + places.back() + ": forecast " + measure(decile.predicted) +
                         ", actual " + measure(decile.actual)}});
  }
  Axis means = measure_axis(0, highest, 4);
  Axis lifts = measure_axis(0, std::max(highest_lift, 1.0), 3);
  make_room(means, highest, kMeansHeight);
  make_room(lifts, highest_lift, kLiftHeight);
  const std::array<const Axis*, 2> axes = {&means, &lifts};
  const Frame frame = frame_for(axes);
  const Json x = place_channel("decile", places);
  const Json tooltip = Json::array({{{"field", "decile"}, {"type", "nominal"}, {"title", "tenth"}},
                                    {{"field", "said"}, {"type", "nominal"}, {"title", "forecast"}},
                                    {{"field", "came"}, {"type", "nominal"}, {"title", "actual"}},
                                    {{"field", "times"}, {"type", "nominal"}, {"title", "lift"}},
                                    {{"field", "share"}, {"type", "nominal"}}});

  Json layers = Json::array();
  layers.push_back(layer_of({{"type", "bar"}, {"color", kAccentSoft}, {"cornerRadiusEnd", 1.5}},
                            {{"x", x},
                             {"y", y_channel("actual", means, frame)},
                             {"description", {{"field", "description"}, {"type", "nominal"}}},
                             {"tooltip", tooltip}}));
  layers.push_back(layer_of(
      {{"type", "tick"}, {"color", kInk}, {"thickness", 2.5}, {"opacity", 1}, {"aria", false}},
      {{"x", x}, {"y", y_channel("forecast", means, frame)}, {"tooltip", tooltip}}));
  const auto value_labels = [&](Json& on,
                                std::string_view field,
                                std::string_view text,
                                Axis& axis) {
    Json label = layer_of(
        {{"type", "text"}, {"baseline", "bottom"}, {"dy", -4}, {"color", kInk}, {"aria", false}},
        {{"x", x},
         {"y", y_channel(field, axis, frame)},
         {"text", {{"field", text}, {"type", "nominal"}}}});
    add_text_with_halo(on, std::move(label));
  };
  for (Json& row : rows) {
    row["top"] = std::max(row["actual"].get<double>(), row["forecast"].get<double>());
  }
  value_labels(layers, "top", "came", means);

  Json lift_layers = Json::array();
  lift_layers.push_back(layer_of({{"type", "bar"}, {"color", kAccent}, {"cornerRadiusEnd", 1.5}},
                                 {{"x", x},
                                  {"y", y_channel("lift", lifts, frame)},
                                  {"description", {{"field", "times"}, {"type", "nominal"}}},
                                  {"tooltip", tooltip}}));
  value_labels(lift_layers, "lift", "times", lifts);

  Figure figure;
  const double first_share = model.deciles.empty() ? std::nan("") : model.deciles.front().share;
  figure.title = std::isnan(first_share)
                     ? "No transactions came"
                     : "The tenth of customers of whom " + name + " expected most made " +
                           percent(first_share) + " of all transactions";
  figure.subtitle = "Customers in tenths, from the highest forecast to the lowest; forecasts of " +
                    count_of_months(static_cast<std::int64_t>(result.origins.size()),
                                    result.origins.front().month);
  figure.panels.push_back(plot_panel(rows,
                                     std::move(layers),
                                     "Mean transactions in the " +
                                         month_noun(result.origins.front().month, 1) +
                                         ": bars are actual (with value), "
                                         "lines are forecast",
                                     frame,
                                     kMeansHeight));
  figure.panels.push_back(plot_panel(rows,
                                     std::move(lift_layers),
                                     "Lift: actual mean of the tenth / that of all customers",
                                     frame,
                                     kLiftHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
