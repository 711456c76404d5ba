/// \file
/// The error of every forecaster that is given a panel without months.
///
/// Layer:   models (private).
#pragma once

#include <string>
#include <string_view>

#include "till/core/error.hpp"

namespace till::models {

/// \param model     its name.
/// \param function  that was given the panel.
[[nodiscard]] inline Error no_months(std::string_view model, std::string_view function) {
  return {ErrorCode::InvalidArgument,
          std::string(model) + ": " + std::string(function) +
              " was given a panel of 0 months, but must have at least 1",
          "a log needs a transaction of a known customer before the cutoff"};
}

}  // namespace till::models
