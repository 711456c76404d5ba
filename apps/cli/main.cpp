/// \file
/// till: the program. Understands the command line, asks the engine, writes the answer.

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "command_line.hpp"
#include "completion.hpp"
#include "help.hpp"
#include "interruption.hpp"
#include "logging.hpp"
#include "manual.hpp"
#include "outputs.hpp"
#include "progress_bar.hpp"
#include "standard_output.hpp"
#include "terminal.hpp"
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "till/engine/command_options.hpp"
#include "till/engine/config.hpp"
#include "till/engine/run_log.hpp"
#include "till/engine/session.hpp"
#include "till/engine/terminal_text.hpp"
#include "till/engine/verb.hpp"
#include "till/engine/version.hpp"

namespace till::cli {

namespace {

constexpr std::int64_t kTableRows = 20;  // shown unless --limit says otherwise
constexpr std::size_t kLongestHelpLine = 100;

void print_error(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Returns the lines of a text, those after the first behind an indent, safe to show.
std::string indented(std::string_view text, std::size_t indent) {
  std::string lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines += engine::printable(text.substr(0, end));
    if (end == std::string_view::npos) {
      return lines;
    }
    lines += '\n';
    lines.append(indent, ' ');
    text.remove_prefix(end + 1);
  }
}

int fail(const Error& error) {
  const bool colour = look_at_terminal(STDERR_FILENO).colour;
  const std::string_view red = colour ? "\x1b[1;31m" : "";
  const std::string_view plain = colour ? "\x1b[0m" : "";
  std::string text = fmt::format("till: {}error:{} {}\n", red, plain, indented(error.message, 13));
  if (!error.remedy.empty()) {
    text += fmt::format("       hint: {}\n", indented(error.remedy, 13));
  }
  print_error(text);
  return exit_code(error.code);
}

/// Ends a command that printed; nobody reading on is no failure.
int finish(const Result<void>& result, const StandardOutput& standard_output) {
  return result || standard_output.reader_left() ? 0 : fail(result.error());
}

int print(std::string_view text) {
  StandardOutput standard_output;
  return finish(standard_output.write(text), standard_output);
}

Result<engine::Arguments> arguments_of_config(const std::string& path, const engine::Verb& verb) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || std::filesystem::is_directory(path, error)) {
    return Error{ErrorCode::NotFound, "config: " + path + " cannot be read", ""};
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return engine::read_config(text, path, verb);
}

/// Says whether charts can be drawn at all, before any work is done for them.
Result<void> check_charts(const engine::CommandOptions& options, const engine::Verb& verb) {
  if (options.chart.empty() || verb.draws) {
    return {};
  }
  std::string drawing;
  for (const engine::Verb& other : engine::verbs()) {
    drawing += other.draws ? (drawing.empty() ? "" : ", ") + other.name : "";
  }
  return Error{ErrorCode::Unsupported,
               verb.name + ": --chart is said, but this answer has no picture",
               "these have: " + drawing};
}

/// Says whether the answer is a document, before any work is done for one.
Result<void> check_document(const engine::CommandOptions& options, const engine::Verb& verb) {
  const engine::Format format = options.resolved_format();
  if (verb.writes || (format != engine::Format::Html && format != engine::Format::Markdown)) {
    return {};
  }
  return Error{ErrorCode::Unsupported,
               verb.name + ": out is " + options.out + ", but this answer is no document",
               verb.draws && format == engine::Format::Html
                   ? "--chart " + options.out + " draws it; till report writes pages"
                   : "till report writes documents"};
}

/// Says whether there can be a model to keep.
Result<void> check_model(const engine::CommandOptions& options, const engine::Verb& verb) {
  if (!options.out_is_model() || verb.saves) {
    return {};
  }
  return Error{ErrorCode::Unsupported,
               verb.name + ": --out is " + options.out + ", but this answer has no model",
               "till fit makes model files; call an answer .txt, .csv, .json or .parquet"};
}

/// Returns a text that no other run has.
std::string new_run() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}", chance(), chance());
}

Instant now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

