/// \file
/// Sink: where an encoder puts its bytes, piece after piece.
///
/// Layer:   engine (core).
#pragma once

#include <functional>
#include <string_view>

#include "till/core/result.hpp"

namespace till::engine {

/// Takes the next bytes. An error ends the encoding and is returned by the encoder.
using Sink = std::function<Result<void>(std::string_view)>;

}  // namespace till::engine
