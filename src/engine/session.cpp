#include "till/engine/session.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <utility>

#include "fields.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/warehouse/uri.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::engine {

namespace fs = std::filesystem;
using warehouse::is_uri;
using warehouse::without_password;

namespace {

const Fields<SessionOptions>& fields() {
  static const Fields<SessionOptions> kFields = {
      field(
          &SessionOptions::sources,
          {.name = "sources",
           .kind = Kind::File,
           .group = Group::Source,
           .help = "A database made by till ingest, its URI, or log files: CSV, TSV, JSON lines or "
                   "Parquet, also compressed (gzip, zstd), several, as globs, or - for standard "
                   "input.",
           .placeholder = "SOURCE"}),
      [] {
        Parameter zone = time_zone_parameter();
        zone.group = Group::Reading;
        return field(&SessionOptions::time_zone, std::move(zone));
      }(),
      field(
          &SessionOptions::map,
          {.name = "map",
           .group = Group::Reading,
           .help =
               "Which columns hold customer, product, timestamp, amount and quantity, where their "
               "names do not say it.",
           .placeholder = "FIELD=COLUMN,...",
           .otherwise = "found by name"}),
      field(
          &SessionOptions::timestamp_format,
          {.name = "timestamp_format",
           .group = Group::Reading,
           .help =
               "How times are written, in the letters of strptime: %d-%m-%Y, %Y%m%d %H:%M, %s for "
               "epoch seconds.",
           .placeholder = "FORMAT",
           .otherwise = "found out; never guessed"}),
      field(&SessionOptions::source_time_zone,
            {.name = "source_time_zone",
             .group = Group::Reading,
             .help = "The zone of times that are written without one.",
             .placeholder = "ZONE",
             .otherwise = "as --time-zone"}),
      field(&SessionOptions::delimiter,
            {.name = "delimiter",
             .group = Group::Reading,
             .help = "What stands between columns: one character.",
             .placeholder = "CHARACTER",
             .otherwise = "found out"}),
      field(&SessionOptions::encoding,
            {.name = "encoding",
             .group = Group::Reading,
             .help = "How text files are encoded, as iconv names it: latin1, windows-1252, UTF-16.",
             .placeholder = "NAME",
             .otherwise = "UTF-8, or as the file's byte order mark says"}),
      field(&SessionOptions::duplicates,
            {.name = "duplicates",
             .group = Group::Reading,
             .help = "What becomes of rows that equal an earlier row in every column."}),
      field(
          &SessionOptions::max_rejected,
          {.name = "max_rejected",
           .group = Group::Reading,
           .help = "Stop when more rows than this cannot be read: a share such as 1%, or a count.",
           .placeholder = "SHARE|N",
           .otherwise = "no limit; they are counted"}),
      field(&SessionOptions::products,
            {.name = "products",
             .kind = Kind::File,
             .group = Group::Reading,
             .help = "A file of products: id, name and attributes to group by.",
             .placeholder = "FILE"}),
      field(&SessionOptions::product_name,
            {.name = "product_name",
             .group = Group::Reading,
             .help = "A column of the product file that is part of a product's name. May be given "
                     "several times; they are joined by spaces.",
             .placeholder = "COLUMN",
             .otherwise = "the column name"}),
      field(&SessionOptions::customers,
            {.name = "customers",
             .kind = Kind::File,
             .group = Group::Reading,
             .help = "A file of customers: id, name and attributes.",
             .placeholder = "FILE"}),
      field(&SessionOptions::table,
            {.name = "table",
             .group = Group::Reading,
             .help = "Read the log from this table of the database that is the source.",
             .placeholder = "TABLE"}),
      field(&SessionOptions::threads,
            {.name = "threads",
             .group = Group::Run,
             .help = "Threads of the database engine. Answers never depend on it.",
             .placeholder = "N",
             .otherwise = "one for each core",
             .minimum = 0,
             .maximum = 1024}),
      field(&SessionOptions::seed,
            {.name = "seed",
             .group = Group::Run,
             .help = "Where chance begins: same seed, same answer.",
             .placeholder = "N",
             .minimum = 0}),
  };
  return kFields;
}

/// Returns whether a file begins as DuckDB writes it.
bool has_duckdb_magic(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return false;  // reading from a pipe would take bytes away from it
  }
  std::array<char, 12> head{};
  std::ifstream file(path, std::ios::binary);
  return file.read(head.data(), head.size()) && std::string_view(head.data() + 8, 4) == "DUCK";
}

std::string base_name(std::string_view source) {
  if (source == "-") {
    return "standard input";
  }
  return is_uri(source) ? without_password(source) : fs::path(source).filename().string();
}

