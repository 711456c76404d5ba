#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::Lifecycle;
using insight::LifecycleMonth;

constexpr double kBuyerHeight = 220;
constexpr double kIdleHeight = 150;
constexpr double kBarShare = 0.82;  // of a month's room
constexpr double kWidestBar = 40;   // pixels
constexpr double kKeySize = 9;
constexpr double kKeyGap = 16;

// One of the six that a customer can be.
struct Kind {
  std::string_view name;
  std::int64_t LifecycleMonth::* customers;
  SeriesColor color;
};

// From the bottom up.
constexpr std::array<Kind, 4> kBuyers = {{{"active", &LifecycleMonth::active, kSeries[0]},
                                          {"returning", &LifecycleMonth::returning, kSeries[2]},
                                          {"resurrected", &LifecycleMonth::resurrected, kSeries[4]},
                                          {"new", &LifecycleMonth::fresh, kSeries[1]}}};
constexpr std::array<Kind, 2> kIdle = {{{"resting", &LifecycleMonth::resting, {kFaint, kMuted}},
                                        {"dormant", &LifecycleMonth::dormant, kSeries[3]}}};

struct Plot {
  std::vector<Month> months;
  double left = 0;
  double width = 0;
};

template <std::size_t kKinds>
std::int64_t highest(const Lifecycle& result, const std::array<Kind, kKinds>& kinds) {
  std::int64_t most = 1;
  for (const LifecycleMonth& month : result.months) {
    std::int64_t sum = 0;
    for (const Kind& kind : kinds) {
      sum += month.*kind.customers;
    }
    most = std::max(most, sum);
  }
  return most;
}

// Names of the kinds beside squares of their colour, right-aligned above the panel.
template <std::size_t kKinds>
void add_key(Json& layers, const std::array<Kind, kKinds>& kinds, double width) {
  std::vector<Label> labels;
  double right = width;
  for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind) {
    labels.push_back(
        {std::string(kind->name), right, -12, "right", "middle", kind->color.text, kLabelFontBold});
    right -= text_width(kind->name, kLabelFontBold) + 5;
    labels.push_back({"■", right, -12, "right", "middle", kind->color.line, kLabelFontBold});
    right -= kKeySize + kKeyGap;
  }
  add_labels(layers, labels);
}

template <std::size_t kKinds>
Json bar_panel(const Lifecycle& result,
               const std::array<Kind, kKinds>& kinds,
               const Plot& plot,
               const Axis& counts,
               double height,
               std::string title) {
  const auto n = static_cast<double>(plot.months.size());
  const Json x{{"field", "month"},
               {"type", "quantitative"},
               {"scale", {{"domain", {-0.5, n - 0.5}}, {"nice", false}, {"zero", false}}},
               {"axis", month_axis(plot.months)}};
  const auto y_of = [&](std::string_view field) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {counts.from, counts.to}}, {"nice", false}}},
                {"axis",
                 {{"title", nullptr},
                  {"grid", true},
                  {"values", counts.ticks},
                  {"labelExpr", kTickLabelExpression},
                  {"minExtent", plot.left},
                  {"maxExtent", plot.left}}}};
  };
  const double size = std::min(kWidestBar, std::max(kBarShare * plot.width / n, 0.5));
  std::vector<std::int64_t> base(result.months.size());
  Json layers = Json::array();
  for (const Kind& kind : kinds) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < result.months.size(); ++i) {
      const LifecycleMonth& month = result.months[i];
      const std::int64_t customers = month.*kind.customers;
      if (customers > 0) {
        rows.push_back(
            {{"month", i},
             {"from", base[i]},
             {"to", base[i] + customers},
             {"when",
              std::string(month_name(month.month.month)) + " " + std::to_string(month.month.year)},
             {std::string(kind.name), count_of(customers, "customer")}});
      }
      base[i] += customers;
    }
    if (rows.empty()) {
      continue;
    }
    Json bars =
        layer_of({{"type", "bar"},
                  {"color", kind.color.line},
                  {"size", size},
                  {"description", "Customers who are " + std::string(kind.name) + ", by month"}},
                 {{"x", x},
                  {"y", y_of("from")},
                  {"y2", {{"field", "to"}}},
                  {"tooltip",
                   Json::array({{{"field", "when"}, {"type", "nominal"}, {"title", "month"}},
                                {{"field", std::string(kind.name)}, {"type", "nominal"}}})}});
    bars["data"] = inline_data(std::move(rows));
    layers.push_back(std::move(bars));
  }
  add_key(layers, kinds, plot.width);
  add_labels(layers, {heading(std::move(title), plot.left)});
  return Json{{"width", plot.width}, {"height", height}, {"layer", std::move(layers)}};
}

std::string title_of(const Lifecycle& result) {
  const LifecycleMonth& last = result.months.back();
  const std::int64_t customers = last.customers();
  return "Of " + count_of(customers, "customer") + " so far, " + count(last.dormant) + " (" +
         percent(static_cast<double>(last.dormant) / static_cast<double>(customers)) +
         ") have not bought for " + count_of(result.dormant_after, "month") + " or more";
}

}  // namespace

Chart lifecycle(const Lifecycle& result, const Context& context) {
  if (result.months.empty()) {
    return framed_without_data("No customer bought anything before this moment", "", context);
  }
  Figure figure;
  figure.title = title_of(result);
  figure.subtitle = "What each customer is in each month, by the month of the purchase before";
  if (result.transactions_without_customer != 0) {
    figure.notes.push_back(
        count_of(result.transactions_without_customer, "transaction") + " without a customer " +
        (result.transactions_without_customer == 1 ? "is" : "are") + " not shown");
  }
  const Axis buyers = linear_axis(0, static_cast<double>(highest(result, kBuyers)), 5);
  const Axis idle = linear_axis(0, static_cast<double>(highest(result, kIdle)), 4);
  Plot plot;
  for (const LifecycleMonth& month : result.months) {
    plot.months.push_back(month.month);
  }
  for (const Axis* axis : {&buyers, &idle}) {
    for (const double tick : axis->ticks) {
      plot.left = std::max(plot.left, std::ceil(text_width(tick_label(tick), kLabelFont)) + 8);
    }
  }
  plot.width = kInnerWidth - plot.left - 4;
  figure.panels.push_back(
      bar_panel(result, kBuyers, plot, buyers, kBuyerHeight, "Customers who bought"));
  figure.panels.push_back(
      bar_panel(result, kIdle, plot, idle, kIdleHeight, "Customers who did not"));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
