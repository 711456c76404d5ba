#include "till/history/features.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

#include "till/core/nearest.hpp"

namespace till::history {

namespace {

constexpr std::array<std::string_view, 5> kAggregates = {"avg", "count", "max", "min", "sum"};
constexpr std::array<std::string_view, 15> kFunctions = {"abs",
                                                         "avg",
                                                         "ceil",
                                                         "coalesce",
                                                         "count",
                                                         "exp",
                                                         "floor",
                                                         "greatest",
                                                         "least",
                                                         "ln",
                                                         "max",
                                                         "min",
                                                         "nullif",
                                                         "sqrt",
                                                         "sum"};
constexpr std::array<std::string_view, 13> kKeywords = {"and",
                                                        "between",
                                                        "case",
                                                        "distinct",
                                                        "else",
                                                        "end",
                                                        "in",
                                                        "is",
                                                        "not",
                                                        "null",
                                                        "or",
                                                        "then",
                                                        "when"};
constexpr std::string_view kOneLetter = "+-*/=<>(),";

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(
      out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Takes an expression apart, and writes it anew.
class Writer {
 public:
  Writer(warehouse::Statement& statement,
         const log::Log& log,
         const FeatureDeclaration& feature,
         std::string_view local_time)
      : statement_(statement), log_(log), feature_(feature), local_time_(local_time) {}

  Result<void> write() {
    statement_.add("CAST((");
    rest_ = feature_.sql;
    while (true) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
      if (rest_.empty()) {
        break;
      }
      TILL_TRY(write_one());
      statement_.add(" ");
    }
    if (depth_ != 0) {
      return wrong("has a parenthesis that is not closed");
    }
    if (!aggregates_) {
      return wrong("is no aggregate of a month's rows, but must call avg, count, max, min or sum");
    }
    statement_.add(") AS DOUBLE PRECISION)");
    return {};
  }

 private:
  [[nodiscard]] Error wrong(const std::string& what, std::string remedy = "") const {
    return {ErrorCode::InvalidArgument,
            "features: the sql of " + feature_.name + ", " + in_quotes(feature_.sql) + ", " + what,
            std::move(remedy)};
  }

  /// Returns the bytes of the next character in UTF-8.
  [[nodiscard]] std::size_t character_size() const {
    std::size_t size = 1;
    while (size < rest_.size() && (static_cast<unsigned char>(rest_[size]) & 0xC0U) == 0x80U) {
      ++size;
    }
    return size;
  }

  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  Result<void> write_one() {
    const char c = rest_.front();
    if (is_letter(c)) {
      std::size_t size = 1;
      while (size < rest_.size() && (is_letter(rest_[size]) || is_digit(rest_[size]))) {
        ++size;
      }
      return write_word(take(size));
    }
    if (is_digit(c)) {
      std::size_t size = 1;
      while (size < rest_.size() && (is_digit(rest_[size]) || rest_[size] == '.')) {
        ++size;
      }
      const std::string_view number = take(size);
      if (std::ranges::count(number, '.') > 1 || number.back() == '.') {
        return wrong("has " + in_quotes(number) + ", but must have a number there");
      }
      statement_.add(number);
      return {};
    }
    if (c == '\'' || c == '"') {
      return write_quoted(c);
    }
    for (const std::string_view two : {"<>", "<=", ">="}) {
      if (rest_.starts_with(two)) {
        statement_.add(take(2));
        return {};
      }
    }
    if (kOneLetter.find(c) == std::string_view::npos) {
      return wrong(
          "has " + in_quotes(rest_.substr(0, character_size())) + ", which is not known there",
          "names of columns with other letters than a-z stand in double quotes");
    }
    depth_ += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth_ < 0) {
      return wrong("closes a parenthesis that is not open");
    }
    // A comment in one of the databases.
    const bool is_comment = rest_.starts_with("--") || rest_.starts_with("/*");
    if (is_comment) {
      return wrong("has " + in_quotes(rest_.substr(0, 2)) + ", which is not known there");
    }
    const std::string_view symbol = take(1);
    // One of the databases divides whole numbers into whole numbers.
    statement_.add(c == '/' ? "* 1e0 /" : symbol);
    return {};
  }

  Result<void> write_quoted(char quote) {
    std::string text;
    std::size_t at = 1;
    for (; at < rest_.size(); ++at) {
      if (rest_[at] != quote) {
        text += rest_[at];
      } else if (at + 1 < rest_.size() && rest_[at + 1] == quote) {
        text += quote;
        ++at;
      } else {
        break;
      }
    }
    if (at >= rest_.size()) {
      return wrong("has a quote that is not closed");
    }
    take(at + 1);
    if (quote == '"') {
      return write_column(text, true);
    }
    statement_.bind(text);
    return {};
  }

  Result<void> write_word(std::string_view word) {
    const std::string known = lower(word);
    const bool is_call =
        rest_.substr(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())).starts_with('(');
    if (std::ranges::find(kKeywords, known) != kKeywords.end()) {
      statement_.add(known);
      return {};
    }
    if (is_call) {
      if (std::ranges::find(kFunctions, known) == kFunctions.end()) {
        const std::vector<std::string> functions(kFunctions.begin(), kFunctions.end());
        return wrong("calls " + std::string(word) + ", which is not known",
                     did_you_mean(nearest(known, functions), "the guide lists the functions"));
      }
      aggregates_ = aggregates_ || std::ranges::find(kAggregates, known) != kAggregates.end();
      statement_.add(known);
      return {};
    }
    return write_column(word, false);
  }

  /// \param is_quoted  the name is of a column, whatever else it means.
  Result<void> write_column(std::string_view name, bool is_quoted) {
    if (!is_quoted && (name == "hour" || name == "weekday")) {
      statement_.add("extract(").add(name == "hour" ? "hour" : "isodow").add(" FROM ");
      statement_.add(local_time_).add(")");
      return {};
    }
    if (name == "amount" && log_.has_amount()) {
      statement_.add("(CAST(r.amount AS DOUBLE PRECISION) / 10000)");
      return {};
    }
    if ((name == "quantity" && log_.has_quantity()) || name == "product_key") {
      statement_.add("r.").add(name);
      return {};
    }
    std::vector<std::string> columns = {"hour", "weekday", "product_key"};
    for (const log::ExtraColumn& column : log_.extra_columns()) {
      if (column.name == name) {
        statement_.add("r.").add_name(name);
        return {};
      }
      columns.push_back(column.name);
    }
    if (log_.has_amount()) {
      columns.emplace_back("amount");
    }
    if (log_.has_quantity()) {
      columns.emplace_back("quantity");
    }
    return Error{ErrorCode::NotFound,
                 "features: the sql of " + feature_.name + " reads " + in_quotes(name) +
                     ", which is no column of the log",
                 did_you_mean(nearest(name, columns), "till describe lists the columns")};
  }

  warehouse::Statement& statement_;
  const log::Log& log_;
  const FeatureDeclaration& feature_;
  std::string_view local_time_;
  std::string_view rest_;
  int depth_ = 0;
  bool aggregates_ = false;
};

}  // namespace

std::span<const std::string_view> feature_functions() {
  return kFunctions;
}

Result<void> add_feature(warehouse::Statement& statement,
                         const log::Log& log,
                         const FeatureDeclaration& feature,
                         std::string_view local_time) {
  return Writer(statement, log, feature, local_time).write();
}

}  // namespace till::history
