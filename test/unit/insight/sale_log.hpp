/// \file
/// SaleLog: a small log, written down in a test and kept by the real ingest.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/database.hpp"
#include "support/temporary_folder.hpp"
#include <gtest/gtest.h>

#include "till/core/calendar.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"

namespace till::test {

/// One row of a log; what is empty is missing.
struct Sale {
  std::string customer;
  std::string product;
  std::string at;  // RFC 3339
  std::string quantity = {};
  std::string invoice = {};
};

/// Takes the value of a Result; stops the test where there is none.
template <typename T>
T valid(Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().message + " | " + result.error().remedy);
  }
  return std::move(result).value();
}

inline TimeZone zone_called(std::string_view name) {
  return valid(TimeZone::find(name));
}

inline Instant instant(std::string_view text) {
  return valid(parse_instant(text, TimeZone()));
}

class SaleLog {
 public:
  /// Keeps sales in a log of a zone, with a table of products where its CSV is given.
  explicit SaleLog(const std::vector<Sale>& sales,
                   std::string_view zone = "UTC",
                   std::string_view products = "") {
    warehouse::Warehouse warehouse = open_log_database();
    log::IngestOptions options = options_for(sales);
    options.zone = zone_called(zone);
    if (!products.empty()) {
      options.products = folder_.write("products.csv", products);
    }
    ingest(warehouse, options, std::ssize(sales));
    log_.push_back(valid(log::Log::open(std::move(warehouse))));
  }

  /// Ingests a further file.
  void append(const std::vector<Sale>& sales) {
    warehouse::Warehouse warehouse = std::move(log_.back().warehouse());
    log_.clear();
    ingest(warehouse, options_for(sales), std::ssize(sales));
    log_.push_back(valid(log::Log::open(std::move(warehouse))));
  }

  log::Log& operator*() { return log_.back(); }

  log::Log* operator->() { return &log_.back(); }

 private:
  static void ingest(warehouse::Warehouse& warehouse,
                     const log::IngestOptions& options,
                     std::int64_t rows) {
    EXPECT_EQ(valid(log::ingest(warehouse, options)).accepted, rows);
  }

  log::IngestOptions options_for(const std::vector<Sale>& sales) {
    const auto has = [&](std::string Sale::* field) {
      return std::any_of(
          sales.begin(), sales.end(), [&](const Sale& sale) { return !(sale.*field).empty(); });
    };
    const bool has_quantity = has(&Sale::quantity);
    const bool has_invoice = has(&Sale::invoice);
    std::string csv = "customer_id,product_id,timestamp";
    csv += has_quantity ? ",quantity" : "";
    csv += has_invoice ? ",invoice" : "";
    csv += '\n';
    for (const Sale& sale : sales) {
      csv += quoted(sale.customer) + ',' + quoted(sale.product) + ',' + sale.at;
      csv += has_quantity ? ',' + sale.quantity : "";
      csv += has_invoice ? ',' + quoted(sale.invoice) : "";
      csv += '\n';
    }
    log::IngestOptions options;
    options.sources = {folder_.write(std::to_string(files_++) + ".csv", csv)};
    return options;
  }

  static std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"") == std::string::npos) {
      return text;
    }
    std::string out = "\"";
    for (const char c : text) {
      out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + '"';
  }

  TemporaryFolder folder_;
  int files_ = 0;
  std::vector<log::Log> log_;  // one, or none while a file is ingested
};

}  // namespace till::test
