#include "grid.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <variant>

#include "wording.hpp"

#include "till/engine/terminal_text.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kMissing = "-";

/// Returns a number with six digits that count, and thousands separators.
std::string real_for_people(double v) {
  if (!std::isfinite(v)) {
    return std::string(kMissing);
  }
  if (std::abs(v) >= 1e6 && std::abs(v) < 1e15) {
    return grouped(std::llround(v));
  }
  std::array<char, 32> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::general, 6);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (std::abs(v) < 1000.0 || text.find('e') != std::string_view::npos) {
    return std::string(text);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  std::int64_t whole = 0;
  std::from_chars(text.data(), text.data() + point, whole);
  return grouped(whole) + std::string(text.substr(point));
}

/// Writes one cell for people.
struct CellText {
  std::size_t row;
  TableColumn::Display display;
  const TimeZone& zone;

  std::string operator()(const IntegerColumn& column) const {
    return column[row] ? grouped(*column[row]) : std::string(kMissing);
  }

  std::string operator()(const RealColumn& column) const {
    if (!column[row] || !std::isfinite(*column[row])) {
      return std::string(kMissing);
    }
    return display == TableColumn::Display::Share ? percent(*column[row], 2)
                                                  : real_for_people(*column[row]);
  }

  std::string operator()(const TextColumn& column) const {
    return column[row] ? printable(*column[row]) : std::string(kMissing);
  }

  std::string operator()(const InstantColumn& column) const {
    return column[row] ? describe(*column[row], zone) : std::string(kMissing);
  }
};

/// Writes one fact of a summary for people, on one line.
struct ValueText {
  const TimeZone& zone;

  std::string operator()(std::monostate /*null*/) const { return std::string(kMissing); }

  std::string operator()(bool v) const { return v ? "yes" : "no"; }

  std::string operator()(std::int64_t v) const { return grouped(v); }

  std::string operator()(double v) const { return real_for_people(v); }

  std::string operator()(const std::string& v) const { return printable(v); }

  std::string operator()(Instant v) const { return describe(v, zone); }

  std::string operator()(const List& list) const {
    std::string text;
    for (const Value& value : list) {
      text += (text.empty() ? "" : ", ") + std::visit(*this, value.data);
    }
    return text;
  }

  std::string operator()(const Object& object) const {
    std::string text;
    for (const auto& [name, value] : object) {
      text += (text.empty() ? "" : ", ") + printable(name) + ": " + std::visit(*this, value.data);
    }
    return text;
  }
};

}  // namespace

std::string words_of(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

Grid grid_of(const Answer& answer) {
  Grid grid;
  grid.rows = answer.rows.rows();
  for (const TableColumn& column : answer.rows.columns) {
    const bool is_text = std::holds_alternative<TextColumn>(column.values) ||
                         std::holds_alternative<InstantColumn>(column.values);
    grid.columns.push_back({column.name, is_text, 0});
  }
  grid.cell = [&answer](std::size_t row, std::size_t i) {
    const TableColumn& column = answer.rows.columns[i];
    return std::visit(CellText{row, column.display, answer.zone}, column.values);
  };
  return grid;
}

bool is_list_of_objects(const Value& value) {
  const List* list = std::get_if<List>(&value.data);
  return list != nullptr && !list->empty() && std::holds_alternative<Object>(list->front().data);
}

Grid grid_of(const List& list, const TimeZone& zone) {
  Grid grid;
  grid.rows = list.size();
  for (const auto& [name, value] : std::get<Object>(list.front().data)) {
    const bool is_number = std::holds_alternative<std::int64_t>(value.data) ||
                           std::holds_alternative<double>(value.data);
    grid.columns.push_back({name, !is_number, 0});
  }
  grid.cell = [&list, &zone, columns = grid.columns](std::size_t row, std::size_t i) {
    const Object* object = std::get_if<Object>(&list[row].data);
    const Value* value = object == nullptr ? nullptr : find(*object, columns[i].name);
    return value == nullptr ? std::string(kMissing) : std::visit(ValueText{zone}, value->data);
  };
  return grid;
}

std::vector<const Entry*> comparable_objects(const Object& summary) {
  std::vector<const Entry*> objects;
  for (const Entry& entry : summary) {
    if (std::holds_alternative<Object>(entry.value.data)) {
      objects.push_back(&entry);
    }
  }
  const auto is_like_first = [&](const Entry* entry) {
    return std::ranges::equal(std::get<Object>(entry->value.data),
                              std::get<Object>(objects.front()->value.data),
                              {},
                              &Entry::name,
                              &Entry::name);
  };
  if (objects.size() < 2 || !std::ranges::all_of(objects, is_like_first)) {
    objects.clear();
  }
  return objects;
}

Grid grid_of(const std::vector<const Entry*>& objects, const TimeZone& zone) {
  const Object& first = std::get<Object>(objects.front()->value.data);
  Grid grid;
  grid.rows = first.size();
  grid.columns.push_back({"", true, 0});
  for (const Entry* object : objects) {
    grid.columns.push_back({object->name, false, 0});
  }
  grid.cell = [&objects, &first, &zone](std::size_t row, std::size_t i) {
    if (i == 0) {
      return words_of(first[row].name);
    }
    return std::visit(ValueText{zone},
                      std::get<Object>(objects[i - 1]->value.data)[row].value.data);
  };
  return grid;
}

std::vector<Fact> facts_of(const Answer& answer) {
  const bool has_objects = !comparable_objects(answer.summary).empty();
  std::vector<Fact> facts;
  for (const auto& [name, value] : answer.summary) {
    if (is_list_of_objects(value) || (has_objects && std::holds_alternative<Object>(value.data))) {
      continue;
    }
    const auto* integer = std::get_if<std::int64_t>(&value.data);
    std::string text = integer != nullptr && name == "year"
                           ? std::to_string(*integer)  // a name, not an amount: no "2,018"
                           : std::visit(ValueText{answer.zone}, value.data);
    if (!text.empty()) {  // an empty list
      facts.push_back({words_of(name), std::move(text)});
    }
  }
  return facts;
}

}  // namespace till::engine
