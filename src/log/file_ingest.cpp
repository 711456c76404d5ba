#include "file_ingest.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "batch_pipe.hpp"
#include "byte_source.hpp"
#include "coding_plan.hpp"
#include "duplicates.hpp"
#include "row_coder.hpp"
#include "row_tally.hpp"
#include "side_table.hpp"
#include "summaries.hpp"
#include "survey.hpp"
#include "wording.hpp"

#include "till/warehouse/dialect.hpp"

namespace till::log {

using warehouse::AppendMode;
using warehouse::Batch;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

// Refused rows held in memory before they are written: a file of garbage must not fill it.
constexpr std::size_t kMaxRefusedHeld = 50'000;

/// A change of the log: kept by `commit`, undone without it.
class Change {
 public:
  explicit Change(GrowingLog& log)
      : log_(log),
        catalogue_(log.catalogue),
        customers_(log.customers.size()),
        products_(log.products.size()) {}

  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

  ~Change() {
    if (committed_) {
      return;
    }
    static_cast<void>(
        log_.warehouse.rollback());  // an engine that cannot forgets it when it is closed
    log_.catalogue = std::move(catalogue_);
    log_.customers.truncate(customers_);
    log_.products.truncate(products_);
  }

  Result<void> begin() {
    TILL_TRY(log_.warehouse.begin());
    return log_.exists ? Result<void>() : create_tables(log_.warehouse);
  }

  Result<void> commit() {
    TILL_TRY(write_catalogue(log_.warehouse, log_.catalogue));
    for (const std::string_view table : {"customers", "products", "product_months"}) {
      TILL_TRY(gather_statistics(log_.warehouse, table));
    }
    TILL_TRY(log_.warehouse.commit());
    committed_ = true;
    log_.exists = true;
    return {};
  }

  [[nodiscard]] std::int32_t customers_before() const noexcept { return customers_; }

  [[nodiscard]] std::int32_t products_before() const noexcept { return products_; }

 private:
  GrowingLog& log_;
  Catalogue catalogue_;
  std::int32_t customers_;
  std::int32_t products_;
  bool committed_ = false;
};

Result<bool> is_known(Warehouse& warehouse, const std::string& sha256) {
  const std::array<Value, 1> value = {sha256};
  TILL_ASSIGN(const std::int64_t files,
              warehouse.query_integer("SELECT count(*) FROM till.files WHERE sha256 = " +
                                          warehouse.dialect().placeholder(1),
                                      value));
  return files > 0;
}

/// One try to ingest a file, with what earlier tries have learnt about it.
class Attempt {
 public:
  Attempt(GrowingLog& log,
          const Input& input,
          const IngestOptions& options,
          std::int64_t rows_before,
          const Change& change,
          Learnt& learnt)
      : log_(log),
        warehouse_(log.warehouse),
        input_(input),
        options_(options),
        rows_before_(rows_before),
        change_(change),
        learnt_(learnt) {}

  /// Returns what became of the file; nothing when there was something to learn: try again.
  Result<std::optional<FileOutcome>> run() {
    TILL_TRY(plan());
    const Learnt before = learnt_;
    TILL_TRY(code());
    if (learnt_ != before) {
      return std::optional<FileOutcome>();
    }
    IngestedFile& file = outcome_.file;
    file.path = input_.shown;
    if (log_.exists && !input_.table.empty()) {
      TILL_ASSIGN(file.already_known, is_known(warehouse_, file.sha256));
      if (file.already_known) {
        return std::optional(FileOutcome{file, 0, {}, {}, {}});
      }
    }
    file.read = read_;
    file.rejected = refused_;
    TILL_TRY(check_rejected());
    TILL_TRY(settle());
    file.accepted = file.read - file.rejected;
    TILL_TRY(summarise());
    TILL_TRY(keep_file());
    return std::optional(std::move(outcome_));
  }

