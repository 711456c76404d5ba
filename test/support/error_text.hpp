/// \file
/// How GoogleTest shows an Error that is not the expected one.
#pragma once

#include <ostream>

#include "till/core/error.hpp"

namespace till {

inline void PrintTo(const Error& error, std::ostream* out) {
  *out << name(error.code) << "\n  " << error.message << "\n  " << error.remedy;
}

}  // namespace till
