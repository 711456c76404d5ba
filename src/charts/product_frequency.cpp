#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

constexpr double kTitleLabel = 420;
constexpr double kMainHeight = 230;
constexpr double kQuietHeight = 70;  // of a panel without a bar
constexpr double kContextHeight = 62;
constexpr double kLabelHeight = 18;  // of a value above its bar

struct Extent {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

template <typename Count>
Extent extent_of(const insight::ProductFrequency& result, Count of) {
  Extent extent;
  for (const insight::ProductMonth& month : result.months) {
    if (month.covered) {
      extent.low = std::min(extent.low, of(month));
      extent.high = std::max(extent.high, of(month));
    }
  }
  return extent;
}

Extent transactions_of(const insight::ProductFrequency& result) {
  return extent_of(result, [](const insight::ProductMonth& month) { return month.transactions; });
}

std::string title_of(const insight::ProductFrequency& result, const std::string& label) {
  const std::string year = std::to_string(result.months.front().month.year);
  std::vector<std::string> best;
  std::size_t sold_in = 0;
  const std::int64_t most = transactions_of(result).high;
  for (const insight::ProductMonth& month : result.months) {
    if (month.transactions == most) {
      best.emplace_back(month_name(month.month.month));
    }
    sold_in += month.transactions != 0 ? 1 : 0;
  }
  if (sold_in == 0) {
    return label + " was not sold in " + year;
  }
  if (result.transactions <= 0) {
    return label + ": " + count_of(result.transactions, "transaction") + " in " + year;
  }
  std::string title = label + " sold ";
  title += result.transactions == 1   ? "once"
           : result.transactions == 2 ? "twice"
                                      : count(result.transactions) + " times";
  title += " in " + year;
  if (sold_in == 1) {
    return title + (result.transactions == 1 ? ", in " : ", all in ") + best.front();
  }
  if (best.size() <= 2) {
    title += ", most in " + listed(best) + " (" + count(most) + (best.size() == 2 ? " each)" : ")");
  }
  return title;
}

// Grey where the log has nothing to say, so that nothing is not taken for zero.
void add_uncovered(Json& layers,
                   const insight::ProductFrequency& result,
                   double month_width,
                   double height,
                   bool worded) {
  Json spans = Json::array();
  std::vector<Label> labels;
  for (std::size_t from = 0; from < result.months.size();) {
    if (result.months[from].covered) {
      ++from;
      continue;
    }
    std::size_t to = from;
    while (to < result.months.size() && !result.months[to].covered) {
      ++to;
    }
    const double left = month_width * static_cast<double>(from);
    const double right = month_width * static_cast<double>(to);
    spans.push_back({{"left", left + 2}, {"right", right - 2}});
    labels.push_back(
        {"no data", (left + right) / 2, height - 12, "center", "middle", kMuted, kNoteFont});
    from = to;
  }
  if (spans.empty()) {
    return;
  }
  layers.push_back(Json{
      {"data", inline_data(spans)},
      {"mark", {{"type", "rect"}, {"color", kGround}, {"aria", false}, {"y", 0}, {"y2", height}}},
      {"encoding",
       {{"x", {{"field", "left"}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}}},
        {"x2", {{"field", "right"}}}}}});
  if (worded) {
    add_labels(layers, labels);
  }
}

// --- the panels ----------------------------------------------------------------------------------

// Where the panels lie beside their labels, in pixels.
struct Plot {
  double left = 0;
  double width = 0;
};

Plot plot_of(const Axis& own, const Axis& all) {
  double label_width = 0;
  for (const Axis* axis : {&own, &all}) {
    for (const double tick : axis->ticks) {
      label_width = std::max(label_width, text_width(tick_label(tick), kLabelFont));
    }
  }
  const double left = std::ceil(label_width) + 8;
  return {left, kInnerWidth - left};
}