 private:
  Result<RowSource> open(std::function<void(const std::string&)> on_new_column) const {
    return open_rows(input_, options_, learnt_.json_columns, std::move(on_new_column));
  }

  Result<void> plan() {
    TILL_ASSIGN(RowSource rows, open([](const std::string&) {}));
    TILL_ASSIGN(const Survey found, survey(rows, input_.shown, options_));
    TILL_ASSIGN(plan_,
                make_plan(warehouse_, log_.catalogue, rows, found, options_, log_.zone, learnt_));
    note_columns();
    if (found.times_without_zone && !options_.source_zone && !options_.zone &&
        log_.zone == TimeZone()) {
      outcome_.warnings.push_back(
          input_.shown +
          ": times without a zone were read as UTC (say --source-time-zone if they are local)");
    }
    return {};
  }

  void note_columns() {
    const auto note = [&](Field field, std::optional<std::size_t> column) {
      if (column) {
        outcome_.columns.emplace(name(field), plan_.column_names[*column]);
      }
    };
    note(Field::Customer, plan_.columns.customer);
    note(Field::Product, plan_.columns.product);
    note(Field::Timestamp, plan_.columns.timestamp);
    note(Field::Amount, plan_.columns.amount);
    note(Field::Quantity, plan_.columns.quantity);
  }

  // --- coding
  // -------------------------------------------------------------------------------------

  /// Codes the file into its table. Rows are read and coded in a thread of their own while the
  /// warehouse takes the ones before; refused rows are written between two such stretches.
  Result<void> code() {
    RowCoder coder(plan_, log_.customers, log_.products);
    std::vector<std::string> late_columns;
    TILL_ASSIGN(RowSource rows, open([&](const std::string& column) {
                  if (std::ranges::find(late_columns, column) == late_columns.end()) {
                    late_columns.push_back(column);
                  }
                }));
    if (!plan_.staged) {
      tally_.emplace(log_.zone);
    }
    bool ended = false;
    RowBatch batch;
    const auto fits = [&] {
      return late_columns.empty() && coder.misfits().empty() && (plan_.staged || !coder.unsorted());
    };
    const auto make = [&](Batch& out) -> Result<bool> {
      while (out.rows() == 0) {
        if (coder.refused_held() >= kMaxRefusedHeld) {
          return false;
        }
        if (options_.cancellation != nullptr && options_.cancellation->requested()) {
          return Error{
              ErrorCode::Cancelled, "ingest: interrupted while reading " + input_.shown, ""};
        }
        TILL_ASSIGN(const bool more, rows.next(batch));
        if (!more) {
          ended = true;
          return false;
        }
        coder.code(batch, out);
        report_progress(rows, coder.read());
        if (tally_ && !coder.unsorted()) {
          tally_->add(coder.coded());
        }
        if (!fits()) {  // nothing will be kept: read on only to learn what else there is
          out.clear();
          static_cast<void>(coder.take_refused());
        }
      }
      return true;
    };
    const std::string table = plan_.staged ? "incoming" : "transactions";
    AppendMode mode = plan_.staged ? AppendMode::Create : AppendMode::Append;
    while (!ended) {
      BatchPipe pipe(layout_of(plan_), make);
      TILL_TRY(warehouse_.append(
          "till", table, mode, layout_of(plan_), [&](Batch& out) { return pipe.next(out); }));
      mode = AppendMode::Append;
      TILL_TRY(reject(coder.take_refused()));
    }
    TILL_TRY(gather_statistics(warehouse_, table));
    return finish(coder, late_columns, rows);
  }

