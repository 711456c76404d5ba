/// \file
/// Source tree: where the files lie that a test reads.
#pragma once

#include <filesystem>

namespace till::test {

/// Returns the root of the repository: golden files, what tools/setup fetched.
[[nodiscard]] std::filesystem::path source_tree();

/// Returns the folder of real logs and their answers beside the repository. It need not be there.
[[nodiscard]] std::filesystem::path shared_folder();

}  // namespace till::test
