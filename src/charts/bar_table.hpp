/// \file
/// Bar table: a ranking as a table whose middle column is drawn.
///
///     rank  label          id        bar and value        text columns
///        1  Renault                  ██████████ 53,241    18 %   ▲2
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace till::charts {

/// A cell of text.
struct BarTableCell {
  std::string text;
  std::string_view color;
  bool bold = false;
};

struct BarTableRow {
  std::int64_t rank = 0;
  std::string label;  ///< In full; the table elides what does not fit.
  std::string id;     ///< In a column of its own; may be empty.
  std::int64_t value = 0;
  bool emphasised = false;
  std::vector<BarTableCell> cells;  ///< As many as there are headers.
  nlohmann::ordered_json tooltip;   ///< Name and value of everything shown on hovering, in order.
};

struct BarTable {
  std::string label_header;
  std::string id_header;
  std::string value_header;
  std::vector<std::string> headers;  ///< Of the text columns.
  std::vector<BarTableRow> rows;     ///< At least one; ranks ascending and distinct.
};

/// Returns the table as one Vega-Lite view, as wide as a picture is.
[[nodiscard]] nlohmann::ordered_json view_of(const BarTable& table);

}  // namespace till::charts
