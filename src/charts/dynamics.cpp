#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::Dynamics;
using insight::ProductDynamics;
using insight::ProductStatus;

constexpr std::size_t kRows = 20;  // more are a table, not a picture
constexpr double kRowHeight = 34;
constexpr double kLineHeight = 24;  // of a sparkline within its row
constexpr double kGap = 14;         // between columns
constexpr double kMaxLabel = 190;
constexpr double kHeaderGap = 8;  // from the headers to the line below them
constexpr double kLeastMovement = 0.0005;

// The columns of text.
constexpr std::size_t kShare = 0;
constexpr std::size_t kGrowth = 1;
constexpr std::size_t kMomentum = 2;
constexpr std::size_t kStatus = 3;
constexpr std::size_t kColumns = 4;

struct Cell {
  std::string text;
  std::string_view color = kInk;
  bool bold = false;
};

// Where each column lies, in pixels.
struct Layout {
  double label_width = 0;
  double line_left = 0;
  double line_right = 0;
  std::array<double, kColumns> right = {};
};

std::string signed_percent(double share) {
  if (std::fabs(share) < kLeastMovement) {
    return "0\u00A0%";
  }
  // A product that began with next to nothing grows by thousands of percent: as a factor instead.
  if (share >= 9.995) {
    return "×" + count(std::llround(share + 1.0));
  }
  const std::string size =
      percent(std::min(std::fabs(share), 1.0) == 1.0 && share < 0.0 ? 1.0 : std::fabs(share));
  return (share < 0.0 ? "\u2212" : "+") + size;
}

std::string_view color_of(double share) {
  return share < 0.0 ? kContrast : kAccent;
}

std::array<Cell, kColumns> cells_of(const ProductDynamics& product) {
  std::array<Cell, kColumns> cells;
  cells[kShare] = {percent_in_column(product.share), kMuted};
  if (product.growth) {
    const bool is_certain =
        product.status == ProductStatus::Growing || product.status == ProductStatus::Fading;
    cells[kGrowth] = {signed_percent(*product.growth),
                      is_certain ? color_of(*product.growth) : kMuted,
                      is_certain};
  } else {
    cells[kGrowth] = {"–", kMuted};
  }
  cells[kMomentum] =
      product.momentum ? Cell{signed_percent(*product.momentum), kInk} : Cell{"–", kMuted};
  const bool is_news =
      product.status == ProductStatus::New || product.status == ProductStatus::Growing ||
      product.status == ProductStatus::Fading || product.status == ProductStatus::Ended;
  const bool is_bad =
      product.status == ProductStatus::Fading || product.status == ProductStatus::Ended;
  cells[kStatus] = {
      insight::name(product.status), is_news ? (is_bad ? kContrast : kAccent) : kMuted, is_news};
  return cells;
}

constexpr std::array<std::string_view, kColumns> kHeaders = {
    "share", "growth a year", "momentum", "status"};

std::string label_of(const ProductDynamics& product) {
  return isolated(drawable(product.name.empty() ? product.product_id : product.name));
}

Layout layout_of(std::span<const ProductDynamics> products) {
  Layout layout;
  std::array<double, kColumns> width = {};
  for (std::size_t c = 0; c < kColumns; ++c) {
    width[c] = text_width(kHeaders[c], kNoteFont);
  }
  for (const ProductDynamics& product : products) {
    layout.label_width = std::max(layout.label_width, text_width(label_of(product), kLabelFont));
    const std::array<Cell, kColumns> cells = cells_of(product);
    for (std::size_t c = 0; c < kColumns; ++c) {
      width[c] = std::max(width[c], text_width(cells[c].text, kLabelFontBold));
    }
  }
  layout.label_width = std::min(layout.label_width, kMaxLabel);
  double right = kInnerWidth;
  for (std::size_t c = kColumns; c-- > 0;) {
    layout.right[c] = right;
    right -= std::ceil(width[c]) + kGap;
  }
  layout.line_left = std::ceil(layout.label_width) + kGap;
  layout.line_right = right - 6;
  return layout;
}

// A place in pixels.
Json pixels(std::string_view field, double size) {
  return Json{{"field", field},
              {"type", "quantitative"},
              {"axis", nullptr},
              {"scale", {{"domain", {0, size}}, {"range", {0, size}}, {"nice", false}}}};
}

std::string month_words(Month month) {
  return std::string(short_month_name(month.month)) + " " + std::to_string(month.year);
}

