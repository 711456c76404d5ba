#include "till/engine/simulate.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "compressed_file.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "simulated_log_file.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

using models::SimulatedLog;
using models::SimulatedLogOptions;
using models::SimulatedSale;

constexpr std::string_view kName = "simulate";

/// Ties a member of the log's own options to its parameter.
template <typename T>
Field<SimulateOptions> knob(T SimulatedLogOptions::* member, Parameter parameter) {
  Field<SimulatedLogOptions> of_log = field(member, std::move(parameter));
  return {
      .parameter = of_log.parameter,
      .read = [read = of_log.read](SimulateOptions& options,
                                   const Reading& reading) { return read(options.log, reading); },
      .value = [value =
                    of_log.value](const SimulateOptions& options) { return value(options.log); },
      .is_default = [is_default = of_log.is_default](
                        const SimulateOptions& options) { return is_default(options.log); },
  };
}

const Fields<SimulateOptions>& fields() {
  using Log = SimulatedLogOptions;
  static const Fields<SimulateOptions> kFields = {
      field(&SimulateOptions::into,
            {.name = "into",
             .kind = Kind::File,
             .help = "The file to write: its name ends in .csv, .csv.gz, .csv.zst or .parquet.",
             .placeholder = "FILE"}),
      field(
          &SimulateOptions::truth,
          {.name = "truth",
           .kind = Kind::File,
           .help = "A second file, of JSON lines, for what is true: rate, arrival and end of each "
                   "customer, demand of each day, weight and price of each product.",
           .placeholder = "FILE"}),
      knob(&Log::rows,
           {.name = "rows",
            .help = "Rows to expect; sets the purchase rate where that is not said.",
            .placeholder = "N",
            .minimum = 1}),
      knob(&Log::customer_count,
           {.name = "customer_count",
            .help = "Customers; those who never buy have no row.",
            .placeholder = "N",
            .minimum = 1,
            .maximum = 100'000'000}),
      knob(&Log::product_count,
           {.name = "product_count",
            .help = "Products on sale; with many, some never sell.",
            .placeholder = "N",
            .minimum = 1,
            .maximum = 10'000'000}),
      knob(&Log::from, {.name = "from", .help = "The first day.", .placeholder = "DATE"}),
      knob(&Log::to, {.name = "to", .help = "The day after the last.", .placeholder = "DATE"}),
      knob(&Log::purchase_rate,
           {.name = "purchase_rate",
            .help = "Occasions a year of the mean customer, after the first.",
            .placeholder = "X",
            .otherwise = "as --rows needs it"}),
      knob(
          &Log::purchase_shape,
          {.name = "purchase_shape",
           .help = "Shape of the gamma distribution of purchase rates: small means a few buy most; "
                   "0: all alike.",
           .placeholder = "X"}),
      knob(&Log::dropout_rate,
           {.name = "dropout_rate",
            .help = "How often a year the mean customer is lost for ever; 0: nobody is.",
            .placeholder = "X"}),
      knob(&Log::dropout_shape,
           {.name = "dropout_shape",
            .help = "Shape of the gamma distribution of dropout rates; 0: all alike.",
            .placeholder = "X"}),
      knob(&Log::arriving,
           {.name = "arriving",
            .help = "Share of customers who come during the log, with a first purchase; the others "
                    "are there from the start.",
            .placeholder = "SHARE"}),
      knob(&Log::yearly_season,
           {.name = "yearly_season",
            .help =
                "How far demand of early December is above the mean, and of June below it; 0: no "
                "season.",
            .placeholder = "SHARE"}),
      knob(&Log::weekly_season,
           {.name = "weekly_season",
            .help = "How far demand of Saturdays is above the mean; 0: no season.",
            .placeholder = "SHARE"}),
      knob(&Log::trend,
           {.name = "trend", .help = "Growth of demand a year; 0: none.", .placeholder = "SHARE"}),
      knob(&Log::basket_size,
           {.name = "basket_size",
            .help = "Mean lines of a receipt; 1: always one.",
            .placeholder = "X"}),
      knob(&Log::quantity,
           {.name = "quantity",
            .help = "Mean pieces of a line; 1: always one.",
            .placeholder = "X"}),
      knob(&Log::popularity,
           {.name = "popularity",
            .help = "The k-th best seller sells in proportion to k^-X; 0: all alike.",
            .placeholder = "X"}),
      knob(&Log::preference,
           {.name = "preference",
            .help = "Share of lines that are one of the customer's five favourites; 0: none.",
            .placeholder = "SHARE"}),
      knob(&Log::drift,
           {.name = "drift",
            .help = "How much the popularity of products moves in a month: deviation of its "
                    "logarithm; 0: not at all.",
            .placeholder = "X"}),
      knob(&Log::price,
           {.name = "price", .help = "Median price of a product.", .placeholder = "X"}),
      knob(&Log::price_spread,
           {.name = "price_spread",
            .help = "Deviation of the logarithm of prices; 0: one price.",
            .placeholder = "X"}),
      knob(&Log::return_share,
           {.name = "return_share",
            .help = "Share of receipts that also bring back one piece of the product bought last, "
                    "as a row of quantity -1; 0: no returns.",
            .placeholder = "SHARE"}),
      field(&SimulateOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// What was made, found out as it passed by.
struct Tally {
  explicit Tally(const SimulatedLogOptions& options)
      : bought(static_cast<std::size_t>(options.customer_count)),
        sold(static_cast<std::size_t>(options.product_count)) {}

  void add(std::span<const SimulatedSale> sales) {
    if (!first) {
      first = sales.front().time;
    }
    last = sales.back().time;
    receipts = sales.back().receipt;
    rows += static_cast<std::int64_t>(sales.size());
    for (const SimulatedSale& sale : sales) {
      bought[static_cast<std::size_t>(sale.customer)] = true;
      sold[static_cast<std::size_t>(sale.product)] = true;
      returns += sale.quantity < 0 ? 1 : 0;
      cents += sale.amount_cents;
    }
  }

  std::vector<bool> bought;
  std::vector<bool> sold;
  std::int64_t rows = 0;
  std::int64_t receipts = 0;
  std::int64_t returns = 0;
  std::int64_t cents = 0;
  std::optional<Instant> first;
  std::optional<Instant> last;
};

struct WrittenFile {
  std::string file;
  std::string content;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

/// Returns the size of a file as it lies there; 0 for what is no regular file.
std::int64_t size_of(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

Error cancelled() {
  return {ErrorCode::Cancelled, "interrupted", ""};
}

Value value_of(const std::optional<Instant>& instant) {
  return instant ? Value(*instant) : Value();
}

}  // namespace

Verb simulate_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Make a log by chance, with the truth about it",
       .description =
           "Customers arrive, buy baskets at a rate of their own, and are lost; demand has a "
           "trend, "
           "a season of the week and of the year; products have their popularity, which drifts, "
           "and "
           "customers their favourites. Each can be switched off. Rows come in the order of "
           "time.\n\n"
           "The same --seed gives the same bytes. Memory grows with customers and products, not "
           "with rows.",
       .examples = {{"till simulate --into log.csv", "Fifty thousand rows of three years."},
                    {"till simulate --into log.csv.zst --rows 20000000 --customer-count 1000000 "
                     "--product-count 20000 --seed 7",
                     "A big one."},
                    {"till simulate --into log.csv --truth truth.jsonl --yearly-season 0 "
                     "--weekly-season 0 --trend 0 --basket-size 1 --return-share 0",
                     "A log without seasons, trend, baskets and returns, and its truth."}},
       .asks_log = false},
      fields(),
      &simulate);
}

Result<Answer> simulate(Session& session, const SimulateOptions& options) {
  if (options.into.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "simulate: into is not said, but must name the file to write",
                 "for example: --into log.csv"};
  }
  if (options.into == options.truth) {
    return Error{ErrorCode::InvalidArgument,
                 "simulate: truth is " + in_quotes(options.truth) +
                     ", but must be another file than the log's",
                 "for example: --truth truth.jsonl"};
  }
  SimulateOptions resolved = options;
  resolved.log.seed = static_cast<std::uint64_t>(session.options().seed);
  TILL_ASSIGN(const SimulatedLog log, SimulatedLog::plan(resolved.log));
  resolved.log.purchase_rate = log.purchase_rate();

  TILL_ASSIGN(
      const std::unique_ptr<SimulatedLogFile> file,
      create_simulated_log_file(options.into, log, [&session] { return session.cancelled(); }));
  std::optional<CompressedFile> truth;
  std::int64_t truth_lines = 0;
  if (!options.truth.empty()) {
    TILL_ASSIGN(truth, CompressedFile::create(options.truth));
    const auto write = [&](std::string_view bytes) -> Result<void> {
      return session.cancelled() ? Result<void>(cancelled()) : truth->write(bytes);
    };
    TILL_ASSIGN(truth_lines, write_simulated_truth(log, write));
  }

  Tally tally(resolved.log);
  const double begins = static_cast<double>(days_since_epoch(resolved.log.from)) * kMicrosPerDay;
  const double lasts = static_cast<double>(log.days()) * kMicrosPerDay;
  const auto write = [&](std::span<const SimulatedSale> sales) -> Result<void> {
    if (session.cancelled()) {
      return cancelled();
    }
    tally.add(sales);
    TILL_TRY(file->write(sales));
    if (const auto& show = session.options().on_progress) {
      // How much it will be is told by how far time has come.
      const double done = (static_cast<double>(tally.last->micros) - begins) / lasts;
      const auto bytes = static_cast<double>(file->bytes());
      show({"simulating",
            static_cast<std::uint64_t>(bytes),
            static_cast<std::uint64_t>(bytes / std::max(done, 1e-9)),
            tally.rows});
    }
    return {};
  };
  TILL_TRY(log.generate(write));
  TILL_TRY(file->finish());
  if (session.cancelled()) {
    return cancelled();
  }
  if (truth) {
    TILL_TRY(truth->commit());
  }
  TILL_TRY(file->commit());

  std::vector<WrittenFile> files = {{options.into, "log", tally.rows, size_of(options.into)}};
  if (truth) {
    files.push_back({options.truth, "truth", truth_lines, size_of(options.truth)});
  }
  Answer answer;
  answer.verb = kName;
  answer.parameters = session.parameters();
  std::ranges::move(fields().describe(resolved), std::back_inserter(answer.parameters));
  add_column(answer.rows, "file", column_of<TextColumn>(files, &WrittenFile::file));
  add_column(answer.rows, "content", column_of<TextColumn>(files, &WrittenFile::content));
  add_column(answer.rows, "rows", column_of<IntegerColumn>(files, &WrittenFile::rows));
  add_column(answer.rows, "bytes", column_of<IntegerColumn>(files, &WrittenFile::bytes));
  finish_rows(answer, options.limit);

  const auto customers = std::ranges::count(tally.bought, true);
  const auto products = std::ranges::count(tally.sold, true);
  answer.summary = {{"rows", tally.rows},
                    {"receipts", tally.receipts},
                    {"customers", customers},
                    {"products", products},
                    {"returns", tally.returns},
                    {"amount", static_cast<double>(tally.cents) / 100.0},
                    {"first", value_of(tally.first)},
                    {"last", value_of(tally.last)}};
  answer.title = "Wrote " + count_of(tally.rows, "row") + " to " + options.into + ": " +
                 count_of(tally.receipts, "receipt") + " of " + count_of(customers, "customer") +
                 " and " + count_of(products, "product") + ".";
  return answer;
}

}  // namespace till::engine
