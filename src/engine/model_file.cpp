#include "till/engine/model_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <utility>

#include "fields.hpp"
#include "wording.hpp"
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "till/engine/version.hpp"

namespace till::engine {

namespace {

using models::State;
using models::StateReader;
using Json = nlohmann::ordered_json;

// magic (8) | format (4, little-endian) | size of the body (8) | body: CBOR | SHA-256 of all before
constexpr std::string_view kMagic("till\r\n\x1A\0", 8);
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHead = 20;
constexpr std::size_t kHash = 32;
constexpr std::size_t kDeepest = 16;  // lists and parts within each other
constexpr std::uintmax_t kLargest = std::uintmax_t{1} << 28;

std::string sha256(std::string_view bytes) {
  std::string digest(kHash, '\0');
  unsigned int size = 0;
  EVP_Digest(bytes.data(),
             bytes.size(),
             reinterpret_cast<unsigned char*>(digest.data()),  // NOLINT(*-reinterpret-cast)
             &size,
             EVP_sha256(),
             nullptr);
  return digest;
}

void append_little_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xFFU);
  }
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

// --- a state as CBOR

Json json_of(const State& state);

struct ToJson {
  Json operator()(double v) const { return v; }

  Json operator()(const std::string& v) const { return v; }

  Json operator()(const State::Bytes& v) const {
    return Json::binary({v.bytes.begin(), v.bytes.end()});
  }

  Json operator()(const State::Numbers& v) const { return v; }

  Json operator()(const State::Texts& v) const { return v; }

  Json operator()(const State::States& v) const {
    Json list = Json::array();
    for (const State& state : v) {
      list.push_back(json_of(state));
    }
    return list;
  }
};

Json json_of(const State& state) {
  Json object = Json::object();
  for (const State::Entry& entry : state.entries()) {
    object[entry.name] = std::visit(ToJson(), entry.value);
  }
  return object;
}

/// Builds a state from CBOR as it is read; refuses what no state holds. A state is an object whose
/// values are numbers, texts, bytes, or lists of one kind: numbers, texts, states.
class StateBuilder : public nlohmann::json_sax<Json> {
 public:
  [[nodiscard]] State take() { return std::move(root_); }

  [[nodiscard]] bool is_done() const { return is_done_; }

  bool null() override { return false; }

  bool boolean(bool /*value*/) override { return false; }

  bool number_integer(number_integer_t value) override { return add(static_cast<double>(value)); }

  bool number_unsigned(number_unsigned_t value) override { return add(static_cast<double>(value)); }

  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }

  bool string(string_t& value) override { return add(std::move(value)); }

  bool binary(binary_t& value) override {
    return !open_.empty() && !list_ && set(State::Bytes{std::string(value.begin(), value.end())});
  }

  bool start_object(std::size_t /*size*/) override {
    if (is_done_ || open_.size() >= kDeepest || (!open_.empty() && !list_)) {
      return false;
    }
    if (list_) {
      if (!is_list_of<State::States>()) {
        return false;
      }
      lists_.push_back(std::move(*list_));
      list_.reset();
    }
    open_.emplace_back();
    return true;
  }

  bool key(string_t& name) override {
    open_.back().name = name;
    return true;
  }

  bool end_object() override {
    State finished = std::move(open_.back().state);
    open_.pop_back();
    if (open_.empty()) {
      root_ = std::move(finished);
      is_done_ = true;
      return true;
    }
    list_ = std::move(lists_.back());
    lists_.pop_back();
    std::get<State::States>(*list_).push_back(std::move(finished));
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (open_.empty() || list_) {
      return false;
    }
    list_ = State::States();  // of another kind once there is an element
    return true;
  }

  bool end_array() override {
    State::Value finished = std::move(*list_);
    list_.reset();
    return set(std::move(finished));
  }

  bool parse_error(std::size_t /*position*/,
                   const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return false;
  }

 private:
  struct Open {
    std::string name;
    State state;
  };

  /// Makes an empty list one of this kind; returns whether it is.
  template <typename List>
  bool is_list_of() {
    const auto* states = std::get_if<State::States>(&*list_);
    if (states != nullptr && states->empty()) {
      list_ = List();
    }
    return std::holds_alternative<List>(*list_);
  }

  bool set(State::Value value) {
    open_.back().state.set(open_.back().name, std::move(value));
    return true;
  }

  template <typename T>
  bool add(T value) {
    if (open_.empty()) {
      return false;
    }
    if (!list_) {
      return set(std::move(value));
    }
    if (!is_list_of<std::vector<T>>()) {
      return false;
    }
    std::get<std::vector<T>>(*list_).push_back(std::move(value));
    return true;
  }

  std::vector<Open> open_;
  std::vector<State::Value> lists_;   // that objects within them have interrupted
  std::optional<State::Value> list_;  // being read
  State root_;
  bool is_done_ = false;
};

