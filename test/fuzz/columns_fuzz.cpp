// Which column is which: `--map` and the search by name.
//
// The first line is what --map says, the second the header with tabs between the columns. Every
// column is one field, kept, or nameless; a mapping comes back as it was said.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "log/columns.hpp"

namespace {

using namespace till;
using namespace till::log;
using fuzz::require;

constexpr Field kFields[] = {
    Field::Customer, Field::Product, Field::Timestamp, Field::Amount, Field::Quantity};

void check_refusal(const Error& error) {
  require(error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::InvalidData ||
              error.code == ErrorCode::NotFound,
          "a refusal blames the caller or the data");
  require(error.message.starts_with("ingest: ") && !error.remedy.empty(),
          "a refusal says who refuses and what helps");
}

void check_mapping(const ColumnMapping& mapping) {
  std::string said;
  for (const auto& [field, column] : mapping) {
    require(!column.empty(), "a field is mapped to a name");
    said += (said.empty() ? "" : ",") + std::string(name(field)) + "=" + column;
  }
  const Result<ColumnMapping> again = parse_mapping(said);
  require(again && *again == mapping, "a mapping comes back as it was said");
}

/// Returns the column a field was found in.
std::optional<std::size_t> column_of(const Columns& columns, Field field) {
  switch (field) {
    case Field::Customer:
      return columns.customer;
    case Field::Product:
      return columns.product;
    case Field::Timestamp:
      return columns.timestamp;
    case Field::Amount:
      return columns.amount;
    case Field::Quantity:
      return columns.quantity;
  }
  return std::nullopt;
}

void check_columns(const Columns& columns,
                   const std::vector<std::string>& names,
                   const ColumnMapping& mapping) {
  std::vector<int> uses(names.size(), 0);
  for (const Field field : kFields) {
    const std::optional<std::size_t> column = column_of(columns, field);
    const auto said = mapping.find(field);
    if (column) {
      require(*column < names.size(), "a field is in a column that is there");
      ++uses[*column];
      require(said == mapping.end() || names[*column] == said->second, "what --map says holds");
    } else {
      require(field != Field::Customer && field != Field::Timestamp, "these are needed");
      require(said == mapping.end() || said->second == "none", "what --map says is found");
    }
  }
  for (const std::size_t column : columns.extra) {
    require(column < names.size() && !names[column].empty(), "a kept column has a name");
    ++uses[column];
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    require(uses[i] == 1 || (uses[i] == 0 && names[i].empty()), "each named column is one thing");
  }
}

void check_side(const SideColumns& columns, const std::vector<std::string>& names) {
  std::vector<int> uses(names.size(), 0);
  require(columns.id < names.size(), "the id is in a column that is there");
  ++uses[columns.id];
  for (const std::size_t column : columns.name) {
    require(column < names.size(), "a label is in a column that is there");
    ++uses[column];
  }
  for (const std::size_t column : columns.attributes) {
    require(column < names.size(), "an attribute is in a column that is there");
    ++uses[column];
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    require(uses[i] == 1 || (uses[i] == 0 && names[i].empty()), "each named column is one thing");
  }
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  const std::string_view said = fuzz::take_until(rest, '\n');
  std::vector<std::string> names;
  do {
    names.emplace_back(fuzz::take_until(rest, '\t'));
  } while (!rest.empty());

  ColumnMapping mapping;
  if (const Result<ColumnMapping> parsed = parse_mapping(said)) {
    mapping = *parsed;
    check_mapping(mapping);
  } else {
    check_refusal(parsed.error());
  }
  if (const Result<Columns> found = find_columns("log.csv", names, mapping)) {
    check_columns(*found, names, mapping);
  } else {
    check_refusal(found.error());
  }
  for (const Field field : {Field::Customer, Field::Product}) {
    if (const Result<SideColumns> found = find_side_columns("side.csv", names, field, {})) {
      check_side(*found, names);
    } else {
      check_refusal(found.error());
    }
  }
  return 0;
}