std::string change_words(const insight::ProductChange& change) {
  return month_words(change.month) +
         (change.change ? ": " + signed_percent(*change.change) : std::string());
}

// The picture's rows, drawn by hand: a line for each product between its label and its numbers.
class Table {
 public:
  Table(const Dynamics& result, std::span<const ProductDynamics> products)
      : result_(result),
        products_(products),
        layout_(layout_of(products)),
        height_(kRowHeight * static_cast<double>(products.size())) {}

  [[nodiscard]] Json view() {
    for (std::size_t row = 0; row < products_.size(); ++row) {
      add_row(row);
    }
    add_headers();
    const Json x = pixels("x", kInnerWidth);
    const Json y = pixels("y", height_);
    Json layers = Json::array();
    const auto add = [&](Json data, Json mark, Json encoding) {
      encoding["x"] = x;
      encoding["y"] = y;
      Json layer = layer_of(std::move(mark), std::move(encoding));
      layer["data"] = inline_data(std::move(data));
      layers.push_back(std::move(layer));
    };
    Json y2 = {{"field", "y2"}};
    add(std::move(rules_),
        {{"type", "rule"}, {"color", kGrid}, {"aria", false}},
        {{"x2", {{"field", "x2"}}}});
    add(std::move(ticks_),
        {{"type", "rule"}, {"color", kContrast}, {"strokeWidth", 1.5}, {"strokeDash", {3, 2}}},
        {{"y2", std::move(y2)}, {"description", {{"field", "description"}, {"type", "nominal"}}}});
    add(std::move(lines_),
        {{"type", "line"}, {"color", kAccent}, {"strokeWidth", 1.5}, {"aria", false}},
        {{"detail", {{"field", "product"}, {"type", "nominal"}}},
         {"order", {{"field", "x"}, {"type", "quantitative"}}}});
    add(std::move(ends_),
        {{"type", "point"}, {"filled", true}, {"size", 22}, {"opacity", 1}, {"color", kAccent}},
        {{"description", {{"field", "description"}, {"type", "nominal"}}},
         {"tooltip",
          Json::array({{{"field", "product"}, {"type", "nominal"}},
                       {{"field", "transactions"}, {"type", "nominal"}},
                       {{"field", "changes"}, {"type", "nominal"}}})}});
    add_labels(layers, labels_);
    return Json{{"width", kInnerWidth}, {"height", height_}, {"layer", std::move(layers)}};
  }

 private:
  [[nodiscard]] double x_of(Month month) const {
    const auto from = result_.months.front().month;
    const auto span = static_cast<double>(months_between(from, result_.months.back().month));
    const double part = span > 0.0 ? static_cast<double>(months_between(from, month)) / span : 0.5;
    return layout_.line_left + part * (layout_.line_right - layout_.line_left);
  }

  void add_row(std::size_t row) {
    const ProductDynamics& product = products_[row];
    const double top = kRowHeight * static_cast<double>(row);
    const double middle = top + 0.5 * kRowHeight;
    const double low = middle + 0.5 * kLineHeight;
    rules_.push_back({{"x", 0}, {"x2", kInnerWidth}, {"y", top}});
    labels_.push_back(
        {elided_middle(label_of(product), kLabelFont, layout_.label_width), 0, middle});
    const std::array<Cell, kColumns> cells = cells_of(product);
    for (std::size_t c = 0; c < kColumns; ++c) {
      labels_.push_back({cells[c].text,
                         layout_.right[c],
                         middle,
                         "right",
                         "middle",
                         cells[c].color,
                         cells[c].bold ? kLabelFontBold : kLabelFont});
    }
    double highest = 0.0;
    const auto rate = [&](std::size_t i) {
      return static_cast<double>(std::max<std::int64_t>(product.counts[i], 0)) /
             result_.months[i].trading_days;
    };
    for (std::size_t i = 0; i < product.counts.size(); ++i) {
      highest = std::max(highest, rate(i));
    }
    const auto y_of = [&](std::size_t i) {
      return low - (highest > 0.0 ? rate(i) / highest : 0.0) * kLineHeight;
    };
    for (std::size_t i = 0; i < product.counts.size(); ++i) {
      lines_.push_back({{"x", x_of(result_.months[i].month)}, {"y", y_of(i)}, {"product", row}});
    }
    std::vector<std::string> changes;
    for (const insight::ProductChange& change : product.changes) {
      changes.push_back(change_words(change));
      // Between the last month before and the first after.
      const double at = 0.5 * (x_of(change.month) + x_of(add_months(change.month, -1)));
      ticks_.push_back({{"x", at},
                        {"y", low + 1},
                        {"y2", low - kLineHeight - 1},
                        {"description", label_of(product) + " changed, " + changes.back()}});
    }
    const std::size_t last = product.counts.size() - 1;
    ends_.push_back({{"x", x_of(result_.months[last].month)},
                     {"y", y_of(last)},
                     {"product", label_of(product)},
                     {"transactions", count(product.transactions)},
                     {"changes", changes.empty() ? "none that is certain" : listed(changes)},
                     {"description",
                      label_of(product) + ": share " + cells[kShare].text + ", growth a year " +
                          cells[kGrowth].text + ", momentum " + cells[kMomentum].text + ", " +
                          cells[kStatus].text}});
  }

