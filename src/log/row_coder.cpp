#include "row_coder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "utf8.hpp"

namespace till::log {

using warehouse::Batch;
using warehouse::BatchColumn;
using warehouse::BatchType;

namespace {

// A time outside of these is a typing error or a placeholder such as 9999-12-31: it would stretch
// every calendar by thousands of years.
const TimeRange kAccepted = {{days_since_epoch({1900, 1, 1}) * kMicrosPerDay},
                             {days_since_epoch({2200, 1, 1}) * kMicrosPerDay}};

/// Returns a row as rejects show it: as it was written, or "column=value, ..." where it never was.
std::string row_text(const RowBatch& batch,
                     std::size_t row,
                     const std::vector<std::string>& names) {
  if (!batch.texts.empty()) {
    return printable(batch.texts[row]);
  }
  std::string text;
  std::string held;
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    text += (text.empty() ? "" : ", ") + names[i] + "=";
    text += cell_text(batch.columns[i], row, held);
  }
  return printable(text);
}

}  // namespace

RowCoder::RowCoder(CodingPlan plan, Dictionary& customers, Dictionary& products)
    : plan_(std::move(plan)),
      customers_(customers),
      products_(products),
      converter_(plan_.source_zone) {}

std::vector<RefusedRow> RowCoder::take_refused() {
  return std::exchange(refused_, {});
}

void RowCoder::code(RowBatch& batch, Batch& out) {
  read_ += static_cast<std::int64_t>(batch.rows + batch.refused.size());
  refused_count_ += static_cast<std::int64_t>(batch.refused.size());
  std::ranges::move(batch.refused, std::back_inserter(refused_));
  batch.refused.clear();

  faults_.assign(batch.rows, Fault::None);
  find_nul_bytes(batch);
  find_missing_products(batch);
  read_times(batch);
  read_amounts(batch);
  read_quantities(batch);
  accepted_.clear();
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (faults_[row] == Fault::None) {
      accepted_.push_back(row);
    }
  }
  keep_refused(batch);

  write_ids(batch, plan_.columns.customer, customers_, customer_keys_);
  if (plan_.columns.product) {
    write_ids(batch, *plan_.columns.product, products_, product_keys_);
  } else {
    product_keys_.assign(accepted_.size(), accepted_.empty() ? 0 : products_.key("all"));
  }
  std::size_t c = 0;
  out.column(c++).append_keys(customer_keys_);
  out.column(c++).append_keys(product_keys_);
  write_times(out.column(c++));
  BatchColumn& file_keys = out.column(c++);
  for (std::size_t i = 0; i < accepted_.size(); ++i) {
    file_keys.append_key(plan_.file_key);
  }
  const std::size_t first_other = c;
  if (plan_.has_amount) {
    BatchColumn& column = out.column(c++);
    for (const std::size_t row : accepted_) {
      amounts_[row] ? column.append_integer(*amounts_[row]) : column.append_null();
    }
  }
  if (plan_.has_quantity) {
    BatchColumn& column = out.column(c++);
    for (const std::size_t row : accepted_) {
      quantities_[row] ? column.append_real(*quantities_[row]) : column.append_null();
    }
  }
  for (const CodedExtra& extra : plan_.extras) {
    write_extra(batch, extra, out.column(c++));
  }
  if (plan_.staged) {
    BatchColumn& column = out.column(c++);
    for (const std::size_t row : accepted_) {
      column.append_integer(batch.lines[row]);
    }
  } else if (c > first_other) {  // staged rows are compared by the warehouse
    others_.assign(accepted_.size(), 0);
    for (std::size_t other = first_other; other < c; ++other) {
      out.column(other).mix_into(others_);
    }
  }
}

// --- reading
// --------------------------------------------------------------------------------------

/// Text files were searched for zero bytes as they were read; columns of an engine were not.
void RowCoder::find_nul_bytes(const RowBatch& batch) {
  const auto find_in = [&](std::size_t column) {
    const auto* const view = std::get_if<ColumnView>(&batch.columns[column]);
    if (view == nullptr || view->type() != ColumnType::Text) {
      return;
    }
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const auto i = static_cast<std::int64_t>(row);
      if (!view->is_null(i) && view->text(i).find('\0') != std::string_view::npos) {
        faults_[row] = Fault::NulByte;
      }
    }
  };
  find_in(plan_.columns.customer);
  if (plan_.columns.product) {
    find_in(*plan_.columns.product);
  }
  for (const CodedExtra& extra : plan_.extras) {
    if (extra.column) {
      find_in(*extra.column);
    }
  }
}

void RowCoder::find_missing_products(const RowBatch& batch) {
  if (!plan_.columns.product) {
    return;
  }
  const std::span<const std::string_view> texts =
      texts_.of(batch.columns[*plan_.columns.product], batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (faults_[row] == Fault::None && texts[row].empty()) {
      faults_[row] = Fault::MissingProduct;
    }
  }
}

void RowCoder::read_times(const RowBatch& batch) {
  const std::span<const std::string_view> texts =
      texts_.of(batch.columns[plan_.columns.timestamp], batch.rows);
  instants_.resize(batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (faults_[row] == Fault::None) {
      faults_[row] = read_time(batch, row, texts[row], instants_[row]);
    }
  }
}

RowCoder::Fault RowCoder::read_time(const RowBatch& batch,
                                    std::size_t row,
                                    std::string_view text,
                                    Instant& instant) {
  if (text.empty()) {
    return Fault::MissingTimestamp;
  }
  const std::size_t at = plan_.columns.timestamp;
  if (const auto* view = std::get_if<ColumnView>(&batch.columns[at])) {
    const auto i = static_cast<std::int64_t>(row);
    if (view->type() == ColumnType::Instant || view->type() == ColumnType::Date) {
      const bool absolute = view->has_zone() || plan_.utc_columns[at];
      return resolve(
          absolute ? ParsedTime{ParsedTime::Form::Absolute, {}, view->instant(i)}
                   : ParsedTime{ParsedTime::Form::Local, TimeZone().local(view->instant(i)), {}},
          instant);
    }
  }
  const ParsedTime time = parse_time(text, plan_.time_format);
  return time.form == ParsedTime::Form::Invalid ? Fault::InvalidTimestamp : resolve(time, instant);
}

