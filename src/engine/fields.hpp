/// \file
/// Fields: ties each member of an Options struct to its Parameter.
///
/// The member's type gives the parameter its kind, its initialiser the default; name, help and
/// limits are said once, here or in shared_parameters.hpp:
///
///     const Fields<TopProductsOptions>& fields() {
///       static const Fields<TopProductsOptions> kFields = {
///           field(&TopProductsOptions::k, {.name = "k", .help = "Products shown.", .minimum = 1}),
///           field(&TopProductsOptions::window, window_parameter()),
///       };
///       return kFields;
///     }
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/nearest.hpp"
#include "till/core/result.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/command_options.hpp"
#include "till/engine/parameter.hpp"
#include "till/engine/session.hpp"
#include "till/engine/value.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"

namespace till::engine {

/// One text on its way into an option.
struct Reading {
  std::string_view function;  ///< Whose option it is; begins messages. Empty: anybody's.
  const Parameter& parameter;
  const Argument& argument;
  const TimeZone& zone;  ///< Of dates and times without a zone.
};

/// Returns `function: --k is "abc", but must be CONDITION`.
[[nodiscard]] Error bad_value(const Reading& reading,
                              std::string_view text,
                              std::string_view condition,
                              std::string remedy = "");

/// The words of an enumeration, for those that are options.
template <typename E>
struct Words;

template <>
struct Words<Duplicates> {
  static constexpr std::array kAll = {std::pair{"keep", Duplicates::Keep},
                                      std::pair{"drop", Duplicates::Drop}};
};

template <>
struct Words<log::Counting::Returns> {
  static constexpr std::array kAll = {std::pair{"count", log::Counting::Returns::Count},
                                      std::pair{"drop", log::Counting::Returns::Drop},
                                      std::pair{"subtract", log::Counting::Returns::Subtract}};
};

template <>
struct Words<Format> {
  static constexpr std::array kAll = {std::pair{"table", Format::Table},
                                      std::pair{"csv", Format::Csv},
                                      std::pair{"json", Format::Json},
                                      std::pair{"parquet", Format::Parquet}};
};

template <>
struct Words<LogLevel> {
  static constexpr std::array kAll = {std::pair{"trace", LogLevel::Trace},
                                      std::pair{"debug", LogLevel::Debug},
                                      std::pair{"info", LogLevel::Info},
                                      std::pair{"warning", LogLevel::Warning},
                                      std::pair{"error", LogLevel::Error},
                                      std::pair{"off", LogLevel::Off}};
};

/// How one type of option is read from a text and written back.
///
/// kKind; parse(text, reading) -> Result<T>; text(T) -> what a user would say, or nullopt for
/// "nothing was said"; value(T) -> the same for an answer's parameters.
template <typename T>
struct Codec;

template <>
struct Codec<bool> {
  static constexpr Kind kKind = Kind::Switch;
  static Result<bool> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(bool v) { return v ? "true" : "false"; }

  static Value value(bool v) { return v; }
};

template <>
struct Codec<std::int64_t> {
  static constexpr Kind kKind = Kind::Integer;
  static Result<std::int64_t> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(std::int64_t v) { return std::to_string(v); }

  static Value value(std::int64_t v) { return v; }
};

template <>
struct Codec<double> {
  static constexpr Kind kKind = Kind::Real;
  static Result<double> parse(std::string_view text, const Reading& reading);
  static std::optional<std::string> text(double v);

  static Value value(double v) { return v; }
};

template <>
struct Codec<std::string> {
  static constexpr Kind kKind = Kind::Text;

  static Result<std::string> parse(std::string_view text, const Reading& /*reading*/) {
    return std::string(text);
  }

  static std::optional<std::string> text(const std::string& v) {
    return v.empty() ? std::nullopt : std::optional(v);
  }

  static Value value(const std::string& v) { return v.empty() ? Value() : Value(v); }
};

template <>
struct Codec<Instant> {
  static constexpr Kind kKind = Kind::Instant;
  static Result<Instant> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(Instant v) { return to_string(v); }

  static Value value(Instant v) { return v; }
};

template <>
struct Codec<Date> {
  static constexpr Kind kKind = Kind::Instant;
  static Result<Date> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(const Date& v) { return to_string(v); }

  static Value value(const Date& v) { return to_string(v); }
};

template <>
struct Codec<Month> {
  static constexpr Kind kKind = Kind::Month;
  static Result<Month> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(Month v) { return to_string(v); }

  static Value value(Month v) { return to_string(v); }
};

template <>
struct Codec<Period> {
  static constexpr Kind kKind = Kind::Period;
  static Result<Period> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(const Period& v) { return to_string(v); }

  static Value value(const Period& v) { return to_string(v); }
};

template <>
struct Codec<TimeZone> {
  static constexpr Kind kKind = Kind::TimeZone;
  static Result<TimeZone> parse(std::string_view text, const Reading& reading);

  static std::optional<std::string> text(const TimeZone& v) { return v.name(); }

