/// \file
/// Chunks: work on many customers, split the same way for any number of threads.
///
/// Layer:   models (private).
#pragma once

#include "till/core/chunks.hpp"

namespace till::models {

using till::chunk_count;
using till::for_each_chunk;

}  // namespace till::models
