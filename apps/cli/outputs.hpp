/// \file
/// Outputs: everywhere one answer goes. Files appear together, or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standard_output.hpp"
#include "terminal.hpp"

#include "till/charts/chart.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/command_options.hpp"
#include "till/engine/output_file.hpp"

namespace till::cli {

class Outputs {
 public:
  /// Makes the files' temporary twins, so that what cannot be written is known before the work
  /// begins.
  ///
  /// Errors: `InvalidArgument` for endings of charts that are not known, for a file named twice,
  /// and for Parquet on a terminal; those of OutputFile.
  [[nodiscard]] static Result<Outputs> open(const engine::CommandOptions& options,
                                            const Terminal& terminal);

  /// Returns the temporary files, to be removed should the process be ended.
  [[nodiscard]] std::vector<std::string> temporary_paths() const;

  /// A file that an answer went to: "chart", "model" or "answer".
  struct Written {
    std::string_view kind;
    std::string path;
  };

  /// Returns the files that `write` made.
  [[nodiscard]] const std::vector<Written>& written() const noexcept { return written_; }

  /// Draws the charts, writes the answer to all files, gives them their names, and prints it if it
  /// goes to standard output.
  ///
  /// \param go_on  asked between pieces; an error ends the writing and leaves no file.
  Result<void> write(const engine::Answer& answer,
                     StandardOutput& standard_output,
                     const std::function<Result<void>()>& go_on);

 private:
  struct ChartFile {
    charts::Format format;
    engine::OutputFile file;
  };

  /// Draws the answer to all files of charts.
  Result<void> draw(const engine::Answer& answer, const std::function<Result<void>()>& go_on);
  /// Writes a document, and what lies beside it.
  Result<void> write_document(const engine::Answer& answer);

  engine::Format format_ = engine::Format::Table;
  Terminal terminal_;
  std::optional<engine::OutputFile> out_;
  std::vector<engine::OutputFile> beside_;  // files that belong to a document, several pictures
  bool out_is_model_ = false;
  std::vector<ChartFile> charts_;
  std::vector<Written> written_;
};

}  // namespace till::cli
