/// \file
/// PostgreSQL, the first server. Tested with version 15.
///
/// Who opens a database to write it is the only one: an advisory lock plays the part that the lock
/// on a file plays for DuckDB. Who opens it to read sees one state of it throughout.
#pragma once

#include "dialects/driver.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::warehouse {

[[nodiscard]] const Dialect& postgresql_dialect();

[[nodiscard]] Driver postgresql_driver(const OpenOptions& options);

}  // namespace till::warehouse
