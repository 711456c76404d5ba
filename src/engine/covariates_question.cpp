#include "covariates_question.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include "wording.hpp"

#include "till/core/nearest.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::engine {

namespace {

constexpr std::size_t kMostLevels = 20;
constexpr std::string_view kMissing = "(none)";

using Cell = std::optional<std::string>;

std::optional<double> number_of(const std::string& text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, value);
  const bool is_number = read.ec == std::errc() && read.ptr == end && std::isfinite(value);
  return is_number ? std::optional(value) : std::nullopt;
}

/// Returns what the customer table says of each customer of the histories, column by column.
Result<std::vector<std::vector<Cell>>> read_cells(std::string_view function,
                                                  log::Log& log,
                                                  const std::vector<std::string>& names,
                                                  const history::CustomerHistories& customers) {
  for (const std::string& name : names) {
    const std::vector<std::string>& known = log.customer_attributes();
    if (std::ranges::find(known, name) == known.end()) {
      return Error{ErrorCode::NotFound,
                   std::string(function) + ": --covariates names " + in_quotes(name) +
                       ", but must name columns of the customer table",
                   known.empty() ? "ingest a table of customers: till ingest LOG --into DATABASE "
                                   "--customers FILE"
                                 : did_you_mean(nearest(name, known),
                                                "the customers have " + enumerated(known))};
    }
  }
  warehouse::Statement question(log.warehouse());
  question.add("SELECT a.customer_key");
  for (const std::string& name : names) {
    const std::string column = "a." + warehouse::quote_identifier(name);
    question.add(", ").add(question.dialect().as_text(column));
  }
  question.add(" FROM till.customer_attributes a");
  std::vector<std::int64_t> place(static_cast<std::size_t>(log.customers()), -1);
  for (std::size_t i = 0; i < customers.customer_key.size(); ++i) {
    place[static_cast<std::size_t>(customers.customer_key[i])] = static_cast<std::int64_t>(i);
  }
  std::vector<std::vector<Cell>> cells(names.size(), std::vector<Cell>(customers.x.size()));
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t row) {
        const std::int64_t key = batch.column(0).integer(row);
        if (key < 0 || key >= std::ssize(place) || place[static_cast<std::size_t>(key)] < 0) {
          return;
        }
        const auto at = static_cast<std::size_t>(place[static_cast<std::size_t>(key)]);
        for (std::size_t c = 0; c < names.size(); ++c) {
          const ColumnView column = batch.column(static_cast<std::int64_t>(c) + 1);
          if (!column.is_null(row)) {
            cells[c][at] = std::string(column.text(row));
          }
        }
      }));
  return cells;
}

/// Finds out how a column becomes covariates.
Result<CovariateColumn> column_like(std::string_view function,
                                    const std::string& name,
                                    const std::vector<Cell>& cells) {
  const auto fault = [&](const std::string& what, std::string rule) {
    return Error{ErrorCode::InvalidData,
                 std::string(function) + ": --covariates names " + in_quotes(name) + ", which " +
                     what + ", but must name " + std::move(rule),
                 ""};
  };
  CovariateColumn column{.name = name};
  std::set<std::string> levels;
  std::vector<double> numbers;
  bool are_numbers = true;
  bool is_missing = false;
  for (const Cell& cell : cells) {
    if (!cell) {
      is_missing = true;
      continue;
    }
    levels.insert(*cell);
    const std::optional<double> number = number_of(*cell);
    are_numbers = are_numbers && number.has_value();
    numbers.push_back(number.value_or(0.0));
  }
  if (are_numbers && levels.size() > 2) {
    const auto n = static_cast<double>(numbers.size());
    double squares = 0.0;
    for (const double v : numbers) {
      column.mean += v / n;
    }
    for (const double v : numbers) {
      squares += (v - column.mean) * (v - column.mean) / n;
    }
    column.deviation = std::sqrt(squares);
    if (column.deviation > 0.0 && std::isfinite(column.deviation)) {
      return column;
    }
  }
  column.mean = 0.0;
  column.deviation = 1.0;
  column.levels.assign(levels.begin(), levels.end());
  if (is_missing) {
    column.levels.emplace_back(kMissing);
  }
  if (column.levels.size() < 2) {
    return fault("says the same of all customers", "columns in which they differ");
  }
  if (column.levels.size() > kMostLevels) {
    return fault("has " + grouped(std::ssize(column.levels)) + " different texts",
                 "columns of numbers, or of at most " + std::to_string(kMostLevels) + " texts");
  }
  return column;
}

