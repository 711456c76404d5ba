#include "logging.hpp"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace till::cli {

namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> kLogger = [] {
    auto made =
        std::make_shared<spdlog::logger>("till", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("till: %l: %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *kLogger;
}

}  // namespace

void set_log_level(engine::LogLevel level) {
  using engine::LogLevel;
  switch (level) {
    case LogLevel::Trace:
      logger().set_level(spdlog::level::trace);
      break;
    case LogLevel::Debug:
      logger().set_level(spdlog::level::debug);
      break;
    case LogLevel::Info:
      logger().set_level(spdlog::level::info);
      break;
    case LogLevel::Warning:
      logger().set_level(spdlog::level::warn);
      break;
    case LogLevel::Error:
      logger().set_level(spdlog::level::err);
      break;
    case LogLevel::Off:
      logger().set_level(spdlog::level::off);
      break;
  }
}

void log_debug(const std::string& message) {
  logger().debug(message);
}

void log_info(const std::string& message) {
  logger().info(message);
}

}  // namespace till::cli
