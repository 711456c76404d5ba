#include "till/models/state.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace till::models {

State::State() = default;
State::State(const State&) = default;
State::State(State&&) noexcept = default;
State& State::operator=(const State&) = default;
State& State::operator=(State&&) noexcept = default;
State::~State() = default;

void State::set(std::string name, Value value) {
  entries_.push_back({std::move(name), std::move(value)});
}

void State::set(std::string name, State state) {
  States one;
  one.push_back(std::move(state));
  set(std::move(name), Value(std::move(one)));
}

void State::set_numbers(std::string name, std::span<const double> numbers) {
  set(std::move(name), Value(Numbers(numbers.begin(), numbers.end())));
}

const State::Value* State::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : &found->value;
}

std::span<const State::Entry> State::entries() const noexcept {
  return entries_;
}

bool operator==(const State& a, const State& b) {
  return std::ranges::equal(a.entries_, b.entries_);
}

void StateReader::keep(const Error& error) {
  if (!error_) {
    error_ = error;
  }
}

void StateReader::refuse(std::string_view name, std::string_view condition) {
  keep({ErrorCode::CorruptFile,
        std::string(owner_) + ": " + std::string(name) + " of the saved model must be " +
            std::string(condition),
        "fit the model again"});
}

template <typename T>
const T* StateReader::find(std::string_view name, std::string_view kind) {
  const State::Value* value = state_.find(name);
  const T* found = value == nullptr ? nullptr : std::get_if<T>(value);
  if (found == nullptr) {
    refuse(name, kind);
  }
  return found;
}

double StateReader::number(std::string_view name, double low, double high) {
  const double* found = find<double>(name, "a number");
  if (found == nullptr) {
    return std::clamp(0.0, low, high);
  }
  if (!std::isfinite(*found) || *found < low || *found > high) {
    refuse(name, "a number within its bounds");
    return std::clamp(0.0, low, high);
  }
  return *found;
}

double StateReader::positive(std::string_view name) {
  const double* found = find<double>(name, "a number > 0");
  if (found == nullptr || !(std::isfinite(*found) && *found > 0.0)) {
    refuse(name, "a number > 0");
    return 1.0;
  }
  return *found;
}

std::vector<double> StateReader::numbers(std::string_view name, double low, double high) {
  const State::Value* value = state_.find(name);
  // An empty list tells nothing of its kind.
  if (value != nullptr && std::holds_alternative<State::States>(*value) &&
      std::get<State::States>(*value).empty()) {
    return {};
  }
  const State::Numbers* found = find<State::Numbers>(name, "a list of numbers");
  if (found == nullptr) {
    return {};
  }
  const bool sound = std::ranges::all_of(
      *found, [&](double v) { return std::isfinite(v) && v >= low && v <= high; });
  if (!sound) {
    refuse(name, "numbers within their bounds");
    return {};
  }
  return *found;
}

void StateReader::fill(std::string_view name, std::span<double> out, double low, double high) {
  const std::vector<double> found = numbers(name, low, high);
  if (found.size() != out.size()) {
    refuse(name, std::to_string(out.size()) + " numbers");
    std::ranges::fill(out, std::clamp(1.0, low, high));
    return;
  }
  std::ranges::copy(found, out.begin());
}

std::string StateReader::text(std::string_view name) {
  const std::string* found = find<std::string>(name, "a text");
  return found == nullptr ? std::string() : *found;
}

std::vector<std::string> StateReader::texts(std::string_view name) {
  const State::Value* value = state_.find(name);
  if (value != nullptr && std::holds_alternative<State::States>(*value) &&
      std::get<State::States>(*value).empty()) {
    return {};
  }
  const State::Texts* found = find<State::Texts>(name, "a list of texts");
  return found == nullptr ? State::Texts() : *found;
}

std::string StateReader::bytes(std::string_view name) {
  const State::Bytes* found = find<State::Bytes>(name, "bytes");
  return found == nullptr ? std::string() : found->bytes;
}

std::vector<State> StateReader::states(std::string_view name) {
  const State::States* found = find<State::States>(name, "a list of parts");
  return found == nullptr ? State::States() : *found;
}

State StateReader::state(std::string_view name) {
  const State::States* found = find<State::States>(name, "one part");
  if (found == nullptr || found->size() != 1) {
    refuse(name, "one part");
    return {};
  }
  return found->front();
}

Result<void> StateReader::finish() const {
  return error_ ? Result<void>(*error_) : Result<void>();
}

}  // namespace till::models
