#include "manual.hpp"

#include <array>
#include <string_view>

#include "command_line.hpp"
#include "help.hpp"
#include <fmt/format.h>

#include "till/core/error.hpp"
#include "till/engine/version.hpp"

namespace till::cli {

namespace {

using engine::Group;
using engine::Parameter;
using engine::Verb;

/// Returns text that roff takes as it is: hyphens that can be copied, no accidental requests.
std::string plain(std::string_view text) {
  std::string safe;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) {
      safe += "\\&";
    }
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-') {
      safe += "\\-";
    } else {
      safe += c;
    }
    at_line_start = c == '\n';
  }
  return safe;
}

/// Returns prose with a roff paragraph wherever the text has an empty line.
std::string paragraphs(std::string_view text) {
  std::string page;
  for (std::size_t at = text.find("\n\n"); at != std::string_view::npos; at = text.find("\n\n")) {
    page += plain(text.substr(0, at)) + "\n.PP\n";
    text.remove_prefix(at + 2);
  }
  return page + plain(text) + "\n";
}

void append_flag(std::string& page, const Parameter& parameter) {
  page += ".TP\n";
  page += parameter.name == "quiet" ? "\\fB\\-q\\fR, " : "";
  page += fmt::format("\\fB{}\\fR", plain(engine::flag(parameter.name)));
  if (const std::string value = placeholder_of(parameter); !value.empty()) {
    page += fmt::format(" \\fI{}\\fR", plain(value));
  }
  page += "\n" + plain(parameter.help);
  if (const std::string otherwise = default_of(parameter); !otherwise.empty()) {
    page += fmt::format("\nDefault: {}.", plain(otherwise));
  }
  page += '\n';
}

void append_example(std::string& page, std::string_view command, std::string_view meaning) {
  page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", plain(command), plain(meaning));
}

}  // namespace

std::string manual() {
  // No date: the same program prints the same page.
  std::string page =
      fmt::format(".TH TILL 1 \"\" \"till {}\" \"User Commands\"\n", engine::version());
  page += ".nh\n.ad l\n";
  page += ".SH NAME\ntill \\- turns a transaction log into answers\n";
  page += ".SH SYNOPSIS\n\\fBtill\\fR \\fIVERB\\fR \\fISOURCE\\fR... [\\fIflags\\fR]\n";
  page += ".SH DESCRIPTION\n" + plain(kProgramSummary) + "\n";
  const std::vector<Parameter> shared = flags_of(engine::verbs().front());
  page += ".PP\n\\fISOURCE\\fR: " + plain(engine::find(shared, "sources")->help) + "\n";

  page += ".SH VERBS\n";
  for (const Verb& verb : engine::verbs()) {
    page += fmt::format(".SS till {}{} [\\fIflags\\fR]\n",
                        plain(verb.name),
                        verb.asks_log ? " \\fISOURCE\\fR..." : "");
    page += plain(verb.summary) + ".\n.PP\n" + paragraphs(verb.description);
    for (const Parameter& parameter : verb.parameters) {
      append_flag(page, parameter);
    }
    page += ".PP\nExamples:\n";
    for (const engine::Example& example : verb.examples) {
      append_example(page, example.command, example.meaning);
    }
  }

  page += ".SH FLAGS OF ALL VERBS\n";
  for (const Group group : {Group::Reading, Group::Output, Group::Run}) {
    page += fmt::format(".SS {}\n", engine::heading(group));
    for (const Parameter& parameter : shared) {
      if (parameter.group == group) {
        append_flag(page, parameter);
      }
    }
  }

  page += ".SH OTHER COMMANDS\n";
  for (const BuiltIn& built_in : built_ins()) {
    page += fmt::format(".TP\n\\fBtill {}\\fR \\fI{}\\fR\n{}.\n",
                        plain(built_in.name),
                        plain(built_in.operand),
                        plain(built_in.summary));
  }

  page += ".SH EXIT STATUS\n.TP\n\\fB0\\fR\nAn answer was given.\n";

  struct Meaning {
    ErrorCode code;
    std::string_view text;
  };

  constexpr std::array kMeanings = {
      Meaning{ErrorCode::InvalidArgument, "A flag or a value is not understood."},
      Meaning{ErrorCode::InvalidData, "The log cannot be read as it was said to be."},
      Meaning{ErrorCode::NotFound, "A file, column, customer or product is not there."},
      Meaning{ErrorCode::Conflict, "It exists already, or another program holds it."},
      Meaning{ErrorCode::Unsupported, "till does not offer this."},
      Meaning{ErrorCode::Io, "The disk, the network or the database server failed."},
      Meaning{ErrorCode::CorruptFile, "A file of till's own is damaged."},
      Meaning{ErrorCode::Internal, "A bug in till."},
      Meaning{ErrorCode::Cancelled, "Interrupted; nothing was left half done."},
  };
  for (const auto& [code, text] : kMeanings) {
    page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", exit_code(code), plain(text));
  }

  page += ".SH ENVIRONMENT\n";
  page += ".TP\n\\fBNO_COLOR\\fR\nWhen set and not empty, no colours are used.\n";
  page += ".TP\n\\fBTERM\\fR\nWhen it is dumb, neither colours nor a progress bar are used.\n";
  page += ".TP\n\\fBCOLUMNS\\fR\nHow wide a terminal is, when it does not say so itself.\n";
  return page;
}

}  // namespace till::cli
