/// \file
/// State: what a fitted model has learned, as named plain values that can be kept in a file.
///
/// A model writes its numbers, texts and bytes under names of its own and reads them back; how they
/// become a file is nobody's business here (the engine writes CBOR). Entries keep their order.
///
///     State state;                              StateReader read(state, "level_model");
///     state.set("level", level_);               model.level_ = read.positive("level");
///     state.set("months", std::move(effects));  read.fill("months", model.effects_, -50.0, 50.0);
///     return state;                             TILL_TRY(read.finish());
///
/// A reader trusts nothing: what is missing, of another kind or out of its bounds makes `finish` an
/// error, and a harmless value stands in for it until then.
///
/// Layer:   models (core).   Threads: plain data.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "till/core/result.hpp"

namespace till::models {

class State {
 public:
  /// Bytes that only their writer understands.
  struct Bytes {
    std::string bytes;
    friend bool operator==(const Bytes&, const Bytes&) = default;
  };

  using Numbers = std::vector<double>;
  using Texts = std::vector<std::string>;
  using States = std::vector<State>;
  using Value = std::variant<double, std::string, Bytes, Numbers, Texts, States>;
  struct Entry;

  State();
  State(const State&);
  State(State&&) noexcept;
  State& operator=(const State&);
  State& operator=(State&&) noexcept;
  ~State();

  /// Appends an entry; names are not looked at twice.
  void set(std::string name, Value value);
  void set(std::string name, State state);
  void set_numbers(std::string name, std::span<const double> numbers);

  /// Returns the first value of a name, or null.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;

  [[nodiscard]] std::span<const Entry> entries() const noexcept;

  friend bool operator==(const State& a, const State& b);

 private:
  std::vector<Entry> entries_;
};

struct State::Entry {
  std::string name;
  Value value;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Reads a state entry by entry.
class StateReader {
 public:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  /// \param owner  whose state it is; begins messages.
  StateReader(const State& state, std::string_view owner) : state_(state), owner_(owner) {}

  /// Returns a finite number in [low, high].
  [[nodiscard]] double number(std::string_view name,
                              double low = -kInfinity,
                              double high = kInfinity);

  /// Returns a finite number > 0.
  [[nodiscard]] double positive(std::string_view name);

  /// Returns any number of finite numbers in [low, high].
  [[nodiscard]] std::vector<double> numbers(std::string_view name,
                                            double low = -kInfinity,
                                            double high = kInfinity);

  /// Reads as many numbers as there is room for.
  void fill(std::string_view name,
            std::span<double> out,
            double low = -kInfinity,
            double high = kInfinity);

  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);
  [[nodiscard]] std::string bytes(std::string_view name);
  [[nodiscard]] std::vector<State> states(std::string_view name);
  /// Returns the one state of a name.
  [[nodiscard]] State state(std::string_view name);

  /// Says that an entry is not what it must be.
  void refuse(std::string_view name, std::string_view condition);

  /// Keeps the error of a part that was read by others.
  template <typename T>
  [[nodiscard]] T part(Result<T> read, T otherwise) {
    if (read) {
      return std::move(*read);
    }
    keep(read.error());
    return otherwise;
  }

  /// Errors: `CorruptFile` naming the first entry that was missing or wrong.
  [[nodiscard]] Result<void> finish() const;

 private:
  template <typename T>
  const T* find(std::string_view name, std::string_view kind);
  void keep(const Error& error);

  const State& state_;
  std::string_view owner_;
  std::optional<Error> error_;
};

}  // namespace till::models
