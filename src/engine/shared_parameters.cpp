#include "shared_parameters.hpp"

#include <utility>

namespace till::engine {

Parameter as_of_parameter() {
  return {.name = "as_of",
          .help =
              "The moment the question is asked at: only what happened before it counts. A date "
              "means its start, a month its first day.",
          .placeholder = "TIME",
          .otherwise = "just after the last transaction"};
}

Parameter window_parameter(std::string otherwise) {
  return {.name = "window",
          .help =
              "How far to look back from --as-of: a count and a unit (h, d, w, mo, y). Months and "
              "years are those of the calendar.",
          .placeholder = "PERIOD",
          .otherwise = std::move(otherwise)};
}

Parameter by_parameter() {
  return {.name = "by",
          .help = "Group products by an attribute of the product table, such as department.",
          .placeholder = "ATTRIBUTE",
          .otherwise = "each product for itself"};
}

Parameter time_zone_parameter() {
  return {.name = "time_zone",
          .help = "Whose calendar days and months are meant: a name of the tz database.",
          .placeholder = "ZONE",
          .otherwise = "the zone a log was kept with; for log files UTC"};
}

Parameter transaction_parameter() {
  return {.name = "transaction",
          .help =
              "What one transaction is: row (every row of the log), timestamp (the rows of one "
              "customer at one instant), day (of one customer on one day), or a column whose value "
              "the rows share, such as InvoiceNo.",
          .placeholder = "row|timestamp|day|COLUMN"};
}

Parameter returns_parameter() {
  return {.name = "returns",
          .help =
              "What a row with a negative quantity is: a transaction like any other (count), none "
              "(drop), or minus one (subtract; only where a transaction is a row)."};
}

Parameter limit_parameter() {
  return {.name = "limit",
          .help = "How many rows to show; 0 shows all. Totals and charts stay whole.",
          .placeholder = "N",
          .otherwise = "20 in a table, else all",
          .minimum = 0};
}

}  // namespace till::engine
