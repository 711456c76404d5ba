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
#include "charts/shade.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/fit.hpp"

namespace till::charts {
namespace {

constexpr double kRowHeight = 24;

/// One of the two matrices.
struct Quantity {
  double MatrixCell::* value;
  std::string heading;
  double highest = 1;
  bool is_share = false;
};

std::string text_of(double value, bool is_share) {
  if (is_share) {
    return percent(value);
  }
  return value >= 99.95 ? count(std::llround(value))
                        : measure_label(value < 0.995 ? std::round(value * 100) / 100
                                                      : std::round(value * 10) / 10);
}

Json panel_of(const FrequencyRecency& matrix,
              const Quantity& quantity,
              const std::vector<std::string>& frequencies,
              const std::vector<std::string>& idle,
              const Frame& frame) {
  Json rows = Json::array();
  for (const MatrixCell& cell : matrix.cells) {
    const double value = cell.*quantity.value;
    const double part = value / quantity.highest;
    const std::string text = text_of(value, quantity.is_share);
    rows.push_back({{"frequency", count(cell.frequency)},
                    {"idle", matrix.idle[cell.place]},
                    {"text", text},
                    {"shade", shade(part)},
                    {"ink", ink_on_shade(part)},
                    {"description",
                     count_of(cell.frequency, "repeat purchase") + ", the last " +
                         matrix.idle[cell.place] + " ago: " + text}});
  }
  const auto channel = [](std::string_view field, const std::vector<std::string>& names) {
    Json made = place_channel(field, names);
    made["scale"] = Json{{"domain", names}, {"paddingInner", 0.04}, {"paddingOuter", 0}};
    return made;
  };
  const Json x = channel("frequency", frequencies);
  Json y = channel("idle", idle);
  y["axis"]["minExtent"] = frame.left;
  y["axis"]["maxExtent"] = frame.left;
  const auto color = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}, {"scale", nullptr}};
  };
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}},
               {{"x", x},
                {"y", y},
                {"color", color("shade")},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  layers.push_back(layer_of({{"type", "text"}, {"aria", false}},
                            {{"x", x},
                             {"y", y},
                             {"text", {{"field", "text"}, {"type", "nominal"}}},
                             {"color", color("ink")}}));
  return plot_panel(std::move(rows),
                    std::move(layers),
                    quantity.heading,
                    frame,
                    kRowHeight * static_cast<double>(idle.size()));
}

/// Says at which idle time the number of purchases tells most about who is still there.
std::string title_of(const FrequencyRecency& matrix, const std::string& model) {
  const std::size_t columns = matrix.frequencies.size();
  const auto alive = [&](std::size_t place, std::size_t column) {
    return matrix.cells[place * columns + column].probability_alive;
  };
  std::size_t most = 0;
  for (std::size_t place = 0; place < matrix.idle.size(); ++place) {
    const auto apart = [&](std::size_t i) { return std::abs(alive(i, 0) - alive(i, columns - 1)); };
    most = apart(place) > apart(most) ? place : most;
  }
  std::string title = "By the " + model + ", who did not buy for " + matrix.idle[most] +
                      " is still a customer with " + percent(alive(most, 0)) + " after " +
                      count_of(matrix.frequencies.front(), "repeat purchase");
  if (columns > 1) {
    title += ", with " + percent(alive(most, columns - 1)) + " after " +
             count(matrix.frequencies.back());
  }
  return title;
}

}  // namespace

Chart fit_matrix(const FrequencyRecency& matrix, std::string_view model, const Context& context) {
  std::vector<std::string> frequencies;
  frequencies.reserve(matrix.frequencies.size());
  for (const std::int64_t frequency : matrix.frequencies) {
    frequencies.push_back(count(frequency));
  }
  double label_width = 0;
  for (const std::string& idle : matrix.idle) {
    label_width = std::max(label_width, text_width(idle, kLabelFont));
  }
  const double left = std::ceil(label_width) + 8;
  const Frame frame{left, kInnerWidth - left};
  std::array<Quantity, 2> quantities = {
      {{&MatrixCell::probability_alive,
        "Probability to be alive, by time since the last purchase (down) and repeat purchases",
        1,
        true},
       {&MatrixCell::expected_transactions,
        "Expected transactions of the next " + matrix.horizon,
        0,
        false}}};
  for (const MatrixCell& cell : matrix.cells) {
    quantities[1].highest = std::max(quantities[1].highest, cell.expected_transactions);
  }
  quantities[1].highest = quantities[1].highest > 0 ? quantities[1].highest : 1;
  Figure figure;
  figure.title = title_of(matrix, isolated(drawable(model)));
  figure.subtitle = "Customers whose first purchase was " + matrix.age +
                    " ago; the darker, the more there is to expect";
  for (const Quantity& quantity : quantities) {
    figure.panels.push_back(panel_of(matrix, quantity, frequencies, matrix.idle, frame));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