  static Value value(const TimeZone& v) { return v.name(); }
};

template <>
struct Codec<log::ColumnMapping> {
  static constexpr Kind kKind = Kind::Text;
  static Result<log::ColumnMapping> parse(std::string_view text, const Reading& reading);
  static std::optional<std::string> text(const log::ColumnMapping& v);
  static Value value(const log::ColumnMapping& v);
};

template <>
struct Codec<RejectLimit> {
  static constexpr Kind kKind = Kind::Text;
  static Result<RejectLimit> parse(std::string_view text, const Reading& reading);
  static std::optional<std::string> text(const RejectLimit& v);
  static Value value(const RejectLimit& v);
};

template <typename E>
  requires requires { Words<E>::kAll; }
struct Codec<E> {
  static constexpr Kind kKind = Kind::Choice;

  static Result<E> parse(std::string_view text, const Reading& reading) {
    for (const auto& [word, value] : Words<E>::kAll) {
      if (text == word) {
        return value;
      }
    }
    std::string condition = "one of ";
    for (std::size_t i = 0; i < reading.parameter.choices.size(); ++i) {
      condition += (i == 0 ? "" : ", ") + reading.parameter.choices[i];
    }
    return bad_value(
        reading, text, condition, did_you_mean(nearest(text, reading.parameter.choices, 1), ""));
  }

  static std::optional<std::string> text(E v) {
    for (const auto& [word, value] : Words<E>::kAll) {
      if (v == value) {
        return word;
      }
    }
    return std::nullopt;
  }

  static Value value(E v) { return text(v).value_or(""); }
};

template <typename T>
struct Codec<std::optional<T>> {
  static constexpr Kind kKind = Codec<T>::kKind;

  static Result<std::optional<T>> parse(std::string_view text, const Reading& reading) {
    TILL_ASSIGN(T value, Codec<T>::parse(text, reading));
    return std::optional<T>(std::move(value));
  }

  static std::optional<std::string> text(const std::optional<T>& v) {
    return v ? Codec<T>::text(*v) : std::nullopt;
  }

  static Value value(const std::optional<T>& v) { return v ? Codec<T>::value(*v) : Value(); }
};

/// One member of Options and its parameter.
template <typename Options>
struct Field {
  Parameter parameter;
  std::function<Result<void>(Options&, const Reading&)> read;
  std::function<Value(const Options&)> value;
  std::function<bool(const Options&)> is_default;
};

template <typename Options, typename T>
Field<Options> field(T Options::* member, Parameter parameter) {
  if (Codec<T>::kKind != Kind::Text) {
    parameter.kind = Codec<T>::kKind;  // a text may also be a file
  }
  parameter.default_text = Codec<T>::text(Options{}.*member);
  if constexpr (requires { Words<T>::kAll; }) {
    for (const auto& [word, value] : Words<T>::kAll) {
      parameter.choices.emplace_back(word);
    }
  }
  return {
      std::move(parameter),
      [member](Options& options, const Reading& reading) -> Result<void> {
        TILL_ASSIGN(options.*member, Codec<T>::parse(reading.argument.values.back(), reading));
        return {};
      },
      [member](const Options& options) { return Codec<T>::value(options.*member); },
      [member](const Options& options) {
        return Codec<T>::text(options.*member) == Codec<T>::text(Options{}.*member);
      },
  };
}

/// An enumeration that may be left open: its words belong to the enumeration.
template <typename Options, typename E>
  requires requires { Words<E>::kAll; }
Field<Options> field(std::optional<E> Options::* member, Parameter parameter) {
  for (const auto& [word, value] : Words<E>::kAll) {
    parameter.choices.emplace_back(word);
  }
  return field<Options, std::optional<E>>(member, std::move(parameter));
}

/// A list: each time the parameter is said adds to it.
template <typename Options>
Field<Options> field(std::vector<std::string> Options::* member, Parameter parameter) {
  parameter.repeatable = true;
  return {
      std::move(parameter),
      [member](Options& options, const Reading& reading) -> Result<void> {
        options.*member = reading.argument.values;
        return {};
      },
      [member](const Options& options) {
        List list;
        for (const std::string& text : options.*member) {
          list.emplace_back(text);
        }
        return Value(std::move(list));
      },
      [member](const Options& options) { return (options.*member).empty(); },
  };
}

/// All members of Options that are parameters, in the order of help and of JSON.
template <typename Options>
class Fields {
 public:
  Fields(std::initializer_list<Field<Options>> fields) : fields_(fields) {
    for (const Field<Options>& field : fields_) {
      parameters_.push_back(field.parameter);
    }
  }

  [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }

  /// Reads options; arguments that belong to other options are left alone.
  [[nodiscard]] Result<Options> read(std::string_view function,
                                     const Arguments& arguments,
                                     const TimeZone& zone) const {
    Options options;
    for (const Field<Options>& field : fields_) {
      const Argument* argument = arguments.find(field.parameter.name);
      if (argument == nullptr || argument->values.empty()) {
        continue;
      }
      TILL_TRY(field.read(options, {function, field.parameter, *argument, zone}));
    }
    return options;
  }

  [[nodiscard]] const std::vector<Field<Options>>& all() const noexcept { return fields_; }

  /// Returns the options as an answer tells them.
  [[nodiscard]] Object describe(const Options& options) const {
    Object object;
    for (const Field<Options>& field : fields_) {
      object.push_back({field.parameter.name, field.value(options)});
    }
    return object;
  }

 private:
  std::vector<Field<Options>> fields_;
  std::vector<Parameter> parameters_;
};

}  // namespace till::engine
