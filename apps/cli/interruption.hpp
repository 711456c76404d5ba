/// \file
/// Interruption: Ctrl-C, termination and a closed terminal stop the work within a second.
///
/// The signals are blocked in every thread and taken by one that waits for them. It asks the
/// session to stop, again and again, because a cancel between two statements is lost on the second;
/// should the work still not have ended after most of a second, it removes the unfinished files and
/// ends the process.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace till::engine {
class Session;
}

namespace till::cli {

/// Blocks the signals. Call it before there is any other thread.
void block_interrupting_signals();

class Interruption {
 public:
  /// \param session     is told to stop; outlives this object.
  /// \param unfinished  files to remove when the process has to be ended.
  Interruption(engine::Session& session, std::vector<std::string> unfinished);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

 private:
  void wait(const std::vector<std::string>& unfinished);

  engine::Session& session_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace till::cli
