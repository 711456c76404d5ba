/// \file
/// Answer: what a verb found out, with everything needed to believe it.
///
/// Encoders: till/engine/json.hpp, csv.hpp, text.hpp, parquet.hpp.
///
/// Layer:   engine (core, log, charts).   Threads: plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/charts/report.hpp"
#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/core/table.hpp"
#include "till/engine/value.hpp"
#include "till/log/log.hpp"

namespace till::engine {

/// One of several pictures, and what the name of its file gets: "tracking".
struct NamedChart {
  std::string name;
  std::function<charts::Chart()> draw;
};

struct Answer {
  std::string verb;                   ///< "top-products".
  Object parameters;                  ///< All, resolved: what the question turned out to be.
  std::optional<log::Source> source;  ///< The log; unset when the verb has none.
  Table rows;                         ///< At most `limit`.
  std::int64_t total_rows = 0;        ///< Without a limit.
  Object summary;                     ///< Facts about all rows, whatever the limit.
  std::vector<std::string> warnings;  ///< What a careful colleague would add, in plain words.
  std::string title;                  ///< The answer in one sentence.
  TimeZone zone;                      ///< Whose days people are shown.
  /// Makes the picture; empty when the verb draws none.
  std::function<charts::Chart()> chart;
  /// Several pictures instead of `chart`: each goes to a file of its own, `<stem>-<name>`.
  std::vector<NamedChart> charts;
  /// Writes the document, whose files beside it begin with a stem; empty when the answer is none.
  std::function<Result<charts::Document>(charts::DocumentFormat, std::string_view stem)> document;
  /// Makes the bytes of a model file; empty when the verb has fitted nothing that can be kept.
  std::function<std::string()> model_file;
};

}  // namespace till::engine
