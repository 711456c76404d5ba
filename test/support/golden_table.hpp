/// \file
/// Golden table: the numbers of a file under test/golden/.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/source_tree.hpp"

namespace till::test {

/// Returns the rows of a CSV file of numbers, by column name; "#" begins a comment. None when there
/// is no such file.
inline std::vector<std::map<std::string, double>> golden_table(const std::string& name) {
  std::ifstream file(source_tree() / "test" / "golden" / name);
  std::vector<std::map<std::string, double>> rows;
  std::vector<std::string> columns;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream words(line);
    for (std::string cell; std::getline(words, cell, ',');) {
      cells.push_back(cell);
    }
    if (columns.empty()) {
      columns = std::move(cells);
      continue;
    }
    std::map<std::string, double>& row = rows.emplace_back();
    for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) {
      row[columns[i]] = std::strtod(cells[i].c_str(), nullptr);
    }
  }
  return rows;
}

}  // namespace till::test
