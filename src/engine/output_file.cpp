#include "till/engine/output_file.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "wording.hpp"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace till::engine {

namespace fs = std::filesystem;

namespace {

Error io_error(const std::string& path, int error) {
  Error failed{ErrorCode::Io,
               in_quotes(path) + " cannot be written: " + std::generic_category().message(error),
               ""};
  if (error == ENOENT) {
    failed.remedy = "make its folder first";
  } else if (error == ENOSPC || error == EDQUOT) {
    failed.remedy = "free some disk space";
  } else if (error == EACCES || error == EPERM || error == EROFS) {
    failed.remedy = "write somewhere else";
  }
  return failed;
}

/// Follows symbolic links, so that the file they name is replaced and not the link.
std::string followed(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) {
    return path;
  }
  const fs::path target = fs::weakly_canonical(path, error);
  return error ? path : target.string();
}

/// Waits until what was written is on the disk.
int sync_to_disk(int descriptor) {
  // Some file systems have nothing to sync; that is no failure.
  return ::fsync(descriptor) != 0 && errno != EINVAL && errno != ENOSYS ? errno : 0;
}

/// Returns whether the process that a temporary file is named after ("4711-0") is gone.
bool is_of_the_dead(std::string_view ending) {
  pid_t process = 0;
  const auto [end, error] = std::from_chars(ending.data(), ending.data() + ending.size(), process);
  const bool is_name = error == std::errc{} && end != ending.data() + ending.size() && *end == '-';
  return is_name && process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
}

/// Removes what runs that were killed have left of earlier versions of a file: a run that lives, be
/// it on another machine that shares the folder, holds a lock on its own.
void remove_leftovers(const fs::path& folder, const std::string& prefix) {
  std::error_code error;
  fs::directory_iterator entry(folder.empty() ? "." : folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) ||
        !is_of_the_dead(std::string_view(name).substr(prefix.size()))) {
      continue;
    }
    const int descriptor = ::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor >= 0) {
      if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        ::unlink(entry->path().c_str());
      }
      ::close(descriptor);
    }
  }
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  if (path.empty()) {
    return Error{ErrorCode::InvalidArgument, "the name of a file is empty", ""};
  }
  OutputFile file;
  file.path_ = path;
  file.target_ = followed(path);

  struct stat status{};
  const bool exists = ::stat(file.target_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    return Error{ErrorCode::InvalidArgument,
                 in_quotes(path) + " is a folder, but must be a file",
                 "name a file in it"};
  }
  if (exists && !S_ISREG(status.st_mode)) {
    file.descriptor_ = ::open(file.target_.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) {
      return io_error(path, errno);
    }
    return file;
  }
  if (exists && ::access(file.target_.c_str(), W_OK) != 0) {
    return io_error(path, errno);  // a file made read-only is not to be replaced
  }

  // A name of its own beside the target: ".answer.csv.4711-0".
  const fs::path target(file.target_);
  const std::string prefix = "." + target.filename().string() + ".";
  remove_leftovers(target.parent_path(), prefix);
  const std::string stem =
      (target.parent_path() / prefix).string() + std::to_string(::getpid()) + "-";
  for (int attempt = 0; file.descriptor_ < 0; ++attempt) {
    const std::string name = stem + std::to_string(attempt);
    file.descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file.descriptor_ >= 0) {
      file.temporary_path_ = name;
      ::flock(file.descriptor_, LOCK_EX | LOCK_NB);  // where there are no locks, the name must do
    } else if (errno != EEXIST) {
      return io_error(path, errno);
    }
  }
  // Readable by whom the old file was.
  if (exists && ::fchmod(file.descriptor_, status.st_mode & 07777U) != 0) {
    return io_error(path, errno);
  }
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this != &other) {
    discard();
    path_ = std::move(other.path_);
    target_ = std::move(other.target_);
    temporary_path_ = std::exchange(other.temporary_path_, {});
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

OutputFile::~OutputFile() {
  discard();
}

void OutputFile::discard() noexcept {
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));
  }
  if (!temporary_path_.empty()) {
    ::unlink(temporary_path_.c_str());
    temporary_path_.clear();
  }
}

Result<void> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return io_error(path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::commit() {
  if (temporary_path_.empty()) {
    const int failed = ::close(std::exchange(descriptor_, -1)) != 0 ? errno : 0;
    return failed == 0 ? Result<void>() : io_error(path_, failed);
  }
  int failed = sync_to_disk(descriptor_);
  if (::close(std::exchange(descriptor_, -1)) != 0 && failed == 0) {
    failed = errno;
  }
  if (failed == 0 && std::rename(temporary_path_.c_str(), target_.c_str()) != 0) {
    failed = errno;
  }
  if (failed != 0) {
    discard();
    return io_error(path_, failed);
  }
  temporary_path_.clear();
  // The new name is durable once its folder is.
  const std::string folder = fs::path(target_).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    sync_to_disk(descriptor);
    ::close(descriptor);
  }
  return {};
}

}  // namespace till::engine
