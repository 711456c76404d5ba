/// \file
/// Logging: what the program says about its own doings, on standard error (`--log-level`).
#pragma once

#include <string>

#include "till/engine/command_options.hpp"

namespace till::cli {

/// Says from which level on something is written.
void set_log_level(engine::LogLevel level);

void log_debug(const std::string& message);
void log_info(const std::string& message);

}  // namespace till::cli