  Result<void> finish(const RowCoder& coder,
                      const std::vector<std::string>& late_columns,
                      const RowSource& rows) {
    std::ranges::copy(late_columns, std::back_inserter(learnt_.json_columns));
    for (const auto& [column, type] : coder.misfits()) {
      learnt_.wider[column] = type;
    }
    learnt_.unsorted = learnt_.unsorted || (!plan_.staged && coder.unsorted());
    if (tally_) {
      tally_->finish();
    }
    read_ = coder.read();
    refused_ = coder.refused();
    range_ = coder.range().value_or(TimeRange{});
    outcome_.file.sha256 = rows.sha256();
    if (const std::int64_t n = coder.ambiguous_times(); n > 0) {
      outcome_.warnings.push_back(
          input_.shown + ": " + count_of(n, "time") + " " + agreeing(n, "falls", "fall") +
          " into an hour that clocks showed twice; the earlier one was taken");
    }
    return {};
  }

  void report_progress(const RowSource& rows, std::int64_t read) const {
    if (options_.on_progress) {
      options_.on_progress(
          {input_.shown, rows.bytes_done(), rows.bytes_total, rows_before_ + read});
    }
  }

  Result<void> reject(std::span<const RefusedRow> rows) {
    for (const RefusedRow& row : rows) {
      outcome_.rejects.add(input_.shown, row);
    }
    return write_rejects(warehouse_, plan_.file_key, rows);
  }

  // --- settling
  // -----------------------------------------------------------------------------------

  [[nodiscard]] Result<void> check_rejected() const {
    if (read_ == refused_) {
      const Reject& first = outcome_.rejects.examples.front();
      return Error{
          ErrorCode::InvalidData,
          "ingest: " + input_.shown + ": every row was refused; the first is line " +
              std::to_string(first.line) + ": " + first.reason +
              (first.column.empty() ? "" : " in column " + first.column) + " (" +
              in_quotes(first.text) + ")",
          "check which column is which (--map) and how times are written (--timestamp-format)"};
    }
    const double share = static_cast<double>(refused_) / static_cast<double>(read_);
    if ((!options_.max_rejected_share || share <= *options_.max_rejected_share) &&
        (!options_.max_rejected_rows || refused_ <= *options_.max_rejected_rows)) {
      return {};
    }
    return Error{ErrorCode::InvalidData,
                 "ingest: " + input_.shown + ": " + grouped(refused_) + " of " +
                     count_of(read_, "row") + " " + agreeing(refused_, "was", "were") +
                     " refused (" + outcome_.rejects.in_words() +
                     "), which is more than max_rejected allows",
                 "nothing of the file was kept; mend it, or raise --max-rejected"};
  }

  /// Moves staged rows into the log in order of time, and counts or drops duplicates.
  Result<void> settle() {
    if (options_.drop_duplicates) {
      TILL_ASSIGN(
          outcome_.duplicates,
          drop_duplicates(warehouse_,
                          log_.catalogue,
                          range_,
                          log_.customers,
                          log_.products,
                          [this](std::span<const RefusedRow> rows) { return reject(rows); }));
      outcome_.file.rejected += outcome_.duplicates;
    }
    if (plan_.staged) {
      const std::string columns = kept_columns(log_.catalogue);
      TILL_TRY(warehouse_.execute(
          "INSERT INTO till.transactions (" + columns + ", file_key) SELECT " + columns +
          ", file_key FROM till.incoming ORDER BY \"timestamp\", till_line"));
      TILL_TRY(warehouse_.execute("DROP TABLE till.incoming"));
      TILL_TRY(gather_statistics(warehouse_, "transactions"));
    }
    if (!options_.drop_duplicates) {
      TILL_ASSIGN(outcome_.duplicates,
                  count_duplicates(warehouse_,
                                   log_.catalogue,
                                   plan_.file_key,
                                   range_,
                                   tally_ ? std::optional(tally_->repeated()) : std::nullopt));
    }
    return {};
  }

