/// \file
/// Specification: what a chart is made of, for tests to ask about.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "till/charts/chart.hpp"

namespace till::test {

using Json = nlohmann::ordered_json;

inline Json specification_of(const charts::Chart& chart) {
  return Json::parse(chart.specification);
}

inline std::string joined(const Json& lines) {
  std::string text;
  for (const Json& line : lines) {
    text += (text.empty() ? "" : " ") + line.get<std::string>();
  }
  return text;
}

inline std::string subtitle_of(const charts::Chart& chart) {
  const Json title = specification_of(chart)["title"];
  return title.contains("subtitle") ? joined(title["subtitle"]) : "";
}

/// The footnote: what stands below the last panel.
inline std::string footnote_of(const charts::Chart& chart) {
  return joined(specification_of(chart)["vconcat"].back()["title"]["text"]);
}

inline std::vector<Json> panels_of(const charts::Chart& chart) {
  const Json panels = specification_of(chart)["vconcat"];
  return {panels.begin(), panels.end()};
}

/// The rows of the first layer with a mark of this type: its own, or else the panel's.
inline Json rows_of(const Json& panel, const std::string& mark) {
  for (const Json& layer : panel["layer"]) {
    if (layer["mark"]["type"] == mark) {
      return layer.contains("data") ? layer["data"]["values"] : panel["data"]["values"];
    }
  }
  return Json();
}

/// One field of many rows.
template <typename Value>
std::vector<Value> column(const Json& rows, const std::string& field) {
  std::vector<Value> values;
  for (const Json& row : rows) {
    values.push_back(row[field].get<Value>());
  }
  return values;
}

/// Every text that stands at a fixed place of a panel.
inline std::vector<std::string> labels_of(const Json& panel) {
  std::vector<std::string> labels;
  for (const Json& layer : panel["layer"]) {
    if (layer["mark"]["type"] == "text" && layer.contains("data") &&
        !layer["mark"].contains("stroke")) {
      for (const Json& row : layer["data"]["values"]) {
        labels.push_back(row["text"]);
      }
    }
  }
  return labels;
}

}  // namespace till::test