  void add_headers() {
    const auto header = [&](std::string text, double x, std::string_view align) {
      labels_.push_back({std::move(text), x, -kHeaderGap, align, "bottom", kMuted, kNoteFont});
    };
    for (std::size_t c = 0; c < kColumns; ++c) {
      header(std::string(kHeaders[c]), layout_.right[c], "right");
    }
    const std::string first = month_words(result_.months.front().month);
    const std::string last = month_words(result_.months.back().month);
    const double room = layout_.line_right - layout_.line_left;
    if (text_width(first, kNoteFont) + text_width(last, kNoteFont) + kGap <= room) {
      header(first, layout_.line_left, "left");
      header(last, layout_.line_right, "right");
    }
  }

  const Dynamics& result_;
  std::span<const ProductDynamics> products_;
  Layout layout_;
  double height_;
  Json rules_ = Json::array();
  Json lines_ = Json::array();
  Json ticks_ = Json::array();
  Json ends_ = Json::array();
  std::vector<Label> labels_;
};

std::string title_of(const Dynamics& result) {
  const auto with = [&](ProductStatus status) {
    return std::ranges::count(result.products, status, &ProductDynamics::status);
  };
  const auto say = [](std::int64_t n, std::string_view one, std::string_view many) {
    return count(n) + " " + std::string(n == 1 ? one : many);
  };
  std::vector<std::string> parts;
  const auto add = [&](ProductStatus status, std::string_view one, std::string_view many) {
    if (const std::int64_t n = with(status); n > 0) {
      parts.push_back(say(n, one, many));
    }
  };
  add(ProductStatus::Growing, "grows", "grow");
  add(ProductStatus::Fading, "fades", "fade");
  add(ProductStatus::New, "is new", "are new");
  add(ProductStatus::Ended, "has ended", "have ended");
  const std::string all = count_of(std::ssize(result.products), "product");
  if (result.products.size() == 1) {
    return parts.empty() ? "No evidence that the only product grows or fades"
                         : "The only product " + parts.front().substr(parts.front().find(' ') + 1);
  }
  return parts.empty() ? "No evidence that any of " + all + " grows or fades"
                       : "Of " + all + ", " + listed(parts);
}

}  // namespace

Chart dynamics(const Dynamics& result, const Context& context) {
  if (result.products.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  const auto shown = std::span(result.products).first(std::min(result.products.size(), kRows));
  Figure figure;
  figure.title = title_of(result);
  figure.subtitle =
      (shown.size() < result.products.size()
           ? "The " + count(std::ssize(shown)) + " best sellers: sales"
           : std::string("Sales")) +
      " of a trading day by month, each on a scale of its own; a dashed line is a change that is "
      "certain";
  const std::size_t n = result.months.size();
  const auto range = [&](std::size_t from) {
    const Month first = result.months[from].month;
    const Month last = result.months[from + result.recent - 1].month;
    return first == last ? month_words(first)
           : first.year == last.year
               ? std::string(short_month_name(first.month)) + " – " + month_words(last)
               : month_words(first) + " – " + month_words(last);
  };
  figure.notes.push_back(
      "Share: of transactions, " + range(n - result.recent) +
      (result.has_compared ? "; momentum: against " + range(result.compared) : std::string()) +
      "; growth in colour is certain at a false discovery rate of 5\u00A0%");
  figure.panels.push_back(Table(result, shown).view());
  return framed(std::move(figure), context);
}

}  // namespace till::charts
