#include "inputs.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "byte_source.hpp"
#include "csv_source.hpp"
#include "json_source.hpp"
#include "query_source.hpp"
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <unistd.h>

#include "till/warehouse/uri.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

namespace fs = std::filesystem;
using warehouse::Warehouse;

namespace {

bool is_pattern(const std::string& source) {
  std::error_code ignored;
  return source.find_first_of("*?[") != std::string::npos && !fs::exists(source, ignored);
}

/// Returns whether a path names something whose bytes are gone once they are read.
bool is_pipe(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::is_fifo(status) || fs::is_socket(status) || fs::is_character_file(status);
}

Result<std::vector<std::string>> expand(const std::string& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), GLOB_MARK, nullptr, &found);
  std::vector<std::string> paths;
  for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) {
    const std::string path = found.gl_pathv[i];
    if (!path.ends_with('/')) {
      paths.push_back(path);
    }
  }
  ::globfree(&found);
  if (paths.empty()) {
    return Error{ErrorCode::NotFound,
                 "ingest: no file matches " + pattern,
                 "check the pattern; quote it so that till, not the shell, expands it"};
  }
  return paths;
}

bool write_fully(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(put < 0 ? 0 : static_cast<std::size_t>(put));
  }
  return true;
}

/// Copies what a descriptor gives into a file: it must be looked at before it is read.
Result<void> copy_all(int from, int to, const std::string& shown, const IngestOptions& options) {
  const auto failed = [&](std::string_view what) {
    return Error{ErrorCode::Io,
                 "ingest: " + shown + ": " + std::string(what) + ": " + std::strerror(errno),
                 "give the log as a file"};
  };
  constexpr int kBetweenLooksMs = 100;
  std::vector<char> buffer(std::size_t{1} << 18U);
  std::uint64_t copied = 0;
  while (true) {
    if (options.cancellation != nullptr && options.cancellation->requested()) {
      return Error{ErrorCode::Cancelled, "ingest: interrupted while reading " + shown, ""};
    }
    pollfd waiting{from, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kBetweenLooksMs);
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
      continue;
    }
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return failed("cannot be read");
    }
    if (got == 0) {
      break;
    }
    if (!write_fully(to, {buffer.data(), static_cast<std::size_t>(got)})) {
      return failed("the temporary file cannot be written");
    }
    copied += static_cast<std::uint64_t>(got);
    if (options.on_progress) {
      options.on_progress({shown, copied, 0, 0});
    }
  }
  if (copied == 0) {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + shown + " is empty",
                 "a log needs a header line and one line per transaction"};
  }
  return {};
}

/// Copies standard input (path "-") or a pipe into a file.
Result<Input> spool(const std::string& path, const IngestOptions& options) {
  const bool standard = path == "-";
  const std::string shown = standard ? "standard input" : path;
  const auto failed = [&](std::string_view what) {
    return Error{ErrorCode::Io,
                 "ingest: " + shown + ": " + std::string(what) + ": " + std::strerror(errno),
                 "give the log as a file"};
  };
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "till-stdin-XXXXXX").string();
  const int to = ::mkostemp(name.data(), O_CLOEXEC);
  if (to < 0) {
    return failed("no temporary file can be made");
  }
  auto file = std::make_shared<const SpooledFile>(name);
  const int from = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) {
    ::close(to);
    return failed("cannot be opened");
  }
  const Result<void> copied = copy_all(from, to, shown, options);
  if (!standard) {
    ::close(from);
  }
  if (::close(to) != 0 && copied) {
    return failed("the temporary file cannot be written");
  }
  TILL_TRY(copied);
  return Input{name, shown, "", std::move(file)};
}

Error no_table_said(const std::string& source) {
  return {ErrorCode::InvalidArgument,
          "ingest: " + source + " is a database, but no table was said",
          "name it: --table sales"};
}

