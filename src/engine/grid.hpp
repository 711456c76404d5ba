/// \file
/// Grid: an answer's rows, and what its summary lists, as cells of text for people.
///
/// Numbers have thousands separators, shares are percentages, instants are days of the answer's
/// zone, and what is missing is "-". Texts of the log are made safe to show
/// (till/engine/terminal_text.hpp).
///
/// Layer:   engine (private).   Threads: as the answer.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "till/engine/answer.hpp"

namespace till::engine {

/// Cells under their names, whatever they come from. Lives as long as what it was made of.
struct Grid {
  struct Column {
    std::string name;
    bool is_text = false;  ///< Left aligned, and may be shortened.
    std::size_t width = 0;
  };

  std::vector<Column> columns;
  std::size_t rows = 0;
  std::function<std::string(std::size_t row, std::size_t column)> cell;
};

/// Returns the rows of an answer as a grid.
[[nodiscard]] Grid grid_of(const Answer& answer);
/// Returns a list of objects as a grid; the first object names the columns.
[[nodiscard]] Grid grid_of(const List& list, const TimeZone& zone);
/// Returns objects beside each other: a column for each, a row for each of what they say.
[[nodiscard]] Grid grid_of(const std::vector<const Entry*>& objects, const TimeZone& zone);

[[nodiscard]] bool is_list_of_objects(const Value& value);

/// Returns the objects of a summary if there are several and they say the same of different things:
/// such are read beside each other. None otherwise.
[[nodiscard]] std::vector<const Entry*> comparable_objects(const Object& summary);

/// One fact of a summary on one line: "customers for half", "118".
struct Fact {
  std::string name;
  std::string text;
};

/// Returns what a summary says beside its lists and comparable objects.
[[nodiscard]] std::vector<Fact> facts_of(const Answer& answer);

/// Returns a name in words: "customers for half".
[[nodiscard]] std::string words_of(std::string_view name);

}  // namespace till::engine
