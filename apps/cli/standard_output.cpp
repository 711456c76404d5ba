#include "standard_output.hpp"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace till::cli {

Result<void> StandardOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      reader_left_ = errno == EPIPE;
      return Error{ErrorCode::Io,
                   "standard output cannot be written: " + std::generic_category().message(errno),
                   ""};
    }
  }
  return {};
}

}  // namespace till::cli