/// Answers a question, which `run_log` is told of, where there is one.
Result<void> answer(const RunVerb& command,
                    StandardOutput& standard_output,
                    std::optional<engine::RunLog>& run_log) {
  const engine::Verb& verb = *command.verb;
  engine::Arguments arguments = command.arguments;
  if (const engine::Argument* config = arguments.find("config")) {
    TILL_ASSIGN(const engine::Arguments said, arguments_of_config(config->values.back(), verb));
    arguments.set_missing(said);
  }
  TILL_ASSIGN(const engine::CommandOptions options, engine::command_options(arguments));
  set_log_level(options.log_level);
  if (options.resolved_format() == engine::Format::Table && !arguments.has("limit")) {
    arguments.set("limit", std::to_string(kTableRows));
  }
  TILL_ASSIGN(engine::SessionOptions session_options, engine::session_options(arguments));
  TILL_TRY(engine::check(verb, arguments));
  TILL_TRY(check_charts(options, verb));
  TILL_TRY(check_document(options, verb));
  TILL_TRY(check_model(options, verb));

  const Terminal terminal = look_at_terminal(STDOUT_FILENO);
  TILL_ASSIGN(Outputs outputs, Outputs::open(options, terminal));

  if (!options.run_log.empty()) {
    TILL_ASSIGN(run_log, engine::RunLog::open(options.run_log, new_run(), now));
    run_log->begin(verb.name, arguments);
    session_options.on_event = [&run_log](std::string_view event, const engine::Object& facts) {
      run_log->record(event, facts);
    };
  }

  const Terminal watched = look_at_terminal(STDERR_FILENO);
  ProgressBar bar(watched.width);
  if (watched.moves && !options.quiet) {
    session_options.on_progress = [&bar](const engine::Progress& progress) { bar.show(progress); };
  }
  engine::Session session(std::move(session_options));
  const Interruption interruption(session, outputs.temporary_paths());

  const auto begun = std::chrono::steady_clock::now();
  const auto milliseconds = [&begun] {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
        .count();
  };
  log_info(verb.name + " begins");
  const Result<engine::Answer> found = engine::run(verb, arguments, session);
  bar.clear();
  if (session.cancelled()) {
    return Error{ErrorCode::Cancelled, "interrupted", ""};
  }
  if (!found) {
    return found.error();
  }
  log_info(fmt::format("{} answered in {:.0f} ms: {}", verb.name, milliseconds(), found->title));
  TILL_TRY(outputs.write(*found, standard_output, [&session]() -> Result<void> {
    return session.cancelled() ? Result<void>(Error{ErrorCode::Cancelled, "interrupted", ""})
                               : Result<void>();
  }));
  log_debug(fmt::format("written after {:.0f} ms", milliseconds()));
  if (run_log) {
    for (const Outputs::Written& file : outputs.written()) {
      run_log->artifact(file.kind, file.path);
    }
    run_log->end(*found);
  }

  // A table carries its warnings; other formats would be broken by them, or hide them in a file.
  const bool shown = options.resolved_format() == engine::Format::Table &&
                     (options.out.empty() || options.out_is_model());
  if (!options.quiet && !shown) {
    for (const std::string& warning : found->warnings) {
      print_error("till: warning: " + indented(warning, 15) + "\n");
    }
  }
  return {};
}

/// What to do for each command; returns the exit code.
struct CommandRunner {
  std::size_t help_width =
      std::min(kLongestHelpLine,
               look_at_terminal(STDOUT_FILENO).is_terminal ? look_at_terminal(STDOUT_FILENO).width
                                                           : kLongestHelpLine);

  int operator()(const ShowHelp& command) const {
    return print(command.verb == nullptr ? program_help(help_width)
                                         : verb_help(*command.verb, help_width));
  }

  int operator()(const ShowVersion& /*command*/) const {
    return print(fmt::format("till {}\n", engine::version()));
  }

  int operator()(const ShowManual& /*command*/) const { return print(manual()); }

  int operator()(const ShowCompletion& command) const { return print(completion(command.shell)); }

  int operator()(const RunVerb& command) const {
    block_interrupting_signals();
    StandardOutput standard_output;
    std::optional<engine::RunLog> run_log;
    Result<void> answered = answer(command, standard_output, run_log);
    if (run_log && !answered) {
      run_log->end(answered.error());
    }
    if (run_log && answered) {
      answered = run_log->written();
    }
    return finish(answered, standard_output);
  }
};

int run(std::span<const char* const> words) {
  signal(SIGPIPE, SIG_IGN);  // a reader that leaves is seen where it is written to
  const Result<Command> command = parse_command_line(words);
  return command ? std::visit(CommandRunner{}, *command) : fail(command.error());
}

}  // namespace

}  // namespace till::cli

int main(int argc, char** argv) {
  try {
    return till::cli::run({argv + std::min(argc, 1), argv + argc});
  } catch (const std::bad_alloc&) {
    return till::cli::fail({till::ErrorCode::Io,
                            "memory is exhausted",
                            "ask for less: --window, --limit, --format csv"});
  } catch (const std::exception& error) {
    return till::cli::fail({till::ErrorCode::Internal, error.what(), "this is a bug in till"});
  }
}
