#include "survey.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "cell.hpp"

namespace till::log {

using warehouse::BatchType;

namespace {

constexpr std::size_t kRowsToLookAt = 10'000;

/// Returns the type of a column that says it itself; text that may yet be read as something else.
BatchType type_of(const ColumnView& view) {
  switch (view.type()) {
    case ColumnType::Boolean:
      return BatchType::Boolean;
    case ColumnType::Integer:
      return BatchType::Integer;
    case ColumnType::Real:
      return BatchType::Real;
    case ColumnType::Date:
    case ColumnType::Instant:
      return BatchType::Timestamp;
    case ColumnType::Null:
    case ColumnType::Text:
    case ColumnType::Other:
      break;
  }
  return BatchType::Text;
}

class Surveyor {
 public:
  Surveyor(RowSource& source, const std::string& file, const IngestOptions& options)
      : source_(source), file_(file), options_(options) {}

  Result<Survey> run() {
    if (!options_.timestamp_format.empty()) {
      TILL_ASSIGN(found_.time_format, parse_time_format(options_.timestamp_format));
    }
    TILL_ASSIGN(found_.columns, find_columns(file_, source_.columns, options_.mapping));
    found_.types.assign(source_.columns.size(), BatchType::Text);
    guesses_.resize(source_.columns.size());
    TILL_TRY(look());
    if (rows_ == 0) {
      return no_rows();
    }
    if (options_.timestamp_format.empty()) {
      TILL_ASSIGN(found_.time_format,
                  detector_.format(file_, source_.columns[found_.columns.timestamp]));
    }
    look_at_times();
    return std::move(found_);
  }

 private:
  Result<void> look() {
    RowBatch batch;
    while (rows_ < kRowsToLookAt || (options_.timestamp_format.empty() && detector_.undecided())) {
      TILL_ASSIGN(const bool more, source_.next(batch));
      if (!more) {
        break;
      }
      if (!first_refused_ && !batch.refused.empty()) {
        first_refused_ = batch.refused.front();
      }
      for (std::size_t column = 0; column < batch.columns.size(); ++column) {
        if (column == found_.columns.timestamp) {
          gather_times(batch);
        } else if (const auto* view = std::get_if<ColumnView>(&batch.columns[column])) {
          found_.types[column] = type_of(*view);
        } else if (rows_ < kRowsToLookAt) {
          for (const std::string_view text : std::get<TextCells>(batch.columns[column])) {
            guesses_[column].observe(text);
          }
          found_.types[column] = guesses_[column].type();
        }
      }
      rows_ += batch.rows;
    }
    return {};
  }

  void gather_times(const RowBatch& batch) {
    const auto& column = batch.columns[found_.columns.timestamp];
    const auto* view = std::get_if<ColumnView>(&column);
    if (view != nullptr && type_of(*view) == BatchType::Timestamp) {
      const bool utc = view->has_zone() || source_.utc_columns[found_.columns.timestamp];
      found_.times_without_zone = !utc;
      for (std::int64_t i = 0; i < view->size(); ++i) {
        if (!view->is_null(i)) {
          note_order(view->instant(i));
        }
      }
      return;
    }
    std::string held;
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const std::string_view text = cell_text(column, row, held);
      detector_.observe(text, batch.lines[row]);
      if (times_.size() < kRowsToLookAt) {
        times_.emplace_back(text);
      }
    }
  }

  void note_order(Instant instant) {
    found_.sorted = found_.sorted && previous_ <= instant;
    previous_ = instant;
  }

  /// Reads the times again, now that their format is known.
  void look_at_times() {
    for (const std::string& text : times_) {
      const ParsedTime time = parse_time(text, found_.time_format);
      if (time.form == ParsedTime::Form::Absolute) {
        note_order(time.instant);
      } else if (time.form == ParsedTime::Form::Local) {
        found_.times_without_zone = true;
        note_order(TimeZone().resolve(time.local).instant);
      }
    }
  }

  [[nodiscard]] Error no_rows() const {
    if (!first_refused_) {
      return {ErrorCode::InvalidData,
              "ingest: " + file_ + " has a header line but no rows",
              "a log needs one line per transaction"};
    }
    return {ErrorCode::InvalidData,
            "ingest: " + file_ + ": no row can be read: the first is line " +
                std::to_string(first_refused_->line) + ": " + first_refused_->reason + " (" +
                in_quotes(first_refused_->text) + ")",
            "check the delimiter (--delimiter) and the quotes of the file"};
  }

  RowSource& source_;
  const std::string& file_;
  const IngestOptions& options_;
  Survey found_;
  std::vector<TypeGuess> guesses_;
  TimeFormatDetector detector_;
  std::vector<std::string> times_;  // the first of them, as written
  Instant previous_ = kMinInstant;
  std::size_t rows_ = 0;
  std::optional<RefusedRow> first_refused_;
};

}  // namespace

Result<Survey> survey(RowSource& source, const std::string& file, const IngestOptions& options) {
  return Surveyor(source, file, options).run();
}

}  // namespace till::log
