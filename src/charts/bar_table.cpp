#include "charts/bar_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/core/check.hpp"

namespace till::charts {
namespace {

constexpr double kGap = 14;        // between columns
constexpr double kMaxLabel = 250;  // pixels of a product's name
constexpr double kMinLabel = 140;
constexpr double kMaxId = 150;
constexpr double kMinId = 90;
constexpr double kMinBars = 170;
constexpr double kValueGap = 6;   // from a bar's end to its number
constexpr double kHeaderGap = 6;  // from the headers to the line below them

double row_height(std::size_t rows) {
  return rows <= 5 ? 36 : rows <= 10 ? 30 : rows <= 25 ? 25 : 21;
}

// Where each column begins or ends, in pixels, and what the bars' scale spans.
struct Layout {
  double rank_right = 0;
  double label_left = 0;
  double label_width = 0;
  double id_left = 0;
  double id_width = 0;
  double bar_left = 0;
  double bar_right = 0;
  std::vector<double> cell_right;
  bool has_ids = false;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

const Font& label_font(const BarTableRow& row) {
  return row.emphasised ? kLabelFontBold : kLabelFont;
}

// Columns as wide as what is in them, up to a limit; the bars take what is left.
Layout layout_of(const BarTable& table) {
  Layout layout;
  layout.has_ids = std::any_of(
      table.rows.begin(), table.rows.end(), [](const BarTableRow& row) { return !row.id.empty(); });
  const std::size_t columns = table.headers.size();
  double rank_width = 0;
  double value_width = 0;
  std::vector<double> cell_width(columns);
  layout.label_width = text_width(table.label_header, kNoteFont);
  layout.id_width = layout.has_ids ? text_width(table.id_header, kNoteFont) : 0;
  for (std::size_t c = 0; c < columns; ++c) {
    cell_width[c] = text_width(table.headers[c], kNoteFont);
  }
  for (const BarTableRow& row : table.rows) {
    TILL_ASSERT(row.cells.size() == columns, "a row has a cell for each header");
    rank_width = std::max(rank_width, text_width(count(row.rank), kLabelFont));
    layout.label_width = std::max(layout.label_width, text_width(row.label, label_font(row)));
    layout.id_width = std::max(layout.id_width, text_width(row.id, kLabelFont));
    value_width = std::max(value_width, text_width(count(row.value), kLabelFontBold));
    for (std::size_t c = 0; c < columns; ++c) {
      cell_width[c] = std::max(cell_width[c], text_width(row.cells[c].text, kLabelFontBold));
    }
    layout.low = std::min(layout.low, row.value);
    layout.high = std::max(layout.high, row.value);
  }
  layout.high = std::max(layout.high, layout.low + 1);
  layout.label_width = std::min(layout.label_width, kMaxLabel);
  layout.id_width = std::min(layout.id_width, kMaxId);

  layout.rank_right = std::ceil(rank_width);
  layout.label_left = layout.rank_right + 10;
  double right = kInnerWidth;
  layout.cell_right.resize(columns);
  for (std::size_t c = columns; c-- > 0;) {
    layout.cell_right[c] = right;
    right -= std::ceil(cell_width[c]) + kGap;
  }
  layout.bar_right = right - std::ceil(value_width) - kValueGap;
  // Bars too short to compare are no picture: names and then ids give way.
  const auto give_way = [&layout](double& width, double least) {
    const double ids = layout.has_ids ? layout.id_width + kGap : 0;
    const double bars = layout.bar_right - layout.label_left - layout.label_width - kGap - ids;
    width -= std::clamp(kMinBars - bars, 0.0, std::max(width - least, 0.0));
  };
  give_way(layout.label_width, kMinLabel);
  give_way(layout.id_width, kMinId);
  layout.id_left = std::ceil(layout.label_left + layout.label_width + kGap);
  layout.bar_left =
      layout.has_ids ? std::ceil(layout.id_left + layout.id_width + kGap) : layout.id_left;
  return layout;
}

// The row as one sentence, for those who hear the picture.
std::string description_of(const BarTable& table, const BarTableRow& row) {
  std::string text = count(row.rank) + ". " + row.label;
  if (!row.id.empty()) {
    text += " (" + row.id + ")";
  }
  text += ": " + count(row.value) + " " + table.value_header;
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    text += ", " + table.headers[c] + " " + row.cells[c].text;
  }
  return text;
}

std::string cell_field(std::size_t column) {
  return "cell_" + std::to_string(column);
}

Json rows_of(const BarTable& table, const Layout& layout) {
  Json rows = Json::array();
  for (const BarTableRow& row : table.rows) {
    Json out{{"rank", row.rank},
             {"shown_label", elided_middle(row.label, label_font(row), layout.label_width)},
             {"value", row.value},
             {"end", std::max<std::int64_t>(row.value, 0)},
             {"value_text", count(row.value)},
             {"emphasised", row.emphasised},
             {"description", description_of(table, row)}};
    if (layout.has_ids) {
      out["shown_id"] = elided_middle(row.id, kLabelFont, layout.id_width);
    }
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      out[cell_field(c)] = row.cells[c].text;
      out[cell_field(c) + "_color"] = row.cells[c].color;
      out[cell_field(c) + "_weight"] = row.cells[c].bold ? "bold" : "normal";
    }
    for (const auto& [name, value] : row.tooltip.items()) {
      TILL_ASSERT(!out.contains(name), "a tooltip's names are none of the table's");
      out[name] = value;
    }
    rows.push_back(std::move(out));
  }
  return rows;
}

std::vector<Label> headers_of(const BarTable& table, const Layout& layout) {
  std::vector<Label> headers = {{table.label_header, layout.label_left},
                                {table.id_header, layout.id_left},
                                {table.value_header, layout.bar_left}};
  for (std::size_t c = 0; c < table.headers.size(); ++c) {
    headers.push_back({table.headers[c], layout.cell_right[c], 0, "right"});
  }
  std::erase_if(headers, [](const Label& label) { return label.text.empty(); });
  for (Label& label : headers) {
    label.y = -kHeaderGap;
    label.baseline = "bottom";
    label.color = kMuted;
    label.font = kNoteFont;
  }
  return headers;
}

Json text_mark(std::string_view align, std::string_view color, std::optional<double> x) {
  Json mark{{"type", "text"},
            {"align", align},
            {"baseline", "middle"},
            {"color", color},
            {"aria", false}};  // the bar says it all
  if (x) {
    mark["x"] = *x;
  }
  return mark;
}

}  // namespace

