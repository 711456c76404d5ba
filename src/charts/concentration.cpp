#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/staircase.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::Concentration;
using insight::ConcentrationMonth;
using insight::Spread;

constexpr double kCurveHeight = 280;
constexpr double kMonthHeight = 110;
constexpr double kTolerance = 0.3;           // pixels
constexpr std::size_t kFewestMonths = 3;     // that make a line
constexpr double kTop = 0.2;                 // of all ids, named in the title
constexpr std::int64_t kFewestForShare = 5;  // ids of which a fifth is a whole one
constexpr double kLegendLine = 19;

// Customers or products, and how they are drawn.
struct Kind {
  std::string_view one;
  std::string_view many;
  Spread Concentration::* whole;
  Spread ConcentrationMonth::* month;
  SeriesColor color;
};

constexpr std::array<Kind, 2> kKinds = {
    {{"customer",
      "customers",
      &Concentration::customers,
      &ConcentrationMonth::customers,
      kSeries[0]},
     {"product", "products", &Concentration::products, &ConcentrationMonth::products, kSeries[1]}}};

// Kinds with ids enough to be spread over; the one product of a log without products is none.
std::vector<const Kind*> kinds_of(const Concentration& result) {
  std::vector<const Kind*> kinds;
  for (const Kind& kind : kKinds) {
    if ((result.*kind.whole).ids > 1) {
      kinds.push_back(&kind);
    }
  }
  return kinds;
}

std::string two_decimals(double value) {
  const auto hundredths = static_cast<std::int64_t>(std::llround(value * 100));
  const std::string digits = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (digits.size() < 2 ? "0" : "") + digits;
}

// "20 % of customers make 87 %".
std::string share_phrase(const Spread& spread, const Kind& kind) {
  if (spread.ids < kFewestForShare) {
    return "the first of " + count_of(spread.ids, kind.one) + " makes " + percent(spread.top(0.01));
  }
  return percent(kTop) + " of " + std::string(kind.many) + " make " + percent(spread.top(kTop));
}

std::string title_of(const Concentration& result, const std::vector<const Kind*>& kinds) {
  std::string title;
  for (const Kind* kind : kinds) {
    std::string phrase = share_phrase(result.*kind->whole, *kind);
    if (title.empty()) {
      phrase.front() = static_cast<char>(phrase.front() == 't' ? 'T' : phrase.front());
      title = phrase + " of transactions";
    } else {
      title += ", " + phrase;
    }
  }
  return title;
}

Json share_axis(double minimum_extent) {
  return Json{{"title", nullptr},
              {"grid", true},
              {"values", {0, 0.2, 0.4, 0.6, 0.8, 1}},
              {"labelExpr", "format(datum.value * 100, '~g') + '\u00A0%'"},
              {"minExtent", minimum_extent},
              {"maxExtent", minimum_extent}};
}

Json unit_scale() {
  return Json{{"domain", {0, 1}}, {"nice", false}};
}

// --- the curves ----------------------------------------------------------------------------------

// Corners of the curve in units of the panel, without those that nobody would see.
std::vector<Point> curve_of(const Spread& spread, double width) {
  std::vector<Point> points{{0, 0}};
  std::int64_t ids = 0;
  std::int64_t transactions = 0;
  for (const insight::ConcentrationLevel& level : spread.levels) {
    ids += level.ids;
    transactions += level.ids * level.transactions;
    points.push_back({width * static_cast<double>(ids) / static_cast<double>(spread.ids),
                      kCurveHeight * static_cast<double>(transactions) /
                          static_cast<double>(spread.transactions)});
  }
  std::vector<Point> kept;
  for (const std::size_t i : thinned(points, kTolerance)) {
    kept.push_back({points[i].x / width, points[i].y / kCurveHeight});
  }
  return kept;
}

Json curve_panel(const Concentration& result,
                 const std::vector<const Kind*>& kinds,
                 double left,
                 double width) {
  Json x_axis = share_axis(0);
  x_axis.erase("minExtent");
  x_axis.erase("maxExtent");
  x_axis["labelFlush"] = true;
  x_axis["title"] = "Share of customers or products, those with the most transactions first";
  x_axis["titleAnchor"] = "end";
  const Json x{
      {"field", "ids"}, {"type", "quantitative"}, {"scale", unit_scale()}, {"axis", x_axis}};
  const Json y{{"field", "transactions"},
               {"type", "quantitative"},
               {"scale", unit_scale()},
               {"axis", share_axis(left)}};

  Json layers = Json::array();
  Json equal = layer_of({{"type", "line"},
                         {"color", kBaseline},
                         {"strokeDash", {4, 4}},
                         {"strokeWidth", 1},
                         {"aria", false}},
                        {{"x", x}, {"y", y}});
  equal["data"] = inline_data(
      Json::array({{{"ids", 0}, {"transactions", 0}}, {{"ids", 1}, {"transactions", 1}}}));
  layers.push_back(std::move(equal));

  // The lower right is empty: no curve falls below the diagonal.
  std::vector<Label> labels;
  double line = kCurveHeight - 12 - kLegendLine * static_cast<double>(kinds.size());
  for (const Kind* kind : kinds) {
    const Spread& spread = result.*kind->whole;
    Json rows = Json::array();
    for (const Point& point : curve_of(spread, width)) {
      rows.push_back({{"ids", point.x},
                      {"transactions", point.y},
                      {"share of " + std::string(kind->many), percent(point.x)},
                      {"share of transactions", percent(point.y)}});
    }
    Json curve =
        layer_of({{"type", "line"},
                  {"color", kind->color.line},
                  {"strokeWidth", 2},
                  {"description", "Share of transactions by share of " + std::string(kind->many)}},
                 {{"x", x}, {"y", y}});
    curve["data"] = inline_data(rows);
    layers.push_back(std::move(curve));
    Json targets = Json::array();
    add_pointer_targets(
        targets,
        x,
        y,
        Json::array({{{"field", "share of " + std::string(kind->many)}, {"type", "nominal"}},
                     {{"field", "share of transactions"}, {"type", "nominal"}}}),
        90);
    for (Json& target : targets) {
      target["data"] = inline_data(rows);
      layers.push_back(std::move(target));
    }
    labels.push_back({count_of(spread.ids, kind->one) + ", Gini " + two_decimals(spread.gini),
                      width - 10,
                      line,
                      "right",
                      "middle",
                      kind->color.text,
                      kLabelFontBold});
    line += kLegendLine;
  }
  labels.push_back(
      {"all the same, Gini 0", width - 10, line, "right", "middle", kMuted, kLabelFont});
  add_labels_with_halo(layers, labels);
  add_labels(layers, {heading("Share of transactions", left)});
  return Json{{"width", width}, {"height", kCurveHeight}, {"layer", std::move(layers)}};
}

