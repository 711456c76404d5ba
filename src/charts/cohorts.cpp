#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/shade.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using insight::Cohort;
using insight::CohortCell;
using insight::Cohorts;

constexpr std::size_t kMostCohorts = 48;
constexpr std::size_t kMostAges = 48;
constexpr double kTallestRow = 19;   // pixels
constexpr double kTallestMap = 460;  // pixels
constexpr double kWidestCell = 44;
constexpr double kCurveHeight = 170;
constexpr double kGap = 10;
constexpr double kRoomForNumber = 18;  // pixels, in width
constexpr Font kCellFont{10, false};

struct Rgb {
  int red = 0;
  int green = 0;
  int blue = 0;
};

// From nearly white to the accent and on to dark.
constexpr std::array<Rgb, 3> kRamp = {{{240, 245, 250}, {90, 151, 198}, {13, 62, 104}}};

Rgb mixed(Rgb a, Rgb b, double share_of_b) {
  const auto mix = [&](int from, int to) {
    return static_cast<int>(std::lround(from + (to - from) * share_of_b));
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

Rgb color_at(double strength) {
  const double place = std::clamp(strength, 0.0, 1.0) * (kRamp.size() - 1);
  const std::size_t i = std::min(static_cast<std::size_t>(place), kRamp.size() - 2);
  return mixed(kRamp[i], kRamp[i + 1], place - static_cast<double>(i));
}

std::string hexadecimal(Rgb color) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", color.red, color.green, color.blue);
  return text.data();
}

// What a map shows: the latest cohorts, the youngest ages, where each cell lies.
struct Map {
  std::size_t first_cohort = 0;
  std::size_t cohorts = 0;
  std::size_t ages = 0;  // from 1 on: at age 0 everybody is active
  double left = 0;
  double cell_width = 0;
  double cell_height = 0;

  [[nodiscard]] double width() const { return cell_width * static_cast<double>(ages); }

  [[nodiscard]] double height() const { return cell_height * static_cast<double>(cohorts); }
};

std::string percent_digits(double share) {
  return std::to_string(std::lround(share * 100));
}

// Cells shown as pixels of the panel.
Json pixels(std::string_view field) {
  return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
}

Json cell_row(const Cohorts& result, const Map& map, std::size_t c, std::size_t a, double largest) {
  const Cohort& cohort = result.cohorts[map.first_cohort + c];
  const CohortCell& cell = cohort.cells[a];
  const bool is_forecast = cell.forecast.has_value();
  const double share = is_forecast ? *cell.forecast : cell.retention.value_or(0);
  Rgb fill = color_at(share / largest);
  if (is_forecast) {
    fill = mixed(fill, {255, 255, 255}, 0.45);
  }
  const double x = map.cell_width * static_cast<double>(a - 1);
  const double y = map.cell_height * static_cast<double>(c);
  Json row{{"x", x},
           {"x2", x + map.cell_width - 1},
           {"y", y},
           {"y2", y + map.cell_height - 1},
           {"xm", x + (map.cell_width - 1) / 2},
           {"ym", y + (map.cell_height - 1) / 2},
           {"fill", hexadecimal(fill)},
           {"ink", ink_on(fill.red, fill.green, fill.blue)},
           {"text", percent_digits(share)},
           {"cohort", cohort.name + ", " + count_of(cohort.customers, "customer")},
           {"age", count_of(static_cast<std::int64_t>(a), insight::name(result.period))},
           {"active", percent(share) + (is_forecast ? " expected" : "")},
           {"interval", percent(*cell.low) + " to " + percent(*cell.high)}};
  return row;
}

// The line between what was seen and what is forecast.
Json border(const Cohorts& result, const Map& map) {
  Json rows = Json::array();
  for (std::size_t c = 0; c < map.cohorts; ++c) {
    const std::vector<CohortCell>& cells = result.cohorts[map.first_cohort + c].cells;
    std::size_t seen = 0;
    while (seen < map.ages && cells[seen + 1].is_whole) {
      ++seen;
    }
    const double x = map.cell_width * static_cast<double>(seen) - 0.5;
    const double y = map.cell_height * static_cast<double>(c) - 0.5;
    rows.push_back({{"x", x}, {"y", y}, {"order", 2 * c}});
    rows.push_back({{"x", x}, {"y", y + map.cell_height}, {"order", 2 * c + 1}});
  }
  Json line = layer_of({{"type", "line"}, {"color", kInk}, {"strokeWidth", 1.4}, {"aria", false}},
                       {{"x", pixels("x")},
                        {"y", pixels("y")},
                        {"order", {{"field", "order"}, {"type", "quantitative"}}}});
  line["data"] = inline_data(std::move(rows));
  return line;
}

Json map_panel(const Cohorts& result, const Map& map) {
  double largest = 0.01;
  for (std::size_t c = 0; c < map.cohorts; ++c) {
    const Cohort& cohort = result.cohorts[map.first_cohort + c];
    for (std::size_t a = 1; a <= map.ages; ++a) {
      largest = std::max(
          largest,
          std::max(cohort.cells[a].retention.value_or(0), cohort.cells[a].forecast.value_or(0)));
    }
  }
  Json rows = Json::array();
  for (std::size_t c = 0; c < map.cohorts; ++c) {
    for (std::size_t a = 1; a <= map.ages; ++a) {
      const CohortCell& cell = result.cohorts[map.first_cohort + c].cells[a];
      if (cell.retention || cell.forecast) {
        rows.push_back(cell_row(result, map, c, a, largest));
      }
    }
  }
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  Json cells = layer_of(
      {{"type", "rect"}, {"description", "Share of each cohort that is active, by age"}},
      {{"x", pixels("x")},
       {"x2", {{"field", "x2"}}},
       {"y", pixels("y")},
       {"y2", {{"field", "y2"}}},
       {"color", {{"field", "fill"}, {"type", "nominal"}, {"scale", nullptr}}},
       {"tooltip", Json::array({tip("cohort"), tip("age"), tip("active"), tip("interval")})}});
  Json layers = Json::array();
  layers.push_back(std::move(cells));
  if (map.cell_width >= kRoomForNumber && map.cell_height >= kCellFont.size + 2) {
    layers.push_back(
        layer_of({{"type", "text"}, {"fontSize", kCellFont.size}, {"aria", false}},
                 {{"x", pixels("xm")},
                  {"y", pixels("ym")},
                  {"text", {{"field", "text"}, {"type", "nominal"}}},
                  {"color", {{"field", "ink"}, {"type", "nominal"}, {"scale", nullptr}}}}));
  }
  layers.push_back(border(result, map));

  std::vector<Label> labels;
  const auto every_cohort =
      static_cast<std::size_t>(std::ceil((kLabelFont.size + 1) / map.cell_height));
  for (std::size_t c = 0; c < map.cohorts; c += every_cohort) {
    const Cohort& cohort = result.cohorts[map.first_cohort + c];
    const double y = map.cell_height * (static_cast<double>(c) + 0.5);
    labels.push_back({cohort.name, -map.left, y, "left", "middle", kInk, kLabelFont});
    labels.push_back({count(cohort.customers), -kGap, y, "right", "middle", kMuted, kLabelFont});
  }
  const double age_width = text_width("000", kLabelFont);
  const auto every_age = static_cast<std::size_t>(std::ceil(age_width / map.cell_width));
  for (std::size_t a = 1; a <= map.ages; a += every_age) {
    labels.push_back({std::to_string(a),
                      map.cell_width * (static_cast<double>(a) - 0.5),
                      map.height() + 10,
                      "center",
                      "middle",
                      kMuted,
                      kLabelFont});
  }
  labels.push_back({"customers", -kGap, -12, "right", "bottom", kMuted, kLabelFont});
  labels.push_back({"cohort", -map.left, -12, "left", "bottom", kMuted, kLabelFont});
  labels.push_back({"% active, by " + std::string(insight::name(result.period)) +
                        "s after the first purchase; right of the line: expected",
                    0,
                    -12,
                    "left",
                    "bottom",
                    kInk,
                    kLabelFont});
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", kInnerWidth - map.left - 4},
              {"height", map.height() + 20},
              {"layer", std::move(layers)}};
}

