/// \file
/// Holidays: days that have a name, from a table of the user's.
///
/// Layer:   log (core).   Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"

namespace till::log {

struct Holiday {
  Date date;
  std::string name;
};

/// Reads a delimited file with the columns `date` (2018-12-25) and `name`; others are ignored.
///
/// Errors: `InvalidData` when a column is missing, a row cannot be read, or a date is none, with
/// the line; those of opening the file.
[[nodiscard]] Result<std::vector<Holiday>> read_holidays(const std::string& path);

}  // namespace till::log
