#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/dynamics.hpp"

namespace till::charts {
namespace {

using insight::Dynamics;
using insight::ProductDynamics;
using insight::ProductStatus;

constexpr double kHeight = 380;
constexpr std::size_t kMostPoints = 500;
constexpr std::size_t kMostNames = 14;
constexpr double kWidestName = 150;
// Growth beyond these is drawn at the edge.
constexpr double kLeastFactor = 0.05;
constexpr double kMostFactor = 20.0;

constexpr std::string_view kPercentLabels = "format(datum.value, '~g') + '\u00A0%'";
constexpr std::string_view kGrowthLabels =
    "(datum.value > 1 ? '+' : datum.value < 1 ? '\u2212' : '') + "
    "format(abs(datum.value - 1) * 100, ',.0f') + '\u00A0%'";

struct Point {
  const ProductDynamics* product = nullptr;
  double share = 0.0;   // in percent
  double factor = 1.0;  // of a year
};

std::vector<Point> points_of(const Dynamics& result) {
  std::vector<Point> points;
  for (const ProductDynamics& product : result.products) {
    if (product.growth && product.share > 0.0 && points.size() < kMostPoints) {
      points.push_back({&product,
                        100.0 * product.share,
                        std::clamp(1.0 + *product.growth, kLeastFactor, kMostFactor)});
    }
  }
  return points;
}

std::string_view color_of(ProductStatus status) {
  return status == ProductStatus::Growing  ? kAccent
         : status == ProductStatus::Fading ? kContrast
                                           : kFaint;
}

Json log_channel(std::string_view field, const Axis& axis, std::string_view labels) {
  return Json{
      {"field", field},
      {"type", "quantitative"},
      {"scale", {{"type", "log"}, {"domain", {axis.from, axis.to}}, {"nice", false}}},
      {"axis",
       {{"title", nullptr}, {"grid", true}, {"values", axis.ticks}, {"labelExpr", labels}}}};
}

double place(double value, const Axis& axis, double length) {
  return length * std::log(value / axis.from) / std::log(axis.to / axis.from);
}

/// An axis of yearly factors: its ticks are round percentages of growth, the roundest first, as far
/// as they are apart.
Axis growth_axis(double least, double most) {
  constexpr std::array<double, 17> kFactors = {
      1.0, 2.0, 0.5, 5.0, 0.2, 10.0, 0.1, 20.0, 0.05, 1.5, 0.7, 3.0, 0.3, 1.2, 0.8, 1.1, 0.9};
  constexpr double kApart = 0.09;  // of the axis
  Axis axis{0.9 * least, 1.1 * most, true, {}};
  const double length = std::log(axis.to / axis.from);
  for (const double factor : kFactors) {
    const bool has_room = std::ranges::all_of(axis.ticks, [&](double tick) {
      return std::fabs(std::log(tick / factor)) >= kApart * length;
    });
    if (factor >= axis.from && factor <= axis.to && has_room) {
      axis.ticks.push_back(factor);
    }
  }
  std::ranges::sort(axis.ticks);
  return axis;
}

std::string name_of(const ProductDynamics& product) {
  return isolated(drawable(product.name.empty() ? product.product_id : product.name));
}

/// Names beside the largest points, as far as they find room.
std::vector<Label> names_of(const std::vector<Point>& points,
                            const Axis& shares,
                            const Axis& factors,
                            double width) {
  struct Box {
    double left, right, top, bottom;
  };

  constexpr double kHalfLine = 7;
  constexpr double kPoint = 5;
  std::vector<Box> taken;
  for (const Point& point : points) {
    const double x = place(point.share, shares, width);
    const double y = kHeight - place(point.factor, factors, kHeight);
    taken.push_back({x - kPoint, x + kPoint, y - kPoint, y + kPoint});
  }
  std::vector<Label> labels;
  for (std::size_t i = 0; i < points.size() && labels.size() < kMostNames; ++i) {
    const std::string name = elided_middle(name_of(*points[i].product), kLabelFont, kWidestName);
    const double length = text_width(name, kLabelFont);
    const double x = place(points[i].share, shares, width);
    const double y = kHeight - place(points[i].factor, factors, kHeight);

    struct Place {
      double x, y;
      std::string_view align;
      double left;
    };

    for (const Place& at : {Place{x + 8, y, "left", x + 8},
                            Place{x - 8, y, "right", x - 8 - length},
                            Place{x, y - 13, "center", x - length / 2},
                            Place{x, y + 13, "center", x - length / 2}}) {
      const Box box{at.left, at.left + length, at.y - kHalfLine, at.y + kHalfLine};
      const bool is_free = box.left >= 0 && box.right <= width && box.top >= 0 &&
                           box.bottom <= kHeight &&
                           std::ranges::none_of(taken, [&](const Box& other) {
                             return box.left < other.right && other.left < box.right &&
                                    box.top < other.bottom && other.top < box.bottom;
                           });
      if (is_free) {
        taken.push_back(box);
        labels.push_back({name, at.x, at.y, at.align});
        break;
      }
    }
  }
  return labels;
}

}  // namespace

Chart dynamics_growth_share(const Dynamics& result, const Context& context) {
  const std::vector<Point> points = points_of(result);
  if (points.empty()) {
    return framed_without_data(result.products.empty()
                                   ? "Nothing was bought before this moment"
                                   : "The log is too short to tell the growth of any product",
                               "",
                               context);
  }
  double least_share = points.front().share;
  double most_share = least_share;
  double least = 1.0;
  double most = 1.0;
  for (const Point& point : points) {
    least_share = std::min(least_share, point.share);
    most_share = std::max(most_share, point.share);
    least = std::min(least, point.factor);
    most = std::max(most, point.factor);
  }
  // A little room for the points at the edges.
  const Axis shares = log_axis(0.85 * least_share, 1.15 * most_share);
  const Axis factors = growth_axis(least, most);
  const std::array<const Axis*, 2> axes = {&shares, &factors};
  const double left = frame_for(axes).left + 16;
  const Frame frame{left, kInnerWidth - left - 4};

  Json rows = Json::array();
  for (const Point& point : points) {
    const ProductDynamics& product = *point.product;
    const std::string growth =
        (*product.growth < 0.0 ? "\u2212" : "+") + percent(std::fabs(*product.growth)) + " a year";
    rows.push_back({{"share", point.share},
                    {"factor", point.factor},
                    {"color", color_of(product.status)},
                    {"product", name_of(product)},
                    {"growth", growth},
                    {"status", insight::name(product.status)},
                    {"of all", percent(product.share)},
                    {"description",
                     name_of(product) + ": " + percent(product.share) + " of transactions, " +
                         growth + ", " + insight::name(product.status)}});
  }
  const Json x = log_channel("share", shares, kPercentLabels);
  Json y = log_channel("factor", factors, kGrowthLabels);
  y["axis"]["minExtent"] = frame.left;
  y["axis"]["maxExtent"] = frame.left;
  Json layers = Json::array();
  Json steady_channel = y;
  steady_channel["field"] = "steady";
  Json steady =
      layer_of({{"type", "rule"}, {"color", kBaseline}, {"aria", false}}, {{"y", steady_channel}});
  steady["data"] = inline_data(Json::array({{{"steady", 1}}}));
  layers.push_back(std::move(steady));
  layers.push_back(
      layer_of({{"type", "point"}, {"filled", true}, {"opacity", 0.9}, {"size", 46}},
               {{"x", x},
                {"y", y},
                {"color", {{"field", "color"}, {"type", "nominal"}, {"scale", nullptr}}},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip",
                 Json::array({{{"field", "product"}, {"type", "nominal"}},
                              {{"field", "of all"}, {"type", "nominal"}},
                              {{"field", "growth"}, {"type", "nominal"}},
                              {{"field", "status"}, {"type", "nominal"}}})}}));
  add_labels_with_halo(layers, names_of(points, shares, factors, frame.width));

  const auto with = [&](ProductStatus status) {
    return std::ranges::count_if(
        points, [&](const Point& point) { return point.product->status == status; });
  };
  const auto growing = with(ProductStatus::Growing);
  const auto fading = with(ProductStatus::Fading);
  Figure figure;
  const std::string all = count_of(std::ssize(points), "product") + " with sales enough";
  figure.title = growing + fading == 0 ? "No evidence that any of " + all + " grows or fades"
                                       : "Of " + all + ", " + count(growing) +
                                             (growing == 1 ? " grows and " : " grow and ") +
                                             count(fading) + (fading == 1 ? " fades" : " fade");
  figure.subtitle =
      "Growth a year (upwards) by share of the transactions of the last months (along); blue grows "
      "and orange fades, at a false discovery rate of 5\u00A0%";
  if (const auto rest = std::ssize(result.products) - std::ssize(points); rest > 0) {
    figure.notes.push_back(count_of(rest, "product") +
                           " without recent sales, with too few to tell "
                           "growth, or beyond the first " +
                           count(kMostPoints));
  }
  figure.panels.push_back(
      plot_panel(std::move(rows), std::move(layers), "Growth a year", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