/// Makes covariates of what the table says.
Covariates covariates_from(const std::vector<CovariateColumn>& columns,
                           const std::vector<std::vector<Cell>>& cells) {
  Covariates made;
  made.columns = columns;
  auto table = std::make_shared<models::CovariateTable>();
  for (const CovariateColumn& column : columns) {
    std::ranges::move(column.covariates(), std::back_inserter(table->names));
  }
  std::map<std::vector<double>, double> segments;
  const std::size_t customers = cells.front().size();
  made.segments.reserve(customers);
  std::vector<std::int64_t> unseen(columns.size());
  for (std::size_t i = 0; i < customers; ++i) {
    std::vector<double> row;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const CovariateColumn& column = columns[c];
      const Cell& cell = cells[c][i];
      if (column.levels.empty()) {
        const std::optional<double> number = cell ? number_of(*cell) : std::nullopt;
        unseen[c] += number ? 0 : 1;
        row.push_back(number ? (*number - column.mean) / column.deviation : 0.0);
        continue;
      }
      const auto level = std::ranges::find(column.levels, cell.value_or(std::string(kMissing)));
      unseen[c] += level == column.levels.end() ? 1 : 0;
      for (std::size_t k = 1; k < column.levels.size(); ++k) {
        row.push_back(level == column.levels.begin() + static_cast<std::ptrdiff_t>(k) ? 1.0 : 0.0);
      }
    }
    const auto found = segments.emplace(row, static_cast<double>(segments.size())).first;
    made.segments.push_back(found->second);
  }
  table->values.resize(segments.size() * table->names.size());
  for (const auto& [row, segment] : segments) {
    std::ranges::copy(row,
                      table->values.begin() + static_cast<std::ptrdiff_t>(segment) *
                                                  static_cast<std::ptrdiff_t>(row.size()));
  }
  made.table = std::move(table);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (unseen[c] > 0) {
      made.warnings.push_back(
          "Of " + count_of(unseen[c], "customer") + " the column " + columns[c].name +
          (columns[c].levels.empty() ? " says no number: they count as the mean."
                                     : " says what the model has not seen: they count as " +
                                           columns[c].levels.front() + "."));
    }
  }
  return made;
}

/// Calls visit(parameters of the segment, first, count) for customers of one segment that lie
/// together.
template <typename Visit>
void visit_segments(std::span<const models::ModelParameter> own,
                    const models::CovariateTable& table,
                    std::span<const double> parameters,
                    const PurchaseHistories& histories,
                    const Visit& visit) {
  for (std::size_t first = 0; first < histories.size();) {
    std::size_t count = 1;
    while (first + count < histories.size() &&
           histories.segment(first + count) == histories.segment(first)) {
      ++count;
    }
    visit(models::parameters_of_segment(own, table, parameters, histories.segment(first)),
          first,
          count);
    first += count;
  }
}

}  // namespace

Parameter covariates_parameter() {
  return {.name = "covariates",
          .help =
              "Columns of the customer table, between commas, that may change how often customers "
              "buy and how soon they leave, such as gender,channel.",
          .placeholder = "COLUMNS",
          .otherwise = "none"};
}

std::vector<std::string> CovariateColumn::covariates() const {
  std::vector<std::string> names;
  if (levels.empty()) {
    names.push_back(name);
  }
  for (std::size_t k = 1; k < levels.size(); ++k) {
    names.push_back(name + "=" + levels[k]);
  }
  return names;
}

