#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/shade.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/affinity.hpp"

namespace till::charts {
namespace {

using insight::Transitions;

constexpr double kRowHeight = 26;
constexpr double kNameWidth = 186;
constexpr double kMixWidth = 62;

Json pixels(std::string_view field) {
  return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
}

std::string name_of(const Transitions& moves, std::size_t place) {
  return place + 1 == moves.products.size() ? "all others" : drawable(moves.products[place].name);
}

Json panel_of(const Transitions& moves) {
  const std::size_t n = moves.products.size();
  const double left = kNameWidth + 8;
  const double width = kInnerWidth - left - 4;
  const double cell = (width - 2 * kMixWidth - 8) / static_cast<double>(n);
  double largest = 0.01;
  for (const double share : moves.shares) {
    largest = std::max(largest, share);
  }
  Json rows = Json::array();
  std::vector<Label> labels;
  for (std::size_t i = 0; i < n; ++i) {
    const double y = kRowHeight * static_cast<double>(i);
    const double middle = y + kRowHeight / 2;
    const std::string number = std::to_string(i + 1);
    labels.push_back({number, -left, middle, "left", "middle", kMuted, kLabelFont});
    labels.push_back({elided_middle(name_of(moves, i), kLabelFont, kNameWidth - 22),
                      22 - left,
                      middle,
                      "left",
                      "middle",
                      kInk,
                      kLabelFont});
    labels.push_back({number,
                      cell * (static_cast<double>(i) + 0.5),
                      -12,
                      "center",
                      "bottom",
                      kMuted,
                      kLabelFont});
    for (std::size_t j = 0; j < n; ++j) {
      const double share = moves.shares[i * n + j];
      const double x = cell * static_cast<double>(j);
      rows.push_back({{"x", x},
                      {"x2", x + cell - 1},
                      {"y", y},
                      {"y2", y + kRowHeight - 1},
                      {"xm", x + (cell - 1) / 2},
                      {"ym", middle},
                      {"fill", shade(share / largest)},
                      {"ink", ink_on_shade(share / largest)},
                      {"text", std::to_string(std::lround(share * 100))},
                      {"from", name_of(moves, i)},
                      {"to", name_of(moves, j)},
                      {"share", percent(share)}});
    }
    labels.push_back({percent_in_column(moves.mix[i]),
                      width - kMixWidth,
                      middle,
                      "right",
                      "middle",
                      kMuted,
                      kLabelFont});
    labels.push_back({percent_in_column(moves.stationary[i]),
                      width,
                      middle,
                      "right",
                      "middle",
                      kInk,
                      kLabelFont});
  }
  labels.push_back({"from", -left, -12, "left", "bottom", kMuted, kLabelFont});
  labels.push_back({"now", width - kMixWidth, -12, "right", "bottom", kMuted, kLabelFont});
  labels.push_back({"long run", width, -12, "right", "bottom", kInk, kLabelFont});
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}, {"description", "Share of what comes after each product"}},
               {{"x", pixels("x")},
                {"x2", {{"field", "x2"}}},
                {"y", pixels("y")},
                {"y2", {{"field", "y2"}}},
                {"color", {{"field", "fill"}, {"type", "nominal"}, {"scale", nullptr}}},
                {"tooltip", Json::array({tip("from"), tip("to"), tip("share")})}}));
  layers.push_back(
      layer_of({{"type", "text"}, {"aria", false}},
               {{"x", pixels("xm")},
                {"y", pixels("ym")},
                {"text", {{"field", "text"}, {"type", "nominal"}}},
                {"color", {{"field", "ink"}, {"type", "nominal"}, {"scale", nullptr}}}}));
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", width},
              {"height", kRowHeight * static_cast<double>(n)},
              {"layer", std::move(layers)}};
}

std::string title_of(const Transitions& moves) {
  std::size_t most = 0;
  const auto moved = [&](std::size_t i) { return std::abs(moves.stationary[i] - moves.mix[i]); };
  for (std::size_t i = 0; i + 1 < moves.products.size(); ++i) {
    most = moved(i) > moved(most) ? i : most;
  }
  if (moved(most) < 0.01) {
    return "If customers go on as they do, the mix of what they buy stays nearly as it is";
  }
  return "If customers go on as they do, " +
         elided_end(name_of(moves, most), kTitleFont, kInnerWidth * 0.6) + " comes from " +
         percent_in_column(moves.mix[most]) + " of what they buy to " +
         percent_in_column(moves.stationary[most]);
}

}  // namespace

Chart affinity_transitions(const insight::Affinity& result, const Context& context) {
  if (!result.transitions || result.transitions->steps == 0) {
    return framed_without_data("No basket is followed by another", "", context);
  }
  Figure figure;
  figure.title = title_of(*result.transitions);
  figure.subtitle = "After each product (down), % of the next basket (across, by number); " +
                    count_of(result.transitions->steps, "step") +
                    " from a basket to the next. Long run: the mix that such steps would keep";
  figure.panels.push_back(panel_of(*result.transitions));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
