/// \file
/// Golden file: rows of true values, computed elsewhere with many digits, as CSV.
///
/// Two layouts, told apart by their header:
///
///     model,quantity,p1,p2,p3,p4,x,t_x,T,t,n,delta,value,...
///     model,quantity,params,x,t_x,T,t,n,extra,value,...      params by spaces, extra "name=number"
///
/// Lines that begin with # are comments.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "till/core/result.hpp"

namespace till::golden {

/// A number with more range than a double: sign * e^log_magnitude.
struct WideNumber {
  double sign = 0.0;
  double log_magnitude = 0.0;
  double value = 0.0;  ///< As a double: 0 where it is too small.
};

/// One row. Arguments that the row leaves empty are missing from `arguments`.
struct GoldenRow {
  std::size_t line = 0;
  std::string model;
  std::string quantity;
  std::vector<double> parameters;
  std::map<std::string, double> arguments;  ///< x, t_x, T, t, n, delta, and the names in `extra`.
  WideNumber expected;
};

/// Reads a file.
///
/// Errors: `Io` when it cannot be read; `InvalidData` naming file, line, column and value.
[[nodiscard]] Result<std::vector<GoldenRow>> read_golden_file(const std::string& path);

}  // namespace till::golden