Result<Covariates> covariates_of(std::string_view function,
                                 log::Log& log,
                                 std::string_view text,
                                 const history::CustomerHistories& customers) {
  std::vector<std::string> names;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    std::string name(text.substr(from, to - from));
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!name.empty() && std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
    from = to + 1;
  }
  if (names.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) + ": --covariates is " + in_quotes(text) +
                     ", but must name columns of the customer table",
                 "such as gender,channel"};
  }
  TILL_ASSIGN(const std::vector<std::vector<Cell>> cells,
              read_cells(function, log, names, customers));
  std::vector<CovariateColumn> columns;
  columns.reserve(names.size());
  for (std::size_t c = 0; c < names.size(); ++c) {
    TILL_ASSIGN(CovariateColumn column, column_like(function, names[c], cells[c]));
    columns.push_back(std::move(column));
  }
  return covariates_from(columns, cells);
}

Result<Covariates> covariates_as(std::string_view function,
                                 log::Log& log,
                                 const std::vector<CovariateColumn>& columns,
                                 const history::CustomerHistories& customers) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const CovariateColumn& column : columns) {
    names.push_back(column.name);
  }
  TILL_ASSIGN(const std::vector<std::vector<Cell>> cells,
              read_cells(function, log, names, customers));
  return covariates_from(columns, cells);
}

Result<ModelEntry> with_covariates(std::string_view function,
                                   const ModelEntry& model,
                                   const Covariates& covariates,
                                   double ridge) {
  const HistoryModel& base = *model.history;
  const std::vector<models::ModelParameter> own = base.likelihood.parameters;
  if (models::covariate_targets(own).empty()) {
    return Error{
        ErrorCode::Unsupported,
        std::string(function) + ": --covariates is said, but " + model.name + " takes none",
        "models of times do, such as mbg_nbd"};
  }
  ModelEntry made = model;
  HistoryModel& reader = *made.history;
  reader.likelihood = models::with_covariates(base.likelihood, covariates.table, ridge);
  reader.predict = [inner = base.predict, own, table = covariates.table](
                       std::span<const double> parameters,
                       const PurchaseHistories& histories,
                       double t,
                       std::span<Prediction> out) {
    visit_segments(own,
                   *table,
                   parameters,
                   histories,
                   [&](const std::vector<double>& theirs, std::size_t first, std::size_t count) {
                     inner(theirs, histories.part(first, count), t, out.subspan(first, count));
                   });
  };
  reader.discount_transactions = [inner = base.discount_transactions,
                                  own,
                                  table = covariates.table](std::span<const double> parameters,
                                                            const PurchaseHistories& histories,
                                                            double t,
                                                            double delta,
                                                            std::span<double> out) {
    visit_segments(own,
                   *table,
                   parameters,
                   histories,
                   [&](const std::vector<double>& theirs, std::size_t first, std::size_t count) {
                     inner(
                         theirs, histories.part(first, count), t, delta, out.subspan(first, count));
                   });
  };
  return made;
}

models::State::States states_of(const std::vector<CovariateColumn>& columns) {
  models::State::States states;
  states.reserve(columns.size());
  for (const CovariateColumn& column : columns) {
    models::State state;
    state.set("name", column.name);
    state.set("levels", column.levels);
    state.set("mean", column.mean);
    state.set("deviation", column.deviation);
    states.push_back(std::move(state));
  }
  return states;
}

Result<std::vector<CovariateColumn>> columns_of(const models::State::States& states,
                                                std::string_view owner) {
  std::vector<CovariateColumn> columns;
  columns.reserve(states.size());
  for (const models::State& state : states) {
    models::StateReader read(state, owner);
    CovariateColumn column{read.text("name"), read.texts("levels"), read.number("mean"), 1.0};
    column.deviation = read.positive("deviation");
    if (column.levels.size() == 1) {
      read.refuse("levels", "none, or at least two");
    }
    TILL_TRY(read.finish());
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace till::engine