/// Returns the first character of a text file that is no white space.
Result<char> first_character(const std::string& path, const std::string& encoding) {
  TILL_ASSIGN(ByteSource bytes, ByteSource::open(path, encoding));
  std::array<char, 4096> head{};
  TILL_ASSIGN(const std::size_t got, bytes.read(head));
  const std::string_view text(head.data(), got);
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : text[at];
}

/// Calls the copy of a pipe by the name of the pipe.
Error with_shown_name(Error error, const Input& input) {
  for (std::string* text : {&error.message, &error.remedy}) {
    for (std::size_t at = text->find(input.path); at != std::string::npos;
         at = text->find(input.path, at + input.shown.size())) {
      text->replace(at, input.path.size(), input.shown);
    }
  }
  return error;
}

Result<RowSource> open_any(const Input& input,
                           const IngestOptions& options,
                           const std::vector<std::string>& json_columns,
                           std::function<void(const std::string&)> on_new_column) {
  if (!input.table.empty()) {
    TILL_ASSIGN(
        Warehouse database,
        Warehouse::open({.uri = input.path, .read_only = true, .threads = options.threads}));
    return open_table(input.table, std::make_shared<Warehouse>(std::move(database)));
  }
  TILL_ASSIGN(const Content content, sniff(input.path));
  if (content == Content::Parquet) {
    TILL_ASSIGN(Warehouse reader, Warehouse::open({.uri = "", .threads = options.threads}));
    return open_parquet(input.path, std::make_shared<Warehouse>(std::move(reader)));
  }
  if (fs::path(input.path).extension() == ".parquet") {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + input.shown + " is no Parquet file: it does not begin with PAR1",
                 "check that the file was copied whole; a text log must not be called .parquet"};
  }
  TILL_ASSIGN(const char first, first_character(input.path, options.encoding));
  if (first == '{' || first == '[') {
    return open_json(input.path, options.encoding, json_columns, std::move(on_new_column));
  }
  return open_csv(input.path, {.delimiter = options.delimiter, .encoding = options.encoding});
}

}  // namespace

SpooledFile::~SpooledFile() {
  ::unlink(path_.c_str());
}

Result<std::vector<Input>> find_inputs(const IngestOptions& options) {
  std::vector<Input> inputs;
  for (const std::string& source : options.sources) {
    if (warehouse::is_uri(source)) {
      const std::string shown = warehouse::without_password(source);
      if (options.table.empty()) {
        return no_table_said(shown);
      }
      inputs.push_back({source, shown + " " + options.table, options.table, nullptr});
      continue;
    }
    std::vector<std::string> paths = {source};
    if (source != "-" && is_pattern(source)) {
      TILL_ASSIGN(paths, expand(source));
    }
    for (const std::string& path : paths) {
      Input input{path, path, "", nullptr};
      if (path == "-" || is_pipe(path)) {
        TILL_ASSIGN(input, spool(path, options));
      }
      TILL_ASSIGN(const Content content, sniff(input.path));
      const bool database = content == Content::Database;
      if (database && options.table.empty()) {
        return no_table_said(input.shown);
      }
      if (!database && !options.table.empty()) {
        return Error{ErrorCode::InvalidArgument,
                     "ingest: table is " + in_quotes(options.table) + ", but " + input.shown +
                         " is no database",
                     "leave --table out, or name a database"};
      }
      if (database) {
        input.table = options.table;
        input.shown += " " + options.table;
      }
      inputs.push_back(std::move(input));
    }
  }
  return inputs;
}

Result<RowSource> open_rows(const Input& input,
                            const IngestOptions& options,
                            const std::vector<std::string>& json_columns,
                            std::function<void(const std::string&)> on_new_column) {
  Result<RowSource> rows = open_any(input, options, json_columns, std::move(on_new_column));
  if (!input.spooled) {
    return rows;
  }
  if (!rows) {
    return with_shown_name(rows.error(), input);
  }
  rows->next = [input, next = std::move(rows->next)](RowBatch& batch) -> Result<bool> {
    Result<bool> more = next(batch);
    return more ? more : with_shown_name(more.error(), input);
  };
  return rows;
}

}  // namespace till::log
