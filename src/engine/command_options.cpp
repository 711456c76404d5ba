#include "till/engine/command_options.hpp"

#include "fields.hpp"

namespace till::engine {

namespace {

const Fields<CommandOptions>& fields() {
  static const Fields<CommandOptions> kFields = {
      field(&CommandOptions::format,
            {.name = "format",
             .group = Group::Output,
             .help = "How the answer is written.",
             .otherwise = "as --out ends, else table"}),
      field(
          &CommandOptions::out,
          {.name = "out",
           .kind = Kind::File,
           .group = Group::Output,
           .help = "Write the answer to a file. It is there whole or not at all. A name that ends "
                   "in .till is that of a model file, for verbs that fit one; the answer is then "
                   "written to standard output.",
           .placeholder = "FILE",
           .otherwise = "standard output"}),
      field(&CommandOptions::chart,
            {.name = "chart",
             .kind = Kind::File,
             .group = Group::Output,
             .help =
                 "Draw the answer: .svg, .png, .pdf, .html (interactive), or .json (the Vega-Lite "
                 "specification). May be given several times.",
             .placeholder = "FILE"}),
      field(
          &CommandOptions::run_log,
          {.name = "run_log",
           .kind = Kind::File,
           .group = Group::Output,
           .help = "Append what this run is asked and finds, as it does, to a file of JSON lines.",
           .placeholder = "FILE"}),
      field(&CommandOptions::quiet,
            {.name = "quiet",
             .group = Group::Run,
             .help = "No progress bar and no warnings on standard error."}),
      field(&CommandOptions::log_level,
            {.name = "log_level",
             .group = Group::Run,
             .help = "What the program says about its own doings on standard error."}),
      field(
          &CommandOptions::config,
          {.name = "config",
           .kind = Kind::File,
           .group = Group::Run,
           .help = "Take flags from a TOML file: keys are flags, a table named like a verb is for "
                   "that verb. Flags on the command line win.",
           .placeholder = "FILE"}),
  };
  return kFields;
}

}  // namespace

std::span<const Parameter> command_parameters() {
  return fields().parameters();
}

Result<CommandOptions> command_options(const Arguments& arguments) {
  return fields().read("", arguments, TimeZone());
}

bool CommandOptions::out_is_model() const noexcept {
  return out.ends_with(".till");
}

Format CommandOptions::resolved_format() const noexcept {
  if (format) {
    return *format;
  }
  const std::string_view name = out;
  if (name.ends_with(".csv")) {
    return Format::Csv;
  }
  if (name.ends_with(".json")) {
    return Format::Json;
  }
  if (name.ends_with(".parquet")) {
    return Format::Parquet;
  }
  if (name.ends_with(".html") || name.ends_with(".htm")) {
    return Format::Html;
  }
  if (name.ends_with(".md")) {
    return Format::Markdown;
  }
  return Format::Table;
}

}  // namespace till::engine
