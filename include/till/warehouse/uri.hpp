/// \file
/// Uri: where a database is, and what of that may be shown.
///
///     is_uri("postgresql://ann:secret@shop/sales")            // true
///     without_password("postgresql://ann:secret@shop/sales")  // "postgresql://ann@shop/sales"
///
/// Layer:   warehouse (core).   Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace till::warehouse {

/// Returns whether a source is a URI, such as "postgresql://shop/sales", and no file.
[[nodiscard]] bool is_uri(std::string_view source) noexcept;

/// Returns the scheme of a URI in small letters, such as "postgresql"; empty where it is none.
[[nodiscard]] std::string scheme_of(std::string_view source);

/// Returns a source as it may be shown: a URI without its password.
///
/// What stands between the user and the last "@" is the password, even where its "/" should have
/// been written "%2F". Parameters whose names end in "password" are shown as "***".
[[nodiscard]] std::string without_password(std::string_view source);

}  // namespace till::warehouse
