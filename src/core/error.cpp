#include "till/core/error.hpp"

#include <cstddef>

namespace till {

std::string_view name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::InvalidData:
      return "invalid_data";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::CorruptFile:
      return "corrupt_file";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

int exit_code(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return 2;
    case ErrorCode::InvalidData:
      return 3;
    case ErrorCode::NotFound:
      return 4;
    case ErrorCode::Conflict:
      return 5;
    case ErrorCode::Unsupported:
      return 6;
    case ErrorCode::Io:
      return 7;
    case ErrorCode::CorruptFile:
      return 8;
    case ErrorCode::Cancelled:
      return 130;
    case ErrorCode::Internal:
      return 70;
  }
  return 70;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMostBytes = 80;
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  const bool is_cut = text.size() > kMostBytes;
  if (is_cut) {
    std::size_t end = kMostBytes;
    while (end > kMostBytes - 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;  // never inside a UTF-8 character
    }
    text = text.substr(0, end);
  }
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\x";
      out += kHexDigits[byte >> 4U];
      out += kHexDigits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += is_cut ? "...\"" : "\"";
  return out;
}

}  // namespace till
