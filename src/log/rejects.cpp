#include "rejects.hpp"

#include <algorithm>

#include "wording.hpp"

namespace till::log {

using warehouse::AppendMode;
using warehouse::Batch;
using warehouse::BatchLayout;
using warehouse::BatchType;

RejectCount& RejectTally::count(const std::string& reason) {
  const auto found = std::ranges::find(counts, reason, &RejectCount::reason);
  return found != counts.end() ? *found : counts.emplace_back(RejectCount{reason, 0});
}

void RejectTally::add(const std::string& file, const RefusedRow& row) {
  if (count(row.reason).rows++ == 0) {
    examples.push_back({file, row.line, row.column, row.reason, row.text});
  }
}

void RejectTally::add(const RejectTally& other) {
  for (const Reject& example : other.examples) {
    if (count(example.reason).rows == 0) {
      examples.push_back(example);
    }
  }
  for (const RejectCount& more : other.counts) {
    count(more.reason).rows += more.rows;
  }
}

void RejectTally::sort() {
  std::ranges::sort(counts, [](const RejectCount& a, const RejectCount& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.reason < b.reason;
  });
}

std::string RejectTally::in_words() const {
  RejectTally sorted{counts, {}};
  sorted.sort();
  std::string words;
  for (const RejectCount& count : sorted.counts) {
    words += (words.empty() ? "" : ", ") + grouped(count.rows) + " " + count.reason;
  }
  return words;
}

Result<void> write_rejects(warehouse::Warehouse& warehouse,
                           std::int32_t file_key,
                           std::span<const RefusedRow> rows) {
  if (rows.empty()) {
    return {};
  }
  const BatchLayout layout = {{"file_key", BatchType::Key},
                              {"line", BatchType::Integer},
                              {"column", BatchType::Text},
                              {"reason", BatchType::Text},
                              {"text", BatchType::Text}};
  return warehouse.append(
      "till", "rejects", AppendMode::Append, layout, [&](Batch& out) -> Result<bool> {
        const std::size_t portion = std::min(kBatchRows, rows.size());
        for (const RefusedRow& row : rows.first(portion)) {
          out.column(0).append_key(file_key);
          out.column(1).append_integer(row.line);
          out.column(2).append_text(row.column);
          out.column(3).append_text(row.reason);
          out.column(4).append_text(row.text);
        }
        rows = rows.subspan(portion);
        return out.rows() > 0;
      });
}

}  // namespace till::log
