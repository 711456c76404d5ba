/// \file
/// ReadRows: everything that a row source of the log module delivers, as plain text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/cell.hpp"
#include "log/row_source.hpp"

#include "till/core/result.hpp"

namespace till::test {

struct ReadRows {
  std::string error;  // the message; empty where there was none
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> cells;  // by row; a missing value is empty
  std::vector<std::int64_t> lines;
  std::vector<std::string> texts;    // of the rows, where the format has them
  std::vector<std::string> refused;  // "line reason: text"
  std::string sha256;

  /// Returns every row as "line: cell|cell".
  [[nodiscard]] std::vector<std::string> rows() const {
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string row = std::to_string(lines[i]) + ": ";
      for (std::size_t c = 0; c < cells[i].size(); ++c) {
        row += (c == 0 ? "" : "|") + cells[i][c];
      }
      shown.push_back(std::move(row));
    }
    return shown;
  }
};

inline ReadRows read_rows(Result<log::RowSource> source) {
  ReadRows read;
  if (!source) {
    read.error = source.error().message;
    return read;
  }
  read.columns = source->columns;
  log::RowBatch batch;
  std::string held;
  while (true) {
    const Result<bool> more = source->next(batch);
    if (!more) {
      read.error = more.error().message;
      return read;
    }
    if (!*more) {
      read.sha256 = source->sha256();
      return read;
    }
    for (std::size_t row = 0; row < batch.rows; ++row) {
      std::vector<std::string>& cells = read.cells.emplace_back();
      for (const auto& column : batch.columns) {
        cells.emplace_back(log::cell_text(column, row, held));
      }
      read.lines.push_back(batch.lines[row]);
      if (!batch.texts.empty()) {
        read.texts.emplace_back(batch.texts[row]);
      }
    }
    for (const log::RefusedRow& row : batch.refused) {
      read.refused.push_back(std::to_string(row.line) + " " + row.reason + ": " + row.text);
    }
  }
}

}  // namespace till::test
