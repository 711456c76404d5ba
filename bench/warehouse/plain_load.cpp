/// \file
/// plain_load: what the database engine alone takes to load a simulated log; the yardstick of
/// ingest.
///
///     till_plain_load LOG.csv INTO.duckdb THREADS
///
/// The same library as till's, the same types, one statement: CREATE TABLE AS SELECT * FROM
/// read_csv.

#include <cstdlib>
#include <iostream>
#include <string>

#include "till/warehouse/warehouse.hpp"

namespace {

std::string literal(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) {
    sql.append(c == '\'' ? 2 : 1, c);
  }
  return sql + "'";
}

till::Result<std::int64_t> load(const std::string& log, const std::string& into, int threads) {
  till::warehouse::OpenOptions options;
  options.uri = into;
  options.threads = threads;
  TILL_ASSIGN(till::warehouse::Warehouse warehouse, till::warehouse::Warehouse::open(options));
  TILL_TRY(warehouse.execute(
      "CREATE TABLE log AS SELECT * FROM read_csv(" + literal(log) +
      ", header = true, delim = ',', columns = {'customer_id': 'VARCHAR', 'product_id': 'VARCHAR', "
      "'timestamp': 'TIMESTAMP', 'quantity': 'DOUBLE', 'amount': 'DOUBLE', 'receipt': 'BIGINT', "
      "'line': 'BIGINT'})"));
  TILL_TRY(warehouse.execute("CHECKPOINT"));
  return warehouse.query_integer("SELECT count(*) FROM log");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: till_plain_load LOG.csv INTO.duckdb THREADS\n";
    return 2;
  }
  const till::Result<std::int64_t> rows = load(argv[1], argv[2], std::atoi(argv[3]));
  if (!rows) {
    std::cerr << rows.error().message << "\n";
    return 1;
  }
  std::cout << *rows << "\n";
  return 0;
}