/// Returns a value as the texts with which a flag says it: one, or one for each time it is said.
std::vector<std::string> said_as(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.data)) {
    return {*text};
  }
  std::vector<std::string> texts;
  if (const auto* list = std::get_if<List>(&value.data)) {
    for (const Value& item : *list) {
      std::ranges::move(said_as(item), std::back_inserter(texts));
    }
  } else if (const auto* object = std::get_if<Object>(&value.data)) {
    std::string text;
    for (const auto& [name, of] : *object) {
      for (const std::string& word : said_as(of)) {
        text += (text.empty() ? "" : ",") + name + "=" + word;
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

Error cancelled_error() {
  return {ErrorCode::Cancelled, "interrupted", ""};
}

}  // namespace

std::span<const Parameter> session_parameters() {
  return fields().parameters();
}

Result<SessionOptions> session_options(const Arguments& arguments) {
  return fields().read("", arguments, TimeZone());
}

SourceKind source_kind(std::string_view source) {
  if (is_uri(source)) {
    return SourceKind::Database;
  }
  constexpr std::array<std::string_view, 3> kEndings = {".duckdb", ".ddb", ".db"};
  if (std::ranges::any_of(kEndings, [&](auto ending) { return source.ends_with(ending); })) {
    return SourceKind::Database;
  }
  return has_duckdb_magic(std::string(source)) ? SourceKind::Database : SourceKind::LogFile;
}

struct Session::State {
  SessionOptions options;
  Cancellation cancellation;
  std::optional<log::IngestReport> report;  // set when files were read

  std::mutex mutex;  // guards which database is open, not its use
  warehouse::Warehouse warehouse;
  std::optional<log::Log> log;

  /// Opens a database where `cancel` finds it.
  Result<void> open(const std::string& uri, bool read_only) {
    warehouse::OpenOptions open;
    open.uri = uri;
    open.read_only = read_only;
    open.threads = static_cast<std::int32_t>(options.threads);
    TILL_ASSIGN(warehouse::Warehouse opened, warehouse::Warehouse::open(open));
    const std::lock_guard lock(mutex);
    warehouse = std::move(opened);
    return {};
  }

  /// Turns the open database into the log it keeps.
  Result<void> open_log() {
    warehouse::Warehouse taken;
    {
      const std::lock_guard lock(mutex);
      taken = std::move(warehouse);
    }
    TILL_ASSIGN(log::Log opened, log::Log::open(std::move(taken)));
    const std::lock_guard lock(mutex);
    log = std::move(opened);
    return {};
  }

  void close() {
    const std::lock_guard lock(mutex);
    log.reset();
    warehouse = warehouse::Warehouse();
  }

  [[nodiscard]] log::IngestOptions ingest_options() {
    log::IngestOptions ingest;
    ingest.sources = options.sources;
    ingest.table = options.table;
    ingest.threads = static_cast<std::int32_t>(options.threads);
    ingest.mapping = options.map;
    ingest.timestamp_format = options.timestamp_format;
    ingest.zone = options.time_zone;
    ingest.source_zone = options.source_time_zone;
    ingest.delimiter = options.delimiter;
    ingest.encoding = options.encoding;
    ingest.drop_duplicates = options.duplicates == Duplicates::Drop;
    ingest.products = options.products;
    ingest.customers = options.customers;
    ingest.product_name = options.product_name;
    ingest.max_rejected_share = options.max_rejected.share;
    ingest.max_rejected_rows = options.max_rejected.rows;
    ingest.cancellation = &cancellation;
    if (options.on_progress) {
      ingest.on_progress = [this](const log::IngestProgress& progress) {
        options.on_progress({"reading " + base_name(progress.file),
                             progress.bytes_done,
                             progress.bytes_total,
                             progress.rows});
      };
    }
    return ingest;
  }

  /// Says what the sources are, and refuses what does not go together.
  Result<SourceKind> classify() const {
    if (options.sources.empty()) {
      return Error{ErrorCode::InvalidArgument,
                   "sources: no log is named",
                   "name log files or a database made by till ingest, such as shop.duckdb"};
    }
    std::string database;
    for (const std::string& source : options.sources) {
      if (source.empty()) {
        return Error{ErrorCode::InvalidArgument, "sources: a name is empty", ""};
      }
      if (source_kind(source) == SourceKind::Database) {
        database = source;
      }
    }
    if (database.empty()) {
      if (!options.table.empty()) {
        return Error{ErrorCode::InvalidArgument,
                     "sources: table is " + in_quotes(options.table) + ", but " +
                         in_quotes(options.sources.front()) + " is no database",
                     "leave --table out, or name a database"};
      }
      return SourceKind::LogFile;
    }
    if (options.sources.size() > 1) {
      return Error{ErrorCode::InvalidArgument,
                   "sources: " + in_quotes(without_password(database)) +
                       " is a database and must be the only source",
                   "ask one log at a time, or add files to it: till ingest LOG --into shop.duckdb"};
    }
    return SourceKind::Database;
  }

  /// Refuses flags that would be ignored because a kept log was read long ago.
  Result<void> check_nothing_to_read() const {
    for (const Field<SessionOptions>& field : fields().all()) {
      if (field.parameter.group == Group::Reading && field.parameter.name != "time_zone" &&
          !field.is_default(options)) {
        return Error{ErrorCode::InvalidArgument,
                     "sources: " + in_quotes(without_password(options.sources.front())) +
                         " is a kept log: " + flag(field.parameter.name) +
                         " means something only while files are read",
                     "leave " + flag(field.parameter.name) + " out"};
      }
    }
    return {};
  }
};

Session::Session(SessionOptions options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}

Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

void Session::use_sources(std::vector<std::string> sources) {
  state_->options.sources = std::move(sources);
}

const SessionOptions& Session::options() const noexcept {
  return state_->options;
}

Result<log::Log*> Session::log() {
  State& state = *state_;
  if (cancelled()) {
    return cancelled_error();
  }
  if (state.log) {
    return &*state.log;
  }
  TILL_ASSIGN(const SourceKind kind, state.classify());
  if (kind == SourceKind::Database && state.options.table.empty()) {
    TILL_TRY(state.check_nothing_to_read());
    TILL_TRY(state.open(state.options.sources.front(), true));
  } else {
    TILL_TRY(state.open("", false));
    TILL_ASSIGN(state.report, log::ingest(state.warehouse, state.ingest_options()));
  }
  TILL_TRY(state.open_log());
  return cancelled() ? Result<log::Log*>(cancelled_error()) : &*state.log;
}

Result<log::IngestReport> Session::ingest(const std::string& into) {
  State& state = *state_;
  TILL_ASSIGN(const SourceKind kind, state.classify());
  if (kind == SourceKind::Database && state.options.table.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "sources: " + in_quotes(without_password(state.options.sources.front())) +
                     " is a database, and no table is named",
                 "say which of its tables is the log: --table TABLE"};
  }
  std::error_code error;
  const bool existed = is_uri(into) || fs::exists(into, error);
  TILL_TRY(state.open(into, false));
  Result<log::IngestReport> report = log::ingest(state.warehouse, state.ingest_options());
  Result<void> opened = state.open_log();
  if (report && opened) {
    state.report = *report;
    return report;
  }
  // Files before the one that failed are kept; a database without any is not worth keeping.
  const bool empty = !state.log || state.log->source().accepted == 0;
  if (!report) {
    state.close();
    if (!existed && empty) {
      fs::remove(into, error);
      fs::remove(into + ".wal", error);
    }
    return report;
  }
  return opened.error();
}

Object Session::parameters() const {
  const State& state = *state_;
  Object shown;
  for (const Field<SessionOptions>& field : fields().all()) {
    const std::string& name = field.parameter.name;
    if (name == "sources") {
      List sources;
      for (const std::string& source : state.options.sources) {
        sources.emplace_back(without_password(source));
      }
      shown.push_back({name, std::move(sources)});
    } else if (name == "time_zone" && state.log) {
      shown.push_back({name, state.log->zone().name()});
    } else if (name == "seed" || (field.parameter.group == Group::Reading && state.report)) {
      shown.push_back({name, field.value(state.options)});
    }
  }
  return shown;
}

void Session::tell(std::string_view event, const Object& facts) const {
  if (state_->options.on_event) {
    state_->options.on_event(event, facts);
  }
}

std::vector<std::string> Session::words() const {
  const State& state = *state_;
  std::vector<std::string> words;
  for (const Field<SessionOptions>& field : fields().all()) {
    if (field.parameter.name == "sources") {
      for (const std::string& source : state.options.sources) {
        words.push_back(without_password(source));
      }
    } else if (field.parameter.group == Group::Reading && !field.is_default(state.options)) {
      for (std::string& text : said_as(field.value(state.options))) {
        words.push_back(flag(field.parameter.name));
        words.push_back(std::move(text));
      }
    }
  }
  return words;
}

std::vector<std::string> Session::warnings() const {
  return state_->report ? state_->report->warnings : std::vector<std::string>();
}

std::string Session::name() const {
  const State& state = *state_;
  return state.report && state.report->files.size() > 1
             ? count_of(static_cast<std::int64_t>(state.report->files.size()), "file")
             : base_name(state.options.sources.front());
}

std::string Session::source_sentence() const {
  const log::Log& log = *state_->log;
  const log::Source& source = log.source();
  std::string sentence = name() + ", " + count_of(source.accepted, "transaction") + " of " +
                         count_of(log.customers(), "customer");
  if (source.first && source.last) {
    sentence += ", " + day(*source.first, log.zone()) + " to " + day(*source.last, log.zone());
  }
  return sentence;
}

void Session::cancel() noexcept {
  state_->cancellation.request();
  const std::lock_guard lock(state_->mutex);
  if (state_->log) {
    state_->log->warehouse().cancel();
  } else {
    state_->warehouse.cancel();
  }
}

bool Session::cancelled() const noexcept {
  return state_->cancellation.requested();
}

}  // namespace till::engine
