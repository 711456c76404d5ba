#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/affinity.hpp"

namespace till::charts {
namespace {

using insight::ProductLoyalty;

constexpr std::size_t kMostProducts = 20;
constexpr double kRowHeight = 22;
constexpr double kNameWidth = 240;
constexpr double kColumnWidth = 76;

Json pixels(std::string_view field) {
  return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
}

std::string per_buyer(double value) {
  return measure_label(std::round(value * 10) / 10);
}

Json panel_of(const insight::Affinity& result, std::size_t shown) {
  double most = 1;
  for (std::size_t i = 0; i < shown; ++i) {
    const ProductLoyalty& product = result.loyalty[i];
    most = std::max(
        {most, product.baskets_per_customer, product.expected_baskets_per_customer.value_or(1.0)});
  }
  const Axis axis = log_axis(1, most);
  const double left = kNameWidth + 2 * kColumnWidth + 24;
  const double width = kInnerWidth - left - 12;
  const double height = kRowHeight * static_cast<double>(shown);
  const auto place = [&](double value) {
    return width * std::log(std::max(value, 1.0) / axis.from) / std::log(axis.to / axis.from);
  };
  std::vector<Label> labels;
  Json lines = Json::array();
  for (const double tick : axis.ticks) {
    lines.push_back({{"x", place(tick)}, {"y", 0}, {"y2", height}});
    labels.push_back(
        {measure_label(tick), place(tick), height + 10, "center", "middle", kMuted, kLabelFont});
  }
  Json grid = layer_of({{"type", "rule"}, {"color", kGrid}, {"aria", false}},
                       {{"x", pixels("x")}, {"y", pixels("y")}, {"y2", {{"field", "y2"}}}});
  grid["data"] = inline_data(std::move(lines));
  Json layers = Json::array();
  layers.push_back(std::move(grid));

  Json rows = Json::array();
  for (std::size_t i = 0; i < shown; ++i) {
    const ProductLoyalty& product = result.loyalty[i];
    const double y = kRowHeight * (static_cast<double>(i) + 0.5);
    const std::optional<double> expected = product.expected_baskets_per_customer;
    const std::string name = drawable(product.product.name);
    const std::string buyers = percent_in_column(product.penetration);
    const std::string needs = percent_in_column(product.share_of_requirements);
    rows.push_back({{"x", place(product.baskets_per_customer)},
                    {"expected", expected ? Json(place(*expected)) : Json()},
                    {"y", y},
                    {"above", y - 7},
                    {"below", y + 7},
                    {"product", name},
                    {"buyers", buyers},
                    {"share of requirements", needs},
                    {"baskets per buyer", per_buyer(product.baskets_per_customer)},
                    {"expected per buyer", expected ? per_buyer(*expected) : "-"}});
    labels.push_back({elided_middle(name, kLabelFont, kNameWidth),
                      -left,
                      y,
                      "left",
                      "middle",
                      kInk,
                      kLabelFont});
    labels.push_back({buyers, -kColumnWidth - 24, y, "right", "middle", kMuted, kLabelFont});
    labels.push_back({needs, -24, y, "right", "middle", kMuted, kLabelFont});
  }
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  layers.push_back(
      layer_of({{"type", "rule"},
                {"color", kContrast},
                {"strokeWidth", 2.5},
                {"description", "Baskets per buyer that the Dirichlet expects"}},
               {{"x", pixels("expected")}, {"y", pixels("above")}, {"y2", {{"field", "below"}}}}));
  layers.push_back(layer_of({{"type", "circle"},
                             {"color", kAccent},
                             {"opacity", 1},
                             {"size", 60},
                             {"description", "Baskets per buyer"}},
                            {{"x", pixels("x")},
                             {"y", pixels("y")},
                             {"tooltip",
                              Json::array({tip("product"),
                                           tip("buyers"),
                                           tip("share of requirements"),
                                           tip("baskets per buyer"),
                                           tip("expected per buyer")})}}));
  labels.push_back({"product", -left, -12, "left", "bottom", kMuted, kLabelFont});
  labels.push_back({"buyers", -kColumnWidth - 24, -12, "right", "bottom", kMuted, kLabelFont});
  labels.push_back({"of needs", -24, -12, "right", "bottom", kMuted, kLabelFont});
  labels.push_back({"● baskets per buyer", 0, -12, "left", "bottom", kAccent, kLabelFontBold});
  labels.push_back({"┃ expected",
                    text_width("● baskets per buyer", kLabelFontBold) + 14,
                    -12,
                    "left",
                    "bottom",
                    kContrast,
                    kLabelFontBold});
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", width},
              {"height", height + 20},
              {"layer", std::move(layers)}};
}

}  // namespace

Chart affinity_loyalty(const insight::Affinity& result, const Context& context) {
  if (result.loyalty.empty()) {
    return framed_without_data("No product is in enough baskets", "", context);
  }
  const ProductLoyalty& first = result.loyalty.front();
  Figure figure;
  figure.title = elided_end(drawable(first.product.name), kTitleFont, kInnerWidth * 0.6) +
                 " is bought by " + percent(first.penetration) + " of customers and makes " +
                 percent(first.share_of_requirements) + " of what these buy";
  figure.subtitle =
      "Of needs: the product's share of what its buyers buy. Products of few buyers are bought "
      "less often by these, too: the Dirichlet says what is expected of each";
  const std::size_t shown = std::min(result.loyalty.size(), kMostProducts);
  if (shown < result.loyalty.size()) {
    figure.notes.push_back("The " + count(static_cast<std::int64_t>(shown)) +
                           " products with the most buyers are drawn");
  }
  figure.panels.push_back(panel_of(result, shown));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
