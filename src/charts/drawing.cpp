#include "charts/drawing.hpp"

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include "charts/bundle.hpp"
#include "charts/text.hpp"
#include <quickjs.h>

#include "till/core/check.hpp"

namespace till::charts {
namespace {

constexpr std::size_t kMemoryLimitBytes = 512U << 20U;
constexpr std::size_t kStackLimitBytes = 1U << 20U;
// The engine asks every 10,000 jumps whether to go on; a chart of 2,000 points asks some 2,000
// times.
constexpr std::int64_t kInterruptsAllowed = 100'000;

// A JavaScript value that frees itself.
class Value {
 public:
  Value(JSContext* context, JSValue value) : context_(context), value_(value) {}

  Value(Value&& other) noexcept
      : context_(other.context_), value_(std::exchange(other.value_, JS_UNDEFINED)) {}

  Value& operator=(Value&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }

  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  ~Value() { JS_FreeValue(context_, value_); }

  [[nodiscard]] JSValue get() const noexcept { return value_; }

  [[nodiscard]] bool is_exception() const noexcept { return JS_IsException(value_); }

  [[nodiscard]] Value property(const char* name) const {
    return {context_, JS_GetPropertyStr(context_, value_, name)};
  }

  [[nodiscard]] Value element(std::uint32_t index) const {
    return {context_, JS_GetPropertyUint32(context_, value_, index)};
  }

  [[nodiscard]] std::string text() const {
    std::size_t size = 0;
    const char* bytes = JS_ToCStringLen(context_, &size, value_);
    if (bytes == nullptr) {
      JS_FreeValue(context_, JS_GetException(context_));
      return {};
    }
    std::string out(bytes, size);
    JS_FreeCString(context_, bytes);
    return out;
  }

 private:
  JSContext* context_;
  JSValue value_;
};

Error failed(std::string message) {
  if (message.empty()) {
    message = "it ended without saying why";
  }
  return Error{ErrorCode::Internal,
               "render: Vega cannot draw the specification: " + std::move(message),
               "please report this with the specification (--chart FILE.json writes it)"};
}

JSValue till_text_width(JSContext* context,
                        JSValueConst /*self*/,
                        int count,
                        JSValueConst* arguments) {
  if (count != 2) {
    return JS_ThrowTypeError(context, "till_text_width takes a font and a text");
  }
  std::size_t font_size = 0;
  std::size_t text_size = 0;
  const char* font = JS_ToCStringLen(context, &font_size, arguments[0]);
  const char* text = font == nullptr ? nullptr : JS_ToCStringLen(context, &text_size, arguments[1]);
  JSValue width = JS_EXCEPTION;
  if (text != nullptr) {
    width = JS_NewFloat64(
        context, text_width(drawable({text, text_size}), std::string_view(font, font_size)));
  }
  JS_FreeCString(context, text);
  JS_FreeCString(context, font);
  return width;
}

// One runtime with the script loaded.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> start() {
    std::unique_ptr<Engine> engine(new Engine);
    TILL_TRY(engine->load());
    return engine;
  }

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  ~Engine() {
    if (context_ != nullptr) {
      JS_FreeContext(context_);
    }
    if (runtime_ != nullptr) {
      JS_FreeRuntime(runtime_);
    }
  }

  Result<Drawing> draw(std::string_view specification) {
    arm();
    Result<Drawing> drawing = call_draw(specification);
    // Garbage is collected between drawings, not during one.
    JS_RunGC(runtime_);
    return drawing;
  }

 private:
  Engine() : runtime_(JS_NewRuntime()) {}

  static int interrupted(JSRuntime* /*runtime*/, void* self) {
    return --static_cast<Engine*>(self)->interrupts_left_ < 0 ? 1 : 0;
  }

  // Before each entry: this call may sit deeper in its thread's stack than the last.
  void arm() {
    JS_UpdateStackTop(runtime_);
    interrupts_left_ = kInterruptsAllowed;
  }

