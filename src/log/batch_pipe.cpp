#include "batch_pipe.hpp"

#include <utility>

namespace till::log {

using warehouse::Batch;

BatchPipe::BatchPipe(const warehouse::BatchLayout& layout, warehouse::BatchSource make)
    : make_(std::move(make)),
      slots_{Batch(layout), Batch(layout), Batch(layout), Batch(layout)},
      thread_([this] { run(); }) {}

BatchPipe::~BatchPipe() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BatchPipe::run() {
  while (true) {
    Batch* slot = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || made_ - taken_ < kSlots; });
      if (stopped_) {
        return;
      }
      slot = &slots_[made_ % kSlots];
    }
    Result<bool> more = make_(*slot);
    {
      const std::lock_guard lock(mutex_);
      if (!more) {
        outcome_ = more.error();
      }
      ended_ = !more || !*more;
      made_ += ended_ ? 0 : 1;
    }
    changed_.notify_all();
    if (ended_) {
      return;
    }
  }
}

Result<bool> BatchPipe::next(Batch& out) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return made_ > taken_ || ended_; });
  if (made_ == taken_) {
    TILL_TRY(outcome_);
    return false;
  }
  std::swap(out, slots_[taken_ % kSlots]);
  ++taken_;
  lock.unlock();
  changed_.notify_all();
  return true;
}

}  // namespace till::log
