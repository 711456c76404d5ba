#include "till/engine/output_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace till::engine {
namespace {

using test::TemporaryFolder;

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(OutputFile, AppearsWithItsCommit) {
  const TemporaryFolder folder;
  const fs::path path(folder / "answer.csv");
  Result<OutputFile> file = OutputFile::create(path.string());
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->write("abc").has_value());
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(file->commit().has_value());
  EXPECT_EQ(content(path), "abc");
  EXPECT_EQ(files_in(folder / ""), 1U);
}

TEST(OutputFile, LeavesNothingWithoutACommit) {
  const TemporaryFolder folder;
  const fs::path path(folder / "answer.csv");
  std::ofstream(path) << "before";
  {
    Result<OutputFile> file = OutputFile::create(path.string());
    ASSERT_TRUE(file.has_value());
    EXPECT_TRUE(file->write("after").has_value());
  }
  EXPECT_EQ(content(path), "before");
  EXPECT_EQ(files_in(folder / ""), 1U);
}

TEST(OutputFile, KeepsThePermissionsOfTheFileItReplaces) {
  const TemporaryFolder folder;
  const fs::path path(folder / "secret.csv");
  std::ofstream(path) << "before";
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  Result<OutputFile> file = OutputFile::create(path.string());
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->commit().has_value());
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(OutputFile, ReplacesWhatALinkPointsTo) {
  const TemporaryFolder folder;
  const fs::path target(folder / "target.csv");
  const fs::path link(folder / "link.csv");
  std::ofstream(target) << "before";
  fs::create_symlink("target.csv", link);
  Result<OutputFile> file = OutputFile::create(link.string());
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->write("after").has_value());
  EXPECT_TRUE(file->commit().has_value());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(target), "after");
}

TEST(OutputFile, WritesDevicesDirectly) {
  Result<OutputFile> file = OutputFile::create("/dev/null");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->temporary_path(), "");
  EXPECT_TRUE(file->write("abc").has_value());
  EXPECT_TRUE(file->commit().has_value());
}

TEST(OutputFile, AFullDeviceIsAnError) {
  Result<OutputFile> file = OutputFile::create("/dev/full");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->write("abc").error(),
            (Error{ErrorCode::Io,
                   "\"/dev/full\" cannot be written: No space left on device",
                   "free some disk space"}));
}

TEST(OutputFile, AMissingFolderIsAnErrorBeforeTheWork) {
  EXPECT_EQ(OutputFile::create("/no/such/folder/x.csv").error(),
            (Error{ErrorCode::Io,
                   "\"/no/such/folder/x.csv\" cannot be written: No such file or directory",
                   "make its folder first"}));
}

TEST(OutputFile, AFolderIsNoFile) {
  const TemporaryFolder folder;
  const Result<OutputFile> file = OutputFile::create(folder / "");
  EXPECT_EQ(file.error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(OutputFile::create("").error().code, ErrorCode::InvalidArgument);
}

TEST(OutputFile, RemovesWhatAKilledProgramLeftBehind) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);  // from here on its number is nobody's
  const std::string dead = std::to_string(child) + "-0";
  const std::string living = std::to_string(::getppid()) + "-0";
  folder.write(".answer.csv." + dead, "half");
  folder.write(".answer.csv." + living, "in the making");
  folder.write(".answer.csv.notes", "somebody's");
  folder.write(".other.csv." + dead, "of another target");
  Result<OutputFile> file = OutputFile::create(folder / "answer.csv");
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->commit().has_value());
  EXPECT_FALSE(fs::exists(folder / (".answer.csv." + dead)));
  EXPECT_TRUE(fs::exists(folder / (".answer.csv." + living)));
  EXPECT_EQ(files_in(folder / ""), 4U);
}

TEST(OutputFile, TwoAtOnceDoNotMeet) {
  const TemporaryFolder folder;
  const fs::path path(folder / "answer.csv");
  Result<OutputFile> first = OutputFile::create(path.string());
  Result<OutputFile> second = OutputFile::create(path.string());
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_TRUE(first->write("first").has_value());
  EXPECT_TRUE(second->write("second").has_value());
  EXPECT_TRUE(first->commit().has_value());
  EXPECT_EQ(content(path), "first");
  EXPECT_TRUE(second->commit().has_value());
  EXPECT_EQ(content(path), "second");
  EXPECT_EQ(files_in(folder / ""), 1U);
}

}  // namespace
}  // namespace till::engine
