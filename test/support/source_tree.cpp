#include "support/source_tree.hpp"

namespace till::test {

std::filesystem::path source_tree() {
  return TILL_SOURCE_DIR;
}

std::filesystem::path shared_folder() {
  return source_tree().parent_path() / "shared";
}

}  // namespace till::test