  /// Makes the summaries agree with the transactions: by what was counted while they were coded, or
  /// else by counting them where they are.
  Result<void> summarise() {
    if (tally_) {
      TILL_TRY(add_totals(Entity::Customer, tally_->customers()));
      TILL_TRY(add_totals(Entity::Product, tally_->products()));
      return update_product_months(warehouse_, log_.zone, range_, &*tally_);
    }
    for (const Entity entity : {Entity::Customer, Entity::Product}) {
      TILL_ASSIGN(const std::vector<Total> totals,
                  count_totals(warehouse_, entity, plan_.file_key));
      TILL_TRY(add_totals(entity, totals));
    }
    return update_product_months(warehouse_, log_.zone, range_, nullptr);
  }

  Result<void> add_totals(Entity entity, std::span<const Total> totals) {
    const bool of_products = entity == Entity::Product;
    return update_totals(warehouse_,
                         entity,
                         of_products ? log_.products : log_.customers,
                         of_products ? change_.products_before() : change_.customers_before(),
                         totals);
  }

  Result<void> keep_file() {
    const IngestedFile& file = outcome_.file;
    const std::int64_t kept_duplicates = options_.drop_duplicates ? 0 : outcome_.duplicates;
    const std::array<Value, 7> row = {std::int64_t{plan_.file_key},
                                      file.path,
                                      file.sha256,
                                      file.read,
                                      file.accepted,
                                      file.rejected,
                                      kept_duplicates};
    std::string placeholders;
    for (std::int32_t n = 1; n <= static_cast<std::int32_t>(row.size()); ++n) {
      placeholders += (n == 1 ? "" : ", ") + warehouse_.dialect().placeholder(n);
    }
    return warehouse_.execute("INSERT INTO till.files VALUES (" + placeholders + ")", row);
  }

  GrowingLog& log_;
  Warehouse& warehouse_;
  const Input& input_;
  const IngestOptions& options_;
  std::int64_t rows_before_;
  const Change& change_;
  Learnt& learnt_;

  CodingPlan plan_;
  std::optional<RowTally> tally_;  // unset: rows are not in order of time
  FileOutcome outcome_;
  std::int64_t read_ = 0;
  std::int64_t refused_ = 0;
  TimeRange range_;  // covers every row that was coded
};

}  // namespace

Result<FileOutcome> ingest_file(GrowingLog& log,
                                const Input& input,
                                const IngestOptions& options,
                                std::int64_t rows_before) {
  if (log.exists && input.table.empty()) {
    TILL_ASSIGN(const std::string sha256, file_sha256(input.path));
    TILL_ASSIGN(const bool known, is_known(log.warehouse, sha256));
    if (known) {
      return FileOutcome{
          {.path = input.shown, .sha256 = sha256, .already_known = true}, 0, {}, {}, {}};
    }
  }
  Learnt learnt;
  while (true) {
    Change change(log);
    TILL_TRY(change.begin());
    TILL_ASSIGN(std::optional<FileOutcome> outcome,
                Attempt(log, input, options, rows_before, change, learnt).run());
    if (!outcome) {
      continue;
    }
    if (!outcome->file.already_known) {
      TILL_TRY(change.commit());
    }
    return std::move(*outcome);
  }
}

Result<std::vector<std::string>> ingest_side_table(GrowingLog& log,
                                                   Entity entity,
                                                   const std::string& path,
                                                   const IngestOptions& options) {
  Change change(log);
  TILL_TRY(change.begin());
  const bool of_products = entity == Entity::Product;
  Dictionary& dictionary = of_products ? log.products : log.customers;
  TILL_ASSIGN(SideTableReport side,
              write_side_table(log.warehouse, entity, path, options, dictionary));
  TILL_TRY(update_totals(log.warehouse,
                         entity,
                         dictionary,
                         of_products ? change.products_before() : change.customers_before(),
                         {}));
  if (of_products) {
    log.catalogue.product_attributes = std::move(side.attributes);
    log.catalogue.has_product_names = side.has_names;
  } else {
    log.catalogue.customer_attributes = std::move(side.attributes);
  }
  TILL_TRY(change.commit());
  return std::move(side.warnings);
}

}  // namespace till::log