RowCoder::Fault RowCoder::resolve(const ParsedTime& time, Instant& instant) {
  instant = time.instant;
  bool ambiguous = false;
  if (time.form == ParsedTime::Form::Local) {
    const TimeZone::Resolved resolved = converter_.resolve(time.local);
    // Dates alone mean the start of the day, which a zone may begin at one o'clock.
    if (resolved.mapping == TimeZone::Mapping::Nonexistent && time.local.micros_of_day != 0) {
      return Fault::NonexistentLocalTime;
    }
    ambiguous = resolved.mapping == TimeZone::Mapping::Ambiguous;
    instant = resolved.instant;
  }
  if (!kAccepted.contains(instant)) {
    return Fault::TimestampOutOfRange;
  }
  ambiguous_times_ += ambiguous ? 1 : 0;
  return Fault::None;
}

void RowCoder::read_amounts(const RowBatch& batch) {
  amounts_.assign(batch.rows, std::nullopt);
  if (!plan_.columns.amount) {
    return;
  }
  const std::span<const std::string_view> texts =
      texts_.of(batch.columns[*plan_.columns.amount], batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (faults_[row] == Fault::None && !texts[row].empty()) {
      amounts_[row] = parse_amount(texts[row]);
      faults_[row] = amounts_[row] ? Fault::None : Fault::InvalidAmount;
    }
  }
}

void RowCoder::read_quantities(const RowBatch& batch) {
  quantities_.assign(batch.rows, std::nullopt);
  if (!plan_.columns.quantity) {
    return;
  }
  const std::span<const std::string_view> texts =
      texts_.of(batch.columns[*plan_.columns.quantity], batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (faults_[row] == Fault::None && !texts[row].empty()) {
      quantities_[row] = parse_real(texts[row]);
      faults_[row] = quantities_[row] ? Fault::None : Fault::InvalidQuantity;
    }
  }
}

// --- writing
// --------------------------------------------------------------------------------------

void RowCoder::write_ids(const RowBatch& batch,
                         std::size_t column,
                         Dictionary& ids,
                         std::vector<std::int32_t>& keys) {
  std::span<const std::string_view> texts = texts_.of(batch.columns[column], batch.rows);
  if (accepted_.size() < batch.rows) {
    ids_.clear();
    for (const std::size_t row : accepted_) {
      ids_.push_back(texts[row]);
    }
    texts = ids_;
  }
  keys.clear();
  ids.append_keys(texts, keys);
}

void RowCoder::write_times(BatchColumn& out) {
  coded_instants_.clear();
  for (const std::size_t row : accepted_) {
    const Instant instant = instants_[row];
    coded_instants_.push_back(instant);
    out.append_instant(instant);
    unsorted_ = unsorted_ || instant < previous_;
    previous_ = instant;
    if (!range_) {
      range_ = TimeRange{instant, {instant.micros + 1}};
    }
    range_->from = std::min(range_->from, instant);
    range_->to = std::max(range_->to, Instant{instant.micros + 1});
  }
}

void RowCoder::write_extra(const RowBatch& batch, const CodedExtra& extra, BatchColumn& out) {
  for (const std::size_t row : accepted_) {
    if (!extra.column) {
      out.append_null();
      continue;
    }
    const BatchType fitting = append_cell(out, batch.columns[*extra.column], row, held_);
    if (fitting != extra.type) {
      BatchType& needed =
          misfits_.emplace(plan_.column_names[*extra.column], fitting).first->second;
      needed = needed == BatchType::Text ? needed : fitting;
    }
  }
}

// --- refusing
// -------------------------------------------------------------------------------------

void RowCoder::keep_refused(const RowBatch& batch) {
  if (accepted_.size() == batch.rows) {
    return;
  }
  for (std::size_t row = 0; row < batch.rows; ++row) {
    const Fault fault = faults_[row];
    if (fault != Fault::None) {
      ++refused_count_;
      refused_.push_back({batch.lines[row],
                          fault == Fault::NulByte ? "" : plan_.column_names[column_of(fault)],
                          std::string(reason(fault)),
                          row_text(batch, row, plan_.column_names)});
    }
  }
}

std::string_view RowCoder::reason(Fault fault) const noexcept {
  switch (fault) {
    case Fault::None:
      break;
    case Fault::MissingProduct:
      return "missing_product";
    case Fault::MissingTimestamp:
      return "missing_timestamp";
    case Fault::InvalidTimestamp:
      return "invalid_timestamp";
    case Fault::TimestampOutOfRange:
      return "timestamp_out_of_range";
    case Fault::NonexistentLocalTime:
      return "nonexistent_local_time";
    case Fault::InvalidAmount:
      return "invalid_amount";
    case Fault::InvalidQuantity:
      return "invalid_quantity";
    case Fault::NulByte:
      return "nul_byte";
  }
  return "";
}

std::size_t RowCoder::column_of(Fault fault) const noexcept {
  switch (fault) {
    case Fault::MissingProduct:
      return plan_.columns.product.value_or(0);
    case Fault::InvalidAmount:
      return plan_.columns.amount.value_or(0);
    case Fault::InvalidQuantity:
      return plan_.columns.quantity.value_or(0);
    default:
      return plan_.columns.timestamp;
  }
}

}  // namespace till::log