// --- month by month ------------------------------------------------------------------------------

Json month_panel(const Concentration& result,
                 const std::vector<const Kind*>& kinds,
                 double left,
                 double width) {
  // Every month from the first to the last: one without a transaction is a gap in the line.
  const Month first = result.months.front().month;
  const std::int32_t last = months_between(first, result.months.back().month);
  std::vector<Month> months;
  for (std::int32_t i = 0; i <= last; ++i) {
    months.push_back(add_months(first, i));
  }
  const Json x{{"field", "month"},
               {"type", "quantitative"},
               {"scale", {{"domain", {0, last}}, {"nice", false}, {"zero", false}}},
               {"axis", month_axis(months)}};
  const Json y{{"field", "gini"},
               {"type", "quantitative"},
               {"scale", unit_scale()},
               {"axis",
                {{"title", nullptr},
                 {"grid", true},
                 {"values", {0, 0.5, 1}},
                 {"labelExpr", "format(datum.value, '~g')"},
                 {"minExtent", left},
                 {"maxExtent", left}}}};
  Json layers = Json::array();
  for (const Kind* kind : kinds) {
    std::vector<Json> rows(months.size(), Json{{"gini", nullptr}});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i]["month"] = i;
    }
    for (const ConcentrationMonth& month : result.months) {
      const Spread& spread = month.*kind->month;
      if (spread.ids == 0) {
        continue;
      }
      Json& row = rows[static_cast<std::size_t>(months_between(first, month.month))];
      row["gini"] = spread.gini;
      row["when"] =
          std::string(month_name(month.month.month)) + " " + std::to_string(month.month.year);
      row["ids"] = count_of(spread.ids, kind->one);
      row["Gini"] = two_decimals(spread.gini);
    }
    Json line = layer_of({{"type", "line"},
                          {"color", kind->color.line},
                          {"strokeWidth", 1.6},
                          {"invalid", "break-paths-filter-domains"},
                          {"description", "Gini of " + std::string(kind->many) + " by month"}},
                         {{"x", x}, {"y", y}});
    line["data"] = inline_data(rows);
    layers.push_back(std::move(line));
    Json targets = Json::array();
    add_pointer_targets(targets,
                        x,
                        y,
                        Json::array({{{"field", "when"}, {"type", "nominal"}, {"title", "month"}},
                                     {{"field", "ids"}, {"type", "nominal"}, {"title", "of"}},
                                     {{"field", "Gini"}, {"type", "nominal"}}}),
                        120);
    for (Json& target : targets) {
      target["data"] = inline_data(rows);
      layers.push_back(std::move(target));
    }
  }
  add_labels(layers, {heading("Gini of each month", left)});
  return Json{{"width", width}, {"height", kMonthHeight}, {"layer", std::move(layers)}};
}

}  // namespace

Chart concentration(const insight::Concentration& result, const Context& context) {
  const std::vector<const Kind*> kinds = kinds_of(result);
  if (kinds.empty()) {
    const std::int64_t transactions =
        std::max(result.customers.transactions, result.products.transactions);
    return transactions == 0 ? framed_without_data("No transactions in this window", "", context)
                             : framed_without_data("One customer and one product make everything",
                                                   count_of(transactions, "transaction") +
                                                       ": there is nothing to be spread over",
                                                   context);
  }
  Figure figure;
  figure.title = title_of(result, kinds);
  figure.subtitle =
      "How transactions are spread: the further from the diagonal, the fewer make most";
  for (const Kind* kind : kinds) {
    const Spread& spread = result.*kind->whole;
    if (spread.left_out > 0) {
      figure.notes.push_back(count_of(spread.left_out, kind->one) +
                             " with more returns than purchases " +
                             (spread.left_out == 1 ? "is" : "are") + " left out");
    }
  }
  const double left = std::ceil(text_width("100\u00A0%", kLabelFont)) + 8;
  const double width = kInnerWidth - left - 4;  // half a line's width
  figure.panels.push_back(curve_panel(result, kinds, left, width));
  if (result.months.size() >= kFewestMonths) {
    figure.panels.push_back(month_panel(result, kinds, left, width));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