Json view_of(const BarTable& table) {
  TILL_ASSERT(!table.rows.empty(), "a table has rows");
  const Layout layout = layout_of(table);
  Json tooltip = Json::array();
  for (const auto& [name, value] : table.rows.front().tooltip.items()) {
    tooltip.push_back({{"field", name}, {"type", "nominal"}});
  }
  const auto on_bar = [&layout](std::string_view field) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"axis", nullptr},
                {"scale",
                 {{"domain", {layout.low, layout.high}},
                  {"range", {layout.bar_left, layout.bar_right}},
                  {"nice", false}}}};
  };
  const auto text = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  // A weight that follows the data is a property of the mark: there is no channel for it.
  const Json bold_when_emphasised{{"expr", "datum.emphasised ? 'bold' : 'normal'"}};

  Json layers = Json::array();
  layers.push_back(Json{
      {"data", inline_data(Json::array({Json::object()}))},
      {"mark",
       {{"type", "rule"}, {"color", kGrid}, {"aria", false}, {"x", 1}, {"x2", kInnerWidth - 1}}},
      {"encoding", {{"y", {{"value", 0}}}}}});
  layers.push_back(
      layer_of({{"type", "bar"}, {"cornerRadiusEnd", 1.5}, {"height", {{"band", 0.62}}}},
               {{"x", on_bar("value")},
                {"color",
                 {{"condition", {{"test", "datum.emphasised"}, {"value", kAccent}}},
                  {"value", kAccentSoft}}},
                {"tooltip", tooltip},
                {"description", text("description")}}));
  layers.push_back(
      layer_of(text_mark("right", kMuted, layout.rank_right),
               {{"text", {{"field", "rank"}, {"type", "quantitative"}, {"format", ","}}}}));
  Json label_mark = text_mark("left", kInk, layout.label_left);
  label_mark["fontWeight"] = bold_when_emphasised;
  layers.push_back(
      layer_of(std::move(label_mark), {{"text", text("shown_label")}, {"tooltip", tooltip}}));
  if (layout.has_ids) {
    layers.push_back(layer_of(text_mark("left", kMuted, layout.id_left),
                              {{"text", text("shown_id")}, {"tooltip", tooltip}}));
  }
  Json value_mark = text_mark("left", kInk, std::nullopt);
  value_mark["dx"] = kValueGap;
  value_mark["fontWeight"] = bold_when_emphasised;
  layers.push_back(
      layer_of(std::move(value_mark), {{"x", on_bar("end")}, {"text", text("value_text")}}));
  for (std::size_t c = 0; c < table.headers.size(); ++c) {
    Json mark = text_mark("right", kInk, layout.cell_right[c]);
    mark["fontWeight"] = {{"expr", "datum." + cell_field(c) + "_weight"}};
    layers.push_back(layer_of(
        std::move(mark),
        {{"text", text(cell_field(c))},
         {"color",
          {{"field", cell_field(c) + "_color"}, {"type", "nominal"}, {"scale", nullptr}}}}));
  }
  add_labels(layers, headers_of(table, layout));

  return Json{{"data", inline_data(rows_of(table, layout))},
              {"width", kInnerWidth},
              {"height", row_height(table.rows.size()) * static_cast<double>(table.rows.size())},
              {"encoding",
               {{"y",
                 {{"field", "rank"},
                  {"type", "ordinal"},
                  {"axis", nullptr},
                  {"scale", {{"paddingInner", 0}, {"paddingOuter", 0}}}}}}},
              {"layer", std::move(layers)}};
}

}  // namespace till::charts