Json rows_of(const insight::ProductFrequency& result) {
  const std::int64_t most = transactions_of(result).high;
  Json rows = Json::array();
  for (const insight::ProductMonth& month : result.months) {
    Json row{{"month", short_month_name(month.month.month)},
             {"when",
              std::string(month_name(month.month.month)) + " " + std::to_string(month.month.year)},
             {"covered", month.covered}};
    if (month.covered) {
      row["transactions"] = month.transactions;
      row["end"] = std::max<std::int64_t>(month.transactions, 0);
      row["best"] = most > 0 && month.transactions == most;
      row["label"] = count(month.transactions);
      row["customers"] = count(month.customers);
      row["share of all"] = percent(month.share);
      row["all"] = month.all_transactions;
      row["all products"] = count(month.all_transactions);
      const std::string when = row["when"].get<std::string>() + ": ";
      row["own_description"] = when + count_of(month.transactions, "transaction");
      row["all_description"] =
          when + count_of(month.all_transactions, "transaction") + " of all products";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json month_channel(bool labelled) {
  Json months = Json::array();  // all twelve: a month without data keeps its place
  for (std::int32_t month = 1; month <= 12; ++month) {
    months.push_back(short_month_name(month));
  }
  return Json{
      {"field", "month"},
      {"type", "ordinal"},
      {"scale", {{"domain", std::move(months)}, {"paddingInner", 0.3}, {"paddingOuter", 0.15}}},
      {"axis", labelled ? Json{{"title", nullptr}, {"labelAngle", 0}} : Json(nullptr)}};
}

Json count_channel(std::string_view field, const Axis& axis, const Plot& plot) {
  return Json{{"field", field},
              {"type", "quantitative"},
              {"scale", {{"domain", {axis.from, axis.to}}, {"nice", false}}},
              {"axis",
               {{"title", nullptr},
                {"grid", true},
                {"values", axis.ticks},
                {"labelExpr", kTickLabelExpression},
                {"minExtent", plot.left},
                {"maxExtent", plot.left}}}};
}

Json bar_layer(Json x, Json y, Json color, std::string_view description) {
  Json layer =
      layer_of({{"type", "bar"}, {"cornerRadiusEnd", 1.5}},
               {{"x", std::move(x)},
                {"y", std::move(y)},
                {"color", std::move(color)},
                {"description", {{"field", description}, {"type", "nominal"}}},
                {"tooltip",
                 Json::array({{{"field", "when"}, {"type", "nominal"}, {"title", "month"}},
                              {{"field", "label"}, {"type", "nominal"}, {"title", "transactions"}},
                              {{"field", "customers"}, {"type", "nominal"}},
                              {{"field", "share of all"}, {"type", "nominal"}},
                              {{"field", "all products"}, {"type", "nominal"}}})}});
  layer["transform"] = Json::array({{{"filter", "datum.covered"}}});
  return layer;
}

// Whether the widest value fits above its bar.
bool labels_fit(const insight::ProductFrequency& result, const Plot& plot) {
  double widest = 0;
  for (const insight::ProductMonth& month : result.months) {
    widest = std::max(widest, text_width(count(month.transactions), kLabelFontBold));
  }
  return widest + 4 <= plot.width / 12;
}

Json own_panel(const insight::ProductFrequency& result,
               const Axis& axis,
               const Plot& plot,
               double height) {
  Json layers = Json::array();
  add_uncovered(layers, result, plot.width / 12, height, true);
  layers.push_back(bar_layer(
      month_channel(true),
      count_channel("transactions", axis, plot),
      {{"condition", {{"test", "datum.best"}, {"value", kAccent}}}, {"value", kAccentSoft}},
      "own_description"));
  if (labels_fit(result, plot)) {
    Json labels = layer_of({{"type", "text"},
                            {"baseline", "bottom"},
                            {"dy", -3},
                            {"color", kInk},
                            {"aria", false},
                            {"fontWeight", {{"expr", "datum.best ? 'bold' : 'normal'"}}}},
                           {{"x", month_channel(true)},
                            {"y", {{"field", "end"}, {"type", "quantitative"}}},
                            {"text", {{"field", "label"}, {"type", "nominal"}}}});
    labels["transform"] = Json::array({{{"filter", "datum.covered"}}});
    add_text_with_halo(layers, std::move(labels));
  }
  const std::string label = product_label(result.name, result.product_id, kLabelFont, plot.width);
  add_labels(layers, {heading(label, plot.left)});
  return Json{{"data", inline_data(rows_of(result))},
              {"width", plot.width},
              {"height", height},
              {"layer", std::move(layers)}};
}

Json all_panel(const insight::ProductFrequency& result, const Axis& axis, const Plot& plot) {
  Json layers = Json::array();
  add_uncovered(layers, result, plot.width / 12, kContextHeight, false);
  layers.push_back(bar_layer(month_channel(false),
                             count_channel("all", axis, plot),
                             {{"value", kFaint}},
                             "all_description"));
  add_labels(layers, {heading("All products, for comparison", plot.left)});
  return Json{{"data", inline_data(rows_of(result))},
              {"width", plot.width},
              {"height", kContextHeight},
              {"layer", std::move(layers)}};
}

}  // namespace

Chart product_frequency(const insight::ProductFrequency& result, const Context& context) {
  const std::string label = product_label(result.name, result.product_id, kTitleFont, kTitleLabel);
  const std::string year = std::to_string(result.months.front().month.year);
  if (std::none_of(result.months.begin(), result.months.end(), [](const auto& month) {
        return month.covered;
      })) {
    return framed_without_data(
        "No transactions in " + year, label + ": the log does not reach into this year", context);
  }

  const Extent own = transactions_of(result);
  const Extent all = extent_of(result, [](const auto& month) { return month.all_transactions; });
  const double height = own.low == 0 && own.high == 0 ? kQuietHeight : kMainHeight;
  Axis own_axis = linear_axis(static_cast<double>(own.low), static_cast<double>(own.high), 4);
  // Room for the value on the highest bar.
  const double room = (own_axis.to - own_axis.from) * kLabelHeight / height;
  own_axis.to = std::max(own_axis.to, static_cast<double>(own.high) + room);
  const Axis all_axis = linear_axis(static_cast<double>(all.low), static_cast<double>(all.high), 2);
  const Plot plot = plot_of(own_axis, all_axis);

  Figure figure;
  figure.title = title_of(result, label);
  figure.subtitle = "Transactions in each month of " + year;
  figure.panels.push_back(own_panel(result, own_axis, plot, height));
  figure.panels.push_back(all_panel(result, all_axis, plot));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