// --- the body as a state

State state_of(const TrainingScore& score) {
  State state;
  state.set("month", to_string(score.month));
  state.set("customers", static_cast<double>(score.customers));
  state.set("actual", score.actual);
  state.set("predicted", score.predicted);
  state.set("poisson_deviance", score.poisson_deviance);
  state.set("log_score", score.log_score);
  state.set("crps", score.crps);
  return state;
}

constexpr double kManyCustomers = 9e15;

/// \param days  that stand in for a month; 0: it is one of the calendar.
PanelMonth month_in(StateReader& read, std::string_view name, std::int32_t days) {
  const std::string text = read.text(name);
  if (days > 0) {
    const Result<Instant> first = parse_instant(text, TimeZone());
    if (!first) {
      read.refuse(name, "a date");
    }
    return {TimeZone().local(first.value_or(Instant())).date, days};
  }
  const Result<Month> month = parse_month(text);
  if (!month) {
    read.refuse(name, "a month");
    return {};
  }
  return *month;
}

Result<TrainingScore> score_of(const State& state, std::int32_t month_days) {
  StateReader read(state, "scores");
  TrainingScore score;
  score.month = month_in(read, "month", month_days);
  score.customers = static_cast<std::int64_t>(read.number("customers", 0.0, kManyCustomers));
  score.actual = read.number("actual");
  score.predicted = read.number("predicted");
  score.poisson_deviance = read.number("poisson_deviance");
  score.log_score = read.number("log_score");
  score.crps = read.number("crps");
  TILL_TRY(read.finish());
  return score;
}

State body_of(const ModelFile& file) {
  State body;
  body.set("model", file.model);
  body.set("purpose", std::string(file.purpose == Purpose::Predict ? "predict" : "forecast"));
  body.set("till_version", file.till_version);
  body.set("seed", std::to_string(file.seed));
  body.set("cutoff", to_string(file.cutoff));
  body.set("time_zone", file.zone.name());
  body.set("transaction", file.transaction);
  body.set("returns", *Codec<log::Counting::Returns>::text(file.returns));
  body.set("time_unit", file.time_unit);
  body.set("cutoff_is_last_day", file.cutoff_is_last_day ? 1.0 : 0.0);
  if (file.month_days > 0) {
    body.set("month_days", static_cast<double>(file.month_days));
  }
  if (!file.features.empty()) {
    body.set("features", file.features);
  }
  body.set("fingerprint", file.fingerprint);
  body.set("customers", static_cast<double>(file.customers));
  body.set("first_month", to_string(file.first_month));
  body.set("monthly", file.monthly);
  State::States scores;
  for (const TrainingScore& score : file.scores) {
    scores.push_back(state_of(score));
  }
  body.set("scores", std::move(scores));
  body.set("warnings", file.warnings);
  body.set("state", file.state);
  return body;
}

