#include "features_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "wording.hpp"
#include <toml++/toml.h>

#include "till/core/nearest.hpp"

namespace till::engine {

namespace {

using history::FeatureDeclaration;

constexpr std::array<std::pair<std::string_view, Take>, 5> kTakes = {{{"sum", Take::Sum},
                                                                      {"mean", Take::Mean},
                                                                      {"minimum", Take::Minimum},
                                                                      {"maximum", Take::Maximum},
                                                                      {"last", Take::Last}}};
constexpr std::int64_t kLongestWindow = 120;  // months
constexpr std::size_t kMostColumns = 200;

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

/// Reads one table.
class FeatureReader {
 public:
  explicit FeatureReader(std::string_view file_name) : file_name_(file_name) {}

  [[nodiscard]] Error wrong(const toml::node& node,
                            const std::string& what,
                            std::string remedy = "") const {
    return {ErrorCode::InvalidArgument,
            std::string(file_name_) + ":" + std::to_string(node.source().begin.line) + ": " + what,
            std::move(remedy)};
  }

  [[nodiscard]] Result<FeatureDeclaration> read(const toml::table& table) const {
    FeatureDeclaration feature{.name = "", .sql = "", .windows = {1, 3, 12}};
    for (const auto& [key, node] : table) {
      if (key == "name") {
        TILL_ASSIGN(feature.name, text_of(node, "name"));
      } else if (key == "sql") {
        TILL_ASSIGN(feature.sql, text_of(node, "sql"));
      } else if (key == "take") {
        TILL_ASSIGN(feature.take, take_of(node));
      } else if (key == "windows") {
        TILL_ASSIGN(feature.windows, windows_of(node));
      } else {
        const std::vector<std::string> known = {"name", "sql", "take", "windows"};
        return wrong(node,
                     std::string(key.str()) + " is nothing that a feature has",
                     did_you_mean(nearest(key.str(), known), "it has " + enumerated(known)));
      }
    }
    if (!is_name(feature.name)) {
      return wrong(table,
                   "the name of a feature is " + in_quotes(feature.name) +
                       ", but must be letters, digits and underscores");
    }
    if (feature.sql.empty()) {
      return wrong(table, "the feature " + feature.name + " has no sql", "sql = \"sum(amount)\"");
    }
    return feature;
  }

 private:
  [[nodiscard]] Result<std::string> text_of(const toml::node& node, std::string_view key) const {
    const toml::value<std::string>* text = node.as_string();
    if (text == nullptr) {
      return wrong(node, std::string(key) + " must be a text");
    }
    return text->get();
  }

  [[nodiscard]] Result<Take> take_of(const toml::node& node) const {
    TILL_ASSIGN(const std::string text, text_of(node, "take"));
    std::vector<std::string> words;
    for (const auto& [word, take] : kTakes) {
      if (text == word) {
        return take;
      }
      words.emplace_back(word);
    }
    return wrong(node,
                 "take is " + in_quotes(text) + ", but must be one of " + enumerated(words),
                 did_you_mean(nearest(text, words), ""));
  }

  [[nodiscard]] Result<std::vector<std::int32_t>> windows_of(const toml::node& node) const {
    std::vector<std::int32_t> windows;
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& each : *array) {
        const std::int64_t months = each.value_or(std::int64_t{0});
        const bool is_new =
            std::ranges::find(windows, static_cast<std::int32_t>(months)) == windows.end();
        if (!each.is_integer() || months < 1 || months > kLongestWindow || !is_new) {
          windows.clear();
          break;
        }
        windows.push_back(static_cast<std::int32_t>(months));
      }
    }
    if (windows.empty()) {
      return wrong(node,
                   "windows must be a list of different numbers of months from 1 to " +
                       std::to_string(kLongestWindow),
                   "windows = [1, 3, 12]");
    }
    return windows;
  }

  std::string_view file_name_;
};

}  // namespace

Result<std::vector<FeatureDeclaration>> features_of(std::string_view text,
                                                    std::string_view file_name) {
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return Error{ErrorCode::InvalidData,
                 std::string(file_name) + ":" + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()),
                 "see https://toml.io for how values are written"};
  }
  const FeatureReader reader(file_name);
  std::vector<FeatureDeclaration> features;
  std::size_t columns = 0;
  for (const auto& [key, node] : root) {
    const toml::array* tables = node.as_array();
    if (key != "feature" || tables == nullptr) {
      return reader.wrong(node,
                          std::string(key.str()) +
                              (key == "feature" ? " must be a list of tables" : " is not known"),
                          "declare features as [[feature]]");
    }
    for (const toml::node& each : *tables) {
      const toml::table* table = each.as_table();
      if (table == nullptr) {
        return reader.wrong(each, "a feature must be a table", "declare features as [[feature]]");
      }
      TILL_ASSIGN(FeatureDeclaration feature, reader.read(*table));
      if (std::ranges::find(features, feature.name, &FeatureDeclaration::name) != features.end()) {
        return reader.wrong(*table, "the feature " + feature.name + " is declared twice");
      }
      columns += feature.windows.size();
      if (columns > kMostColumns) {
        return reader.wrong(*table,
                            "the features have more than " + std::to_string(kMostColumns) +
                                " windows together, but must have fewer");
      }
      features.push_back(std::move(feature));
    }
  }
  return features;
}

Result<std::string> features_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || std::filesystem::is_directory(path, error)) {
    return Error{ErrorCode::NotFound, "features: " + in_quotes(path) + " cannot be read", ""};
  }
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace till::engine
