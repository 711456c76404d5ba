/// \file
/// Driver: how a database is opened with one engine's ADBC driver.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace till::warehouse {

struct Driver {
  std::string library;      ///< File name of the driver.
  std::string entry_point;  ///< Its first function.
  std::string remedy;       ///< What to do when the library is not there.
  /// Options of the database, in the order in which they must be set before it opens.
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::string> greeting;  ///< Statements to run as soon as it is open.
  /// Begins a transaction that sees one state of the database throughout; empty: not needed.
  std::string snapshot;
};

}  // namespace till::warehouse