Result<ModelFile> file_of(const State& body) {
  StateReader read(body, "model file");
  ModelFile file;
  file.model = read.text("model");
  const std::string purpose = read.text("purpose");
  if (purpose != "predict" && purpose != "forecast") {
    read.refuse("purpose", "predict or forecast");
  }
  file.purpose = purpose == "predict" ? Purpose::Predict : Purpose::Forecast;
  file.till_version = read.text("till_version");
  file.seed = std::strtoll(read.text("seed").c_str(), nullptr, 10);
  const Result<Instant> cutoff = parse_instant(read.text("cutoff"), TimeZone());
  const Result<TimeZone> zone = TimeZone::find(read.text("time_zone"));
  if (!cutoff) {
    read.refuse("cutoff", "an instant");
  }
  if (!zone) {
    read.refuse("time_zone", "a zone of the tz database");
  }
  file.cutoff = cutoff.value_or(Instant());
  file.zone = zone.value_or(TimeZone());
  file.transaction = read.text("transaction");
  const std::string returns = read.text("returns");
  bool is_known = false;
  for (const auto& [word, value] : Words<log::Counting::Returns>::kAll) {
    if (returns == word) {
      file.returns = value;
      is_known = true;
    }
  }
  if (!is_known) {
    read.refuse("returns", "count, drop or subtract");
  }
  file.time_unit = read.text("time_unit");
  file.cutoff_is_last_day = read.number("cutoff_is_last_day", 0.0, 1.0) == 1.0;
  if (body.find("month_days") != nullptr) {
    file.month_days =
        static_cast<std::int32_t>(read.number("month_days", kFewestMonthDays, kMostMonthDays));
  }
  if (body.find("features") != nullptr) {
    file.features = read.text("features");
  }
  file.fingerprint = read.text("fingerprint");
  file.customers = static_cast<std::int64_t>(read.number("customers", 0.0, kManyCustomers));
  file.first_month = month_in(read, "first_month", file.month_days);
  file.monthly = read.numbers("monthly", 0.0);
  file.warnings = read.texts("warnings");
  file.state = read.state("state");
  for (const State& score : read.states("scores")) {
    file.scores.push_back(read.part(score_of(score, file.month_days), TrainingScore()));
  }
  TILL_TRY(read.finish());
  return file;
}

Error corrupt(std::string_view name, std::string_view what, std::string_view remedy) {
  return {ErrorCode::CorruptFile, std::string(name) + " " + std::string(what), std::string(remedy)};
}

}  // namespace

std::string to_bytes(const ModelFile& file) {
  std::string body;
  Json::to_cbor(json_of(body_of(file)), body);
  return with_body(body, kFormat);
}

std::string with_body(std::string_view body, std::uint32_t format) {
  std::string bytes(kMagic);
  append_little_endian(bytes, format, 4);
  append_little_endian(bytes, body.size(), 8);
  bytes += body;
  return bytes + sha256(bytes);
}

Result<ModelFile> model_file_of(std::string_view bytes, std::string_view name) {
  if (!bytes.starts_with(kMagic.substr(0, std::min(bytes.size(), kMagic.size()))) ||
      bytes.empty()) {
    return corrupt(
        name, "is no model file of till", "`till fit LOG --model auto --out shop.till` makes one");
  }
  if (bytes.size() < kHead + kHash ||
      little_endian(bytes.substr(12, 8)) > bytes.size() - kHead - kHash) {
    return corrupt(name, "is cut short", "copy it again, or fit the model again");
  }
  const std::string_view hashed = bytes.substr(0, bytes.size() - kHash);
  if (sha256(hashed) != bytes.substr(bytes.size() - kHash)) {
    return corrupt(name,
                   "is damaged: its SHA-256 is not that of its bytes",
                   "copy it again, or fit the model again");
  }
  if (little_endian(bytes.substr(8, 4)) > kFormat) {
    return Error{ErrorCode::Unsupported,
                 std::string(name) + " was made by a newer till: its format is " +
                     std::to_string(little_endian(bytes.substr(8, 4))) + ", this till knows " +
                     std::to_string(kFormat),
                 "use that till, or fit the model again with this one"};
  }
  StateBuilder builder;
  const std::string_view body = hashed.substr(kHead);
  if (!Json::sax_parse(body, &builder, Json::input_format_t::cbor) || !builder.is_done()) {
    return corrupt(name, "holds no saved model", "fit the model again");
  }
  Result<ModelFile> file = file_of(builder.take());
  if (!file) {
    return Error{
        file.error().code, std::string(name) + ": " + file.error().message, file.error().remedy};
  }
  return file;
}

Result<ModelFile> read_model_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!file || error) {
    return Error{ErrorCode::NotFound,
                 "model_file: " + in_quotes(path) + " cannot be read",
                 "`till fit LOG --model auto --out " + path + "` makes a model file"};
  }
  if (size > kLargest) {
    return corrupt(in_quotes(path), "is no model file of till: it is too large", "");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return model_file_of(bytes, in_quotes(path));
}

}  // namespace till::engine
