#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/predict.hpp"

namespace till::charts {
namespace {

constexpr double kHeight = 220;
constexpr double kLabelHeight = 18;  // of a number above its bar

}  // namespace

Chart predict_alive(const AliveTenths& tenths, std::string_view model, const Context& context) {
  std::vector<std::string> places;
  Json rows = Json::array();
  std::int64_t customers = 0;
  std::int64_t most = 1;
  for (std::size_t i = 0; i < tenths.customers.size(); ++i) {
    const std::int64_t from = 10 * static_cast<std::int64_t>(i);
    places.push_back(count(from) + "–" + count(from + 10) + "\u00A0%");
    customers += tenths.customers[i];
    most = std::max(most, tenths.customers[i]);
    rows.push_back(
        {{"alive", places.back()},
         {"customers", tenths.customers[i]},
         {"text", count(tenths.customers[i])},
         {"description", places.back() + ": " + count_of(tenths.customers[i], "customer")}});
  }
  Axis axis = linear_axis(0, static_cast<double>(most), 4);
  axis.to = std::max(axis.to, static_cast<double>(most) + axis.to * kLabelHeight / kHeight);
  const std::array<const Axis*, 1> axes = {&axis};
  const Frame frame = frame_for(axes);
  const Json x = place_channel("alive", places);
  const Json y = y_channel("customers", axis, frame);
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "bar"}, {"color", kAccentSoft}, {"cornerRadiusEnd", 1.5}},
               {{"x", x},
                {"y", y},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  add_text_with_halo(
      layers,
      layer_of(
          {{"type", "text"}, {"baseline", "bottom"}, {"dy", -4}, {"color", kInk}, {"aria", false}},
          {{"x", x}, {"y", y}, {"text", {{"field", "text"}, {"type", "nominal"}}}}));
  Figure figure;
  figure.title =
      "By the " + isolated(drawable(model)) + ", " + count(std::llround(tenths.expected_alive)) +
      " of " + count_of(customers, "customer") + (customers == 1 ? " is" : " are") + " still there";
  figure.subtitle = "Customers by the probability that they have not left for good";
  figure.panels.push_back(
      plot_panel(std::move(rows), std::move(layers), "Customers", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
