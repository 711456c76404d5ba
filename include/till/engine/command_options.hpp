/// \file
/// Command options: what a program of till is told apart from the question itself.
///
/// Layer:   engine.   Threads: plain data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/result.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/parameter.hpp"

namespace till::engine {

/// How an answer is written. Html and Markdown are what a file's name asks for, of documents.
enum class Format { Table, Csv, Json, Parquet, Html, Markdown };

/// What a program says about its own doings on standard error.
enum class LogLevel { Trace, Debug, Info, Warning, Error, Off };

/// What each field means is in the parameter table: `command_parameters()`.
struct CommandOptions {
  std::optional<Format> format = {};
  std::string out = {};
  std::vector<std::string> chart = {};
  std::string run_log = {};
  bool quiet = false;
  LogLevel log_level = LogLevel::Warning;
  std::string config = {};

  /// Returns the format that was asked for, or else the one that `out` ends with, or else a table.
  [[nodiscard]] Format resolved_format() const noexcept;

  /// Returns whether `out` is a model file, beside which the answer goes to standard output.
  [[nodiscard]] bool out_is_model() const noexcept;
};

/// Returns the parameters that CommandOptions are read from.
[[nodiscard]] std::span<const Parameter> command_parameters();

/// Reads options from arguments; arguments of other parameters are left alone.
///
/// Errors: `InvalidArgument` naming the argument, its value and what it must be.
[[nodiscard]] Result<CommandOptions> command_options(const Arguments& arguments);

}  // namespace till::engine
