#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/backtest.hpp"

namespace till::charts {
namespace {

constexpr double kHeight = 300;
constexpr double kLongestName = 170;

/// A member, and its weight at each origin.
struct Series {
  std::string member;
  std::vector<double> weights;
  double mean = 0;
};

/// Returns the members, those that counted most first.
std::vector<Series> series_of(const evaluation::ModelBacktest& model) {
  std::vector<Series> all;
  const std::size_t origins = model.members.size();
  for (std::size_t i = 0; i < origins; ++i) {
    for (const models::MemberWeight& each : model.members[i]) {
      auto same = std::ranges::find(all, each.member, &Series::member);
      if (same == all.end()) {
        same = all.insert(same, {each.member, std::vector<double>(origins), 0});
      }
      same->weights[i] = each.weight;
      same->mean += each.weight / static_cast<double>(origins);
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &Series::mean);
  return all;
}

}  // namespace

Chart backtest_members(const evaluation::Backtest& result,
                       std::size_t index,
                       const Context& context) {
  const evaluation::ModelBacktest& model = result.models[index];
  const std::vector<Series> all = series_of(model);
  std::vector<PanelMonth> months;
  months.reserve(result.origins.size());
  for (const evaluation::Origin& origin : result.origins) {
    months.push_back(origin.month);
  }
  Axis axis;
  axis.ticks = {0, 0.25, 0.5, 0.75, 1};
  const std::array<const Axis*, 1> axes = {&axis};
  Frame frame = frame_for(axes);
  frame.left += 14;  // room for "100 %"
  frame.width -= 14;
  std::vector<std::string> names;
  double widest = 0;
  for (const Series& series : all) {
    names.push_back(elided_middle(drawable(series.member), kLabelFont, kLongestName));
    widest = std::max(widest, text_width(names.back(), kLabelFont));
  }
  frame.width -= std::ceil(widest) + 8;

  const auto x = [&](std::string_view field) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"scale",
                 {{"domain", {-0.5, static_cast<double>(months.size()) - 0.5}},
                  {"nice", false},
                  {"zero", false}}},
                {"axis", month_axis(months)}};
  };
  Json layers = Json::array();
  std::vector<double> below(months.size());
  std::vector<LineName> ends;
  for (std::size_t s = 0; s < all.size(); ++s) {
    const SeriesColor& color = kSeries[s % kSeries.size()];
    Json rows = Json::array();
    for (std::size_t i = 0; i < months.size(); ++i) {
      const double weight = all[s].weights[i];
      if (weight > 0) {
        rows.push_back(
            {{"from", static_cast<double>(i) - 0.42},
             {"to", static_cast<double>(i) + 0.42},
             {"low", below[i]},
             {"high", below[i] + weight},
             {"description", names[s] + ", " + to_string(months[i]) + ": " + percent(weight)}});
      }
      if (i + 1 == months.size()) {
        // Who counts nothing in the end stands above those who do.
        ends.push_back(
            {names[s], weight > 0 ? kHeight * (1.0 - below[i] - weight / 2) : 0.0, color.text});
      }
      below[i] += weight;
    }
    Json layer =
        layer_of({{"type", "rect"}, {"color", color.line}, {"stroke", "white"}, {"opacity", 0.85}},
                 {{"x", x("from")},
                  {"x2", {{"field", "to"}}},
                  {"y", y_channel("low", axis, frame, kPercentLabelExpression)},
                  {"y2", {{"field", "high"}}},
                  {"description", {{"field", "description"}, {"type", "nominal"}}},
                  {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}});
    layer["data"] = inline_data(std::move(rows));
    layers.push_back(std::move(layer));
  }
  add_labels(layers, names_beside(std::move(ends), frame, kHeight));

  Figure figure;
  const Series& first = all.front();
  figure.title = isolated(drawable(first.member)) +
                 (all.size() == 1 ? " forecast alone"
                                  : " counted most in " + isolated(drawable(model.model)) + ": " +
                                        percent(first.mean) + " over " +
                                        count_of_months(static_cast<std::int64_t>(months.size()),
                                                        months.front()));
  figure.subtitle = "What each member counted for when each " + month_noun(months.front(), 1) +
                    " began: a quarter of it equal, the rest from how well it forecast the " +
                    month_noun(months.front(), 2) +
                    " before; members that were far behind are left out";
  figure.panels.push_back(plot_panel(Json::array(), std::move(layers), "Weights", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
