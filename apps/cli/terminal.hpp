/// \file
/// Terminal: what the program writes to, and what that can show.
#pragma once

#include <cstddef>

namespace till::cli {

struct Terminal {
  bool is_terminal = false;
  bool colour = false;    ///< A terminal that shows colours, and nobody asked for none (NO_COLOR).
  bool moves = false;     ///< A terminal whose cursor can go back: not TERM=dumb.
  std::size_t width = 0;  ///< Cells of a line; 0: no limit, it is no terminal.
};

/// Looks at a file descriptor and at NO_COLOR, TERM and COLUMNS.
[[nodiscard]] Terminal look_at_terminal(int descriptor);

}  // namespace till::cli
