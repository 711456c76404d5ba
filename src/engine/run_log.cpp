#include "till/engine/run_log.hpp"

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "wording.hpp"
#include <fcntl.h>
#include <unistd.h>

#include "till/engine/json.hpp"
#include "till/engine/version.hpp"
#include "till/warehouse/uri.hpp"

namespace till::engine {

namespace {

Error io_error(const std::string& path, int error) {
  return {ErrorCode::Io,
          "run_log: " + in_quotes(path) +
              " cannot be appended to: " + std::generic_category().message(error),
          error == ENOENT ? "make its folder first" : ""};
}

/// Returns whether a file's last line is whole; a pipe has none.
bool ends_with_line(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char last = '\n';
  if (descriptor >= 0) {
    const off_t size = ::lseek(descriptor, 0, SEEK_END);
    if (size > 0 && ::pread(descriptor, &last, 1, size - 1) != 1) {
      last = '\n';
    }
    ::close(descriptor);
  }
  return last == '\n';
}

}  // namespace

Result<RunLog> RunLog::open(const std::string& path,
                            std::string run,
                            std::function<Instant()> clock) {
  RunLog log;
  log.path_ = path;
  log.run_ = std::move(run);
  log.clock_ = std::move(clock);
  log.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log.descriptor_ < 0) {
    return io_error(path, errno);
  }
  log.begins_line_ = ends_with_line(path);
  return log;
}

RunLog::RunLog(RunLog&& other) noexcept
    : path_(std::move(other.path_)),
      run_(std::move(other.run_)),
      clock_(std::move(other.clock_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      begins_line_(other.begins_line_),
      written_(std::move(other.written_)) {}

RunLog& RunLog::operator=(RunLog&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(run_, other.run_);
  std::swap(clock_, other.clock_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(begins_line_, other.begins_line_);
  std::swap(written_, other.written_);
  return *this;
}

RunLog::~RunLog() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void RunLog::record(std::string_view event, const Object& facts) {
  Object line = {{"run", run_}, {"time", clock_()}, {"event", event}};
  line.insert(line.end(), facts.begin(), facts.end());
  std::string text = (begins_line_ ? "" : "\n") + to_json(line) + "\n";
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  begins_line_ = std::cmp_equal(written, text.size());
  if (!begins_line_ && written_) {
    written_ = io_error(path_, written < 0 ? errno : ENOSPC);
  }
}

void RunLog::begin(std::string_view verb, const Arguments& said) {
  Object arguments;
  for (const Argument& argument : said.all()) {
    List values;
    for (const std::string& value : argument.values) {
      values.emplace_back(warehouse::without_password(value));
    }
    arguments.push_back({argument.name, std::move(values)});
  }
  record("begin",
         {{"verb", verb}, {"till_version", version()}, {"arguments", std::move(arguments)}});
}

void RunLog::artifact(std::string_view kind, const std::string& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  record("artifact",
         {{"kind", kind}, {"path", path}, {"size_bytes", error ? Value() : Value(bytes)}});
}

void RunLog::end(const Answer& answer) {
  List warnings;
  for (const std::string& warning : answer.warnings) {
    warnings.emplace_back(warning);
  }
  record("end",
         {{"status", "ok"},
          {"title", answer.title},
          {"summary", answer.summary},
          {"warnings", std::move(warnings)}});
}

void RunLog::end(const Error& error) {
  record("end",
         {{"status", error.code == ErrorCode::Cancelled ? "cancelled" : "failed"},
          {"error", name(error.code)},
          {"message", error.message}});
}

}  // namespace till::engine
