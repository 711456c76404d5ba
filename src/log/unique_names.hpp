/// \file
/// UniqueNames: names for columns that SQL can tell apart.
///
/// SQL compares names without regard to case, files do not: "Store" and "store" cannot both keep
/// theirs.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "till/warehouse/dialect.hpp"

namespace till::log {

/// Returns a name as SQL compares it: A-Z as a-z.
[[nodiscard]] std::string folded_case(std::string_view name);

class UniqueNames {
 public:
  /// \param taken    names that are given away already, in small letters.
  /// \param dialect  of the engine, which takes further names and may cut long ones.
  UniqueNames(std::span<const std::string_view> taken, const warehouse::Dialect& dialect)
      : dialect_(&dialect), taken_(taken.begin(), taken.end()) {
    taken_.insert(dialect.taken_names.begin(), dialect.taken_names.end());
  }

  /// Returns a name, as much of it as the engine tells apart, with "_2", "_3" ... behind it where
  /// it is taken, and takes it.
  std::string take(const std::string& wanted);

 private:
  const warehouse::Dialect* dialect_;
  std::set<std::string> taken_;  // in small letters
};

}  // namespace till::log
