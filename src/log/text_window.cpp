#include "text_window.hpp"

#include <cstring>
#include <span>

#include "utf8.hpp"

namespace till::log {

Result<void> TextWindow::slide() {
  std::memmove(text_.get(), text_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::span<char> room = std::span(text_.get(), kBytes).subspan(end_);
  TILL_ASSIGN(const std::size_t got, bytes_.read(room));
  ended_ = got < room.size();
  end_ += got;
  ascii_ = log::is_ascii(unread());
  has_nul_ = std::memchr(text_.get(), '\0', end_) != nullptr;
  return {};
}

}  // namespace till::log
