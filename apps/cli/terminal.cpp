#include "terminal.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace till::cli {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::size_t width_of(int descriptor) {
  const std::string_view columns = environment("COLUMNS");
  std::size_t width = 0;
  std::from_chars(columns.data(), columns.data() + columns.size(), width);
  winsize size{};
  if (width == 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    width = size.ws_col;
  }
  return width == 0 ? 80 : width;
}

}  // namespace

Terminal look_at_terminal(int descriptor) {
  Terminal terminal;
  terminal.is_terminal = isatty(descriptor) != 0;
  if (terminal.is_terminal) {
    const std::string_view kind = environment("TERM");
    terminal.moves = !kind.empty() && kind != "dumb";
    terminal.colour = terminal.moves && environment("NO_COLOR").empty();
    terminal.width = width_of(descriptor);
  }
  return terminal;
}

}  // namespace till::cli
