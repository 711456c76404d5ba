#include "interruption.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "till/core/error.hpp"
#include "till/engine/session.hpp"

namespace till::cli {

namespace {

constexpr auto kBetweenRequests = std::chrono::milliseconds(20);
constexpr auto kPatience = std::chrono::milliseconds(800);

sigset_t interrupting_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

void block_interrupting_signals() {
  const sigset_t signals = interrupting_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Interruption::Interruption(engine::Session& session, std::vector<std::string> unfinished)
    : session_(session), thread_([this, files = std::move(unfinished)] { wait(files); }) {}

Interruption::~Interruption() {
  done_.store(true);
  // Wakes the thread, unless a signal from outside has done so.
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void Interruption::wait(const std::vector<std::string>& unfinished) {
  const sigset_t signals = interrupting_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done_.load()) {
    session_.cancel();
    if (std::chrono::steady_clock::now() > deadline) {
      for (const std::string& file : unfinished) {
        ::unlink(file.c_str());
      }
      constexpr std::string_view kMessage = "\ntill: error: interrupted\n";
      static_cast<void>(!::write(STDERR_FILENO, kMessage.data(), kMessage.size()));
      ::_exit(exit_code(ErrorCode::Cancelled));
    }
    std::this_thread::sleep_for(kBetweenRequests);
  }
}

}  // namespace till::cli