// --- the curves ----------------------------------------------------------------------------------

Json curve_panel(const Cohorts& result, const Map& map) {
  double largest = 0.01;
  Json rows = Json::array();
  for (std::size_t c = 0; c < map.cohorts; ++c) {
    const Cohort& cohort = result.cohorts[map.first_cohort + c];
    for (std::size_t a = 1; a <= map.ages; ++a) {
      if (cohort.cells[a].is_whole) {
        largest = std::max(largest, *cohort.cells[a].retention);
        rows.push_back({{"cohort", c}, {"age", a}, {"share", *cohort.cells[a].retention}});
      }
    }
  }
  Json all = Json::array();
  for (std::size_t a = 1; a <= map.ages; ++a) {
    const insight::CohortAge& age = result.ages[a];
    if (age.customers > 0) {
      largest = std::max(largest, age.high);
      all.push_back(
          {{"age", a},
           {"share", age.retention},
           {"low", age.low},
           {"high", age.high},
           {"after", count_of(static_cast<std::int64_t>(a), insight::name(result.period))},
           {"active", percent(age.retention)},
           {"of", count_of(age.customers, "customer")}});
    }
  }
  const Axis axis = measure_axis(0, largest, 5);
  const Frame frame{map.left, kInnerWidth - map.left - 4};
  const auto last = static_cast<double>(map.ages);
  std::vector<double> ticks;
  const std::size_t step = std::max<std::size_t>(1, (map.ages + 11) / 12);
  for (std::size_t tick = step; tick <= map.ages; tick += step) {
    ticks.push_back(static_cast<double>(tick));
  }
  const Json x{
      {"field", "age"},
      {"type", "quantitative"},
      {"scale", {{"domain", {0.5, last + 0.5}}, {"nice", false}, {"zero", false}}},
      {"axis",
       {{"title", std::string(insight::name(result.period)) + "s after the first purchase"},
        {"titleAnchor", "end"},
        {"values", ticks},
        {"labelExpr", "format(datum.value, 'd')"},
        {"grid", false}}}};
  const auto y = [&](std::string_view field) {
    return y_channel(field, axis, frame, kPercentLabelExpression);
  };
  Json layers = Json::array();
  Json each = layer_of(
      {{"type", "line"},
       {"color", kFaint},
       {"strokeWidth", 0.8},
       {"opacity", 0.7},
       {"aria", false}},
      {{"x", x}, {"y", y("share")}, {"detail", {{"field", "cohort"}, {"type", "nominal"}}}});
  each["data"] = inline_data(std::move(rows));
  layers.push_back(std::move(each));
  Json band = layer_of({{"type", "area"}, {"color", kAccent}, {"opacity", 0.18}, {"aria", false}},
                       {{"x", x}, {"y", y("low")}, {"y2", {{"field", "high"}}}});
  Json line = layer_of({{"type", "line"},
                        {"color", kAccent},
                        {"strokeWidth", 2.2},
                        {"point", all.size() == 1},
                        {"description", "Share of all cohorts that is active, by age"}},
                       {{"x", x}, {"y", y("share")}});
  layers.push_back(std::move(band));
  layers.push_back(std::move(line));
  add_pointer_targets(layers,
                      x,
                      y("share"),
                      Json::array({{{"field", "after"}, {"type", "nominal"}},
                                   {{"field", "active"}, {"type", "nominal"}},
                                   {{"field", "of"}, {"type", "nominal"}}}),
                      120);
  return plot_panel(std::move(all),
                    std::move(layers),
                    "Share active: all cohorts with 95\u00A0% interval, each cohort behind",
                    frame,
                    kCurveHeight);
}