  Result<void> load() {
    if (runtime_ == nullptr) {
      return failed("out of memory");
    }
    JS_SetMemoryLimit(runtime_, kMemoryLimitBytes);
    JS_SetMaxStackSize(runtime_, kStackLimitBytes);
    JS_SetGCThreshold(runtime_, kMemoryLimitBytes / 4);
    JS_SetInterruptHandler(runtime_, &Engine::interrupted, this);
    // Everything but eval: nothing in a specification is ever compiled.
    context_ = JS_NewContextRaw(runtime_);
    if (context_ == nullptr || JS_AddIntrinsicBaseObjects(context_) != 0 ||
        JS_AddIntrinsicDate(context_) != 0 || JS_AddIntrinsicRegExp(context_) != 0 ||
        JS_AddIntrinsicJSON(context_) != 0 || JS_AddIntrinsicMapSet(context_) != 0 ||
        JS_AddIntrinsicTypedArrays(context_) != 0 || JS_AddIntrinsicPromise(context_) != 0 ||
        JS_AddIntrinsicBigInt(context_) != 0) {
      return failed("out of memory");
    }
    arm();
    const Value global(context_, JS_GetGlobalObject(context_));
    JS_SetPropertyStr(context_,
                      global.get(),
                      "till_text_width",
                      JS_NewCFunction(context_, &till_text_width, "till_text_width", 2));
    const std::span<const std::uint8_t> bytecode = bundle_bytecode();
    JSValue script =
        JS_ReadObject(context_, bytecode.data(), bytecode.size(), JS_READ_OBJ_BYTECODE);
    if (JS_IsException(script)) {
      return failed(exception());
    }
    const Value loaded(context_, JS_EvalFunction(context_, script));  // takes the script
    return loaded.is_exception() ? Result<void>(failed(exception())) : Result<void>();
  }

  std::string exception() {
    const Value error(context_, JS_GetException(context_));
    return error.text();
  }

  Result<Drawing> call_draw(std::string_view specification) {
    const Value global(context_, JS_GetGlobalObject(context_));
    const Value charts = global.property("tillCharts");
    const Value function = charts.property("draw");
    const Value argument(context_,
                         JS_NewStringLen(context_, specification.data(), specification.size()));
    JSValue arguments[] = {argument.get()};
    const Value promise(context_, JS_Call(context_, function.get(), charts.get(), 1, arguments));
    if (promise.is_exception()) {
      return failed(exception());
    }
    JSContext* context = nullptr;
    while (JS_IsJobPending(runtime_)) {
      if (JS_ExecutePendingJob(runtime_, &context) < 0) {
        return failed(exception());
      }
    }
    const Value result(context_, JS_PromiseResult(context_, promise.get()));
    switch (JS_PromiseState(context_, promise.get())) {
      case JS_PROMISE_FULFILLED:
        break;
      case JS_PROMISE_REJECTED:
        return failed(result.text());
      default:
        return failed("it waits for something that never comes");
    }
    Drawing drawing{result.property("svg").text(), {}};
    const Value warnings = result.property("warnings");
    std::uint32_t count = 0;
    JS_ToUint32(context_, &count, warnings.property("length").get());
    for (std::uint32_t i = 0; i < count; ++i) {
      drawing.warnings.push_back(warnings.element(i).text());
    }
    return drawing;
  }

  JSRuntime* runtime_ = nullptr;
  JSContext* context_ = nullptr;
  std::int64_t interrupts_left_ = 0;
};

// The engine that `start_drawing_ahead` starts, until a drawing takes it.
class Ahead {
 public:
  static Ahead& instance() {
    static Ahead ahead;
    return ahead;
  }

  void start() {
    const std::scoped_lock lock(mutex_);
    if (!engine_.valid()) {
      engine_ = std::async(std::launch::async, &Engine::start);
    }
  }

  // Returns that engine, or else a new one.
  Result<std::unique_ptr<Engine>> take() {
    std::unique_lock lock(mutex_);
    if (std::future<Result<std::unique_ptr<Engine>>> engine = std::move(engine_); engine.valid()) {
      lock.unlock();
      return engine.get();
    }
    lock.unlock();
    return Engine::start();
  }

 private:
  std::mutex mutex_;
  std::future<Result<std::unique_ptr<Engine>>> engine_;
};

}  // namespace

void start_drawing_ahead() {
  Ahead::instance().start();
}

Result<Drawing> draw(std::string_view specification) {
  static thread_local std::unique_ptr<Engine> engine;
  if (engine == nullptr) {
    TILL_ASSIGN(engine, Ahead::instance().take());
  }
  Result<Drawing> drawing = engine->draw(specification);
  if (!drawing) {
    engine.reset();  // whatever it left half done goes with it
  }
  return drawing;
}

}  // namespace till::charts
