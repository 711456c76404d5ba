#include "simulated_log_file.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "buffered_sink.hpp"
#include "compressed_file.hpp"
#include "wording.hpp"

#include "till/core/calendar.hpp"
#include "till/engine/output_file.hpp"
#include "till/warehouse/batch.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::engine {

namespace fs = std::filesystem;
using models::SimulatedSale;

namespace {

constexpr std::string_view kHeader =
    "customer_id,product_id,timestamp,quantity,amount,receipt,line\n";

/// Writes a number that has at most so many digits, with zeros in front.
char* write_padded(char* out, std::uint64_t value, std::size_t digits) noexcept {
  for (std::size_t i = digits; i > 0; --i) {
    out[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + digits;
}

char* write_number(char* out, std::int64_t value) noexcept {
  constexpr std::size_t kMostDigits = 20;
  return std::to_chars(out, out + kMostDigits, value).ptr;
}

/// Writes "-12.05".
char* write_cents(char* out, std::int64_t cents) noexcept {
  if (cents < 0) {
    *out++ = '-';
    cents = -cents;
  }
  out = write_number(out, cents / 100);
  *out++ = '.';
  return write_padded(out, static_cast<std::uint64_t>(cents % 100), 2);
}

class CsvFile final : public SimulatedLogFile {
 public:
  CsvFile(CompressedFile file, const models::SimulatedLog& log)
      : file_(std::move(file)),
        customers_('C', log.options().customer_count),
        products_('P', log.options().product_count),
        buffer_(kHeader) {}

  Result<void> write(std::span<const SimulatedSale> sales) override {
    constexpr std::size_t kEnoughBytes = std::size_t{256} * 1024;
    constexpr std::size_t kMostBytesOfARow = 128;
    std::size_t used = buffer_.size();
    for (const SimulatedSale& sale : sales) {
      if (buffer_.size() < used + kMostBytesOfARow) {
        buffer_.resize(2 * used + kEnoughBytes);
      }
      used = static_cast<std::size_t>(write_row(buffer_.data() + used, sale) - buffer_.data());
      if (used >= kEnoughBytes) {
        TILL_TRY(put(used));
        used = 0;
      }
    }
    buffer_.resize(used);
    return {};
  }

  Result<void> finish() override {
    TILL_TRY(put(buffer_.size()));
    buffer_.clear();
    return {};
  }

  Result<void> commit() override { return file_.commit(); }

  [[nodiscard]] std::int64_t bytes() const noexcept override { return file_.bytes(); }

 private:
  Result<void> put(std::size_t used) { return file_.write({buffer_.data(), used}); }

  char* write_row(char* out, const SimulatedSale& sale) {
    customers_.write(sale.customer, out);
    out += customers_.size();
    *out++ = ',';
    products_.write(sale.product, out);
    out += products_.size();
    *out++ = ',';
    // The day changes seldom: it is spelt once.
    const std::int64_t seconds = sale.time.micros / kMicrosPerSecond;
    constexpr std::int64_t kSecondsPerDay = 86'400;
    if (seconds < day_begins_ || seconds >= day_begins_ + kSecondsPerDay) {
      const std::int64_t day = seconds / kSecondsPerDay;
      day_begins_ = day * kSecondsPerDay;
      day_ = to_string(date_from_days(day)) + "T";
    }
    std::memcpy(out, day_.data(), day_.size());
    out += day_.size();
    const auto second = static_cast<std::uint64_t>(seconds - day_begins_);
    out = write_padded(out, second / 3'600, 2);
    *out++ = ':';
    out = write_padded(out, second / 60 % 60, 2);
    *out++ = ':';
    out = write_padded(out, second % 60, 2);
    *out++ = 'Z';
    *out++ = ',';
    out = write_number(out, sale.quantity);
    *out++ = ',';
    out = write_cents(out, sale.amount_cents);
    *out++ = ',';
    out = write_number(out, sale.receipt);
    *out++ = ',';
    out = write_number(out, sale.line);
    *out++ = '\n';
    return out;
  }

  CompressedFile file_;
  SimulatedIds customers_;
  SimulatedIds products_;
  std::string buffer_;
  std::int64_t day_begins_ = -1'000'000;
  std::string day_;
};

/// Cancels a warehouse's work once somebody wants it, for as long as it lives.
class Watch {
 public:
  Watch(warehouse::Warehouse& warehouse, const std::function<bool()>& cancelled)
      : thread_([this, &warehouse, &cancelled] {
          constexpr auto kBetweenLooks = std::chrono::milliseconds(50);
          std::unique_lock lock(mutex_);
          while (!done_.wait_for(lock, kBetweenLooks, [this] { return ended_; })) {
            if (cancelled()) {
              warehouse.cancel();
            }
          }
        }) {}

  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  ~Watch() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    done_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool ended_ = false;
  std::thread thread_;
};

/// Rows wait in a database file beside the target, then are packed in one go: what is in memory
/// does not grow with them.
class ParquetFile final : public SimulatedLogFile {
 public:
  ParquetFile(OutputFile file, const models::SimulatedLog& log, std::function<bool()> cancelled)
      : file_(std::move(file)),
        customers_('C', log.options().customer_count),
        products_('P', log.options().product_count),
        cancelled_(std::move(cancelled)),
        waiting_path_(file_.temporary_path() + ".duckdb") {}

  ParquetFile(const ParquetFile&) = delete;
  ParquetFile& operator=(const ParquetFile&) = delete;

  ~ParquetFile() override {
    warehouse_ = warehouse::Warehouse();
    std::error_code error;
    for (const std::string_view ending : {"", ".wal", ".tmp"}) {
      fs::remove_all(waiting_path_ + std::string(ending), error);
    }
  }

  Result<void> open() {
    warehouse::OpenOptions options;
    options.uri = waiting_path_;
    options.threads = 1;  // one writer, one order, the same bytes each time
    options.memory_limit_bytes = std::int64_t{512} * 1024 * 1024;
    TILL_ASSIGN(warehouse_, warehouse::Warehouse::open(options));
    return {};
  }

  Result<void> write(std::span<const SimulatedSale> sales) override {
    constexpr std::size_t kRowsAtOnce = 262'144;
    waiting_.insert(waiting_.end(), sales.begin(), sales.end());
    bytes_ += static_cast<std::int64_t>(sales.size_bytes());
    return waiting_.size() < kRowsAtOnce ? Result<void>() : store();
  }

  Result<void> finish() override {
    TILL_TRY(store());
    std::string target = "'";
    for (const char c : file_.temporary_path()) {
      target.append(c == '\'' ? 2 : 1, c);
    }
    const Watch watch(warehouse_, cancelled_);
    return warehouse_.execute(
        "COPY (SELECT customer_id, product_id, timestamp AT TIME ZONE 'UTC' AS timestamp, "
        "CAST(quantity AS INTEGER) AS quantity, amount, receipt, "
        "CAST(line AS INTEGER) AS line FROM sales) TO " +
        target + "' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)");
  }

  Result<void> commit() override { return file_.commit(); }

  [[nodiscard]] std::int64_t bytes() const noexcept override { return bytes_; }

 private:
  Result<void> store() {
    using warehouse::BatchType;
    static const warehouse::BatchLayout kLayout = {{"customer_id", BatchType::Text},
                                                   {"product_id", BatchType::Text},
                                                   {"timestamp", BatchType::Timestamp},
                                                   {"quantity", BatchType::Integer},
                                                   {"amount", BatchType::Real},
                                                   {"receipt", BatchType::Integer},
                                                   {"line", BatchType::Integer}};
    bool given = false;
    TILL_TRY(warehouse_.append(
        "",
        "sales",
        std::exchange(created_, true) ? warehouse::AppendMode::Append
                                      : warehouse::AppendMode::Create,
        kLayout,
        [&](warehouse::Batch& batch) -> Result<bool> {
          if (std::exchange(given, true)) {
            return false;
          }
          std::string id;
          const auto append_id = [&](std::size_t column, const SimulatedIds& ids, std::int64_t i) {
            id.resize(ids.size());
            ids.write(i, id.data());
            batch.column(column).append_text(id);
          };
          for (const SimulatedSale& sale : waiting_) {
            append_id(0, customers_, sale.customer);
            append_id(1, products_, sale.product);
            batch.column(2).append_instant(sale.time);
            batch.column(3).append_integer(sale.quantity);
            batch.column(4).append_real(static_cast<double>(sale.amount_cents) / 100.0);
            batch.column(5).append_integer(sale.receipt);
            batch.column(6).append_integer(sale.line);
          }
          return true;
        }));
    waiting_.clear();
    return {};
  }

  OutputFile file_;
  SimulatedIds customers_;
  SimulatedIds products_;
  std::function<bool()> cancelled_;
  std::string waiting_path_;
  warehouse::Warehouse warehouse_;
  bool created_ = false;
  std::vector<SimulatedSale> waiting_;
  std::int64_t bytes_ = 0;
};

std::string text_or_null(const std::optional<Instant>& instant) {
  return instant ? "\"" + to_string(*instant) + "\"" : "null";
}

}  // namespace

SimulatedIds::SimulatedIds(char letter, std::int64_t count) noexcept : letter_(letter) {
  for (; count >= 10; count /= 10) {
    ++digits_;
  }
}

void SimulatedIds::write(std::int64_t index, char* out) const noexcept {
  *out = letter_;
  write_padded(out + 1, static_cast<std::uint64_t>(index + 1), digits_);
}

std::string SimulatedIds::operator()(std::int64_t index) const {
  std::string id(size(), ' ');
  write(index, id.data());
  return id;
}

Result<std::unique_ptr<SimulatedLogFile>> create_simulated_log_file(
    const std::string& path, const models::SimulatedLog& log, std::function<bool()> cancelled) {
  if (path.ends_with(".parquet")) {
    TILL_ASSIGN(OutputFile file, OutputFile::create(path));
    if (file.temporary_path().empty()) {
      return Error{ErrorCode::InvalidArgument,
                   "simulate: " + in_quotes(path) + " is no regular file, which Parquet needs",
                   "write CSV to it, or Parquet to a file"};
    }
    auto parquet = std::make_unique<ParquetFile>(std::move(file), log, std::move(cancelled));
    TILL_TRY(parquet->open());
    return std::unique_ptr<SimulatedLogFile>(std::move(parquet));
  }
  if (!without_compression(path).ends_with(".csv")) {
    return Error{ErrorCode::InvalidArgument,
                 "simulate: into is " + in_quotes(path) +
                     ", but must end in .csv, .csv.gz, .csv.zst or .parquet",
                 "for example: --into log.csv"};
  }
  TILL_ASSIGN(CompressedFile file, CompressedFile::create(path));
  return std::unique_ptr<SimulatedLogFile>(std::make_unique<CsvFile>(std::move(file), log));
}

Result<std::int64_t> write_simulated_truth(
    const models::SimulatedLog& log, const std::function<Result<void>(std::string_view)>& sink) {
  const models::SimulatedLogOptions& options = log.options();
  BufferedSink out(sink);
  std::string& text = out.buffer();
  std::int64_t lines = 0;
  const auto end_line = [&]() -> Result<void> {
    text += "}\n";
    ++lines;
    return out.maybe_flush();
  };
  const auto member = [&](std::string_view name, std::string_view value) {
    text += ",\"";
    text += name;
    text += "\":";
    text += value;
  };

  text += R"({"kind":"log")";
  member("seed", std::to_string(options.seed));
  member("customer_count", std::to_string(options.customer_count));
  member("product_count", std::to_string(options.product_count));
  member("from", "\"" + to_string(options.from) + "\"");
  member("to", "\"" + to_string(options.to) + "\"");
  member("purchase_rate", number(log.purchase_rate()));
  member("purchase_shape", number(options.purchase_shape));
  member("dropout_rate", number(options.dropout_rate));
  member("dropout_shape", number(options.dropout_shape));
  member("arriving", number(options.arriving));
  member("yearly_season", number(options.yearly_season));
  member("weekly_season", number(options.weekly_season));
  member("trend", number(options.trend));
  member("basket_size", number(options.basket_size));
  member("quantity", number(options.quantity));
  member("popularity", number(options.popularity));
  member("preference", number(options.preference));
  member("drift", number(options.drift));
  member("price", number(options.price));
  member("price_spread", number(options.price_spread));
  member("return_share", number(options.return_share));
  TILL_TRY(end_line());

  const std::int64_t first_day = days_since_epoch(options.from);
  for (std::int64_t day = 0; day < log.days(); ++day) {
    text += R"({"kind":"day")";
    member("day", "\"" + to_string(date_from_days(first_day + day)) + "\"");
    member("demand", number(log.demand(day)));
    TILL_TRY(end_line());
  }

  const SimulatedIds product_ids('P', options.product_count);
  const std::vector<models::SimulatedProduct> products = log.products();
  for (std::size_t i = 0; i < products.size(); ++i) {
    text += R"({"kind":"product")";
    member("product_id", "\"" + product_ids(static_cast<std::int64_t>(i)) + "\"");
    member("weight", number(products[i].weight));
    member("last_weight", number(products[i].last_weight));
    member("price", number(static_cast<double>(products[i].price_cents) / 100.0));
    TILL_TRY(end_line());
  }

  const SimulatedIds customer_ids('C', options.customer_count);
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    const models::SimulatedCustomer customer = log.customer(i);
    text += R"({"kind":"customer")";
    member("customer_id", "\"" + customer_ids(i) + "\"");
    member("purchase_rate", number(customer.purchase_rate));
    member("dropout_rate", number(customer.dropout_rate));
    member("arrived", text_or_null(customer.arrived));
    member("alive_until", text_or_null(customer.alive_until));
    TILL_TRY(end_line());
  }
  TILL_TRY(out.flush());
  return lines;
}

}  // namespace till::engine