std::string title_of(const Cohorts& result) {
  const std::size_t last = insight::telling_age(result);
  const std::string period(insight::name(result.period));
  std::string title = percent(result.ages[1].retention) + " of customers buy in the " + period +
                      " after their first purchase";
  if (last > 1) {
    title += ", " + percent(result.ages[last].retention) + " " +
             count_of(static_cast<std::int64_t>(last), period) + " after it";
  }
  return title;
}

}  // namespace

Chart cohorts(const Cohorts& result, const Context& context) {
  if (result.cohorts.empty()) {
    return framed_without_data("No customer bought anything before this moment", "", context);
  }
  const std::string period(insight::name(result.period));
  if (insight::telling_age(result) == 0) {
    return framed_without_data(
        "No cohort was seen for a whole " + period + " after that of its first purchases",
        count_of(result.customers, "customer") + " so far",
        context);
  }
  Map map;
  map.cohorts = std::min(result.cohorts.size(), kMostCohorts);
  map.first_cohort = result.cohorts.size() - map.cohorts;
  map.ages = std::min(result.ages.size() - 1, kMostAges);
  double name_width = text_width("cohort", kLabelFont);
  double count_width = text_width("customers", kLabelFont);
  for (std::size_t c = 0; c < map.cohorts; ++c) {
    const Cohort& cohort = result.cohorts[map.first_cohort + c];
    name_width = std::max(name_width, text_width(cohort.name, kLabelFont));
    count_width = std::max(count_width, text_width(count(cohort.customers), kLabelFont));
  }
  map.left = std::ceil(name_width + count_width) + 2 * kGap;
  map.cell_width =
      std::min(kWidestCell, (kInnerWidth - map.left - 4) / static_cast<double>(map.ages));
  map.cell_height = std::min(kTallestRow, kTallestMap / static_cast<double>(map.cohorts));

  Figure figure;
  figure.title = title_of(result);
  figure.subtitle = "Customers by the " + period +
                    " of their first purchase, and the share of them " +
                    (result.rolling ? "who buy in each step of time after it"
                                    : "who buy in each " + period + " after it");
  if (map.first_cohort > 0) {
    figure.notes.push_back("The first " +
                           count_of(static_cast<std::int64_t>(map.first_cohort), "cohort") +
                           (map.first_cohort == 1 ? " is" : " are") + " not drawn");
  }
  if (result.transactions_without_customer != 0) {
    figure.notes.push_back(
        count_of(result.transactions_without_customer, "transaction") + " without a customer " +
        (result.transactions_without_customer == 1 ? "is" : "are") + " not shown");
  }
  figure.panels.push_back(map_panel(result, map));
  figure.panels.push_back(curve_panel(result, map));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
