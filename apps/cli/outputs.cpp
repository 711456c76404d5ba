#include "outputs.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include "till/engine/csv.hpp"
#include "till/engine/json.hpp"
#include "till/engine/parquet.hpp"
#include "till/engine/text.hpp"

namespace till::cli {

namespace {

using engine::Format;
using engine::OutputFile;
using engine::Sink;

Result<void> encode(const engine::Answer& answer,
                    Format format,
                    const engine::TextOptions& text,
                    const Sink& sink) {
  switch (format) {
    case Format::Table:
      return engine::write_text(answer, text, sink);
    case Format::Csv:
      return engine::write_csv(answer.rows, sink);
    case Format::Json:
      return engine::write_json(answer, sink);
    case Format::Parquet:
    case Format::Html:
    case Format::Markdown:
      break;
  }
  return Error{ErrorCode::Internal, "encode: this format is no stream of text", ""};
}

/// Copies a file to a sink.
Result<void> copy(const std::string& path, const Sink& sink) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 65'536> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    TILL_TRY(sink({piece.data(), static_cast<std::size_t>(file.gcount())}));
  }
  return {};
}

}  // namespace

Result<Outputs> Outputs::open(const engine::CommandOptions& options, const Terminal& terminal) {
  Outputs outputs;
  outputs.format_ = options.resolved_format();
  outputs.terminal_ = terminal;
  outputs.out_is_model_ = options.out_is_model();
  const bool to_standard_output = options.out.empty() || options.out_is_model();
  if (outputs.format_ == Format::Parquet && to_standard_output && terminal.is_terminal) {
    return Error{ErrorCode::InvalidArgument,
                 "format is parquet, but a terminal cannot show it",
                 "name a file: --out answer.parquet"};
  }
  std::vector<std::string> names = options.chart;
  if (!options.out.empty()) {
    names.push_back(options.out);
  }
  if (!options.run_log.empty()) {
    names.push_back(options.run_log);
  }
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
    return Error{ErrorCode::InvalidArgument, *twice + " is to be written twice", "name two files"};
  }
  for (const std::string& path : options.chart) {
    TILL_ASSIGN(const charts::Format format, charts::format_of(path));
    TILL_ASSIGN(OutputFile file, OutputFile::create(path));
    outputs.charts_.push_back({format, std::move(file)});
    if (format != charts::Format::Json) {
      charts::start_rendering_ahead();
    }
  }
  if (!options.out.empty()) {
    TILL_ASSIGN(outputs.out_, OutputFile::create(options.out));
  }
  return outputs;
}

std::vector<std::string> Outputs::temporary_paths() const {
  std::vector<std::string> paths;
  paths.reserve(charts_.size() + 1);
  for (const ChartFile& chart : charts_) {
    paths.push_back(chart.file.temporary_path());
  }
  if (out_) {
    paths.push_back(out_->temporary_path());
  }
  std::erase(paths, "");
  return paths;
}

Result<void> Outputs::draw(const engine::Answer& answer,
                           const std::function<Result<void>()>& go_on) {
  if (charts_.empty()) {
    return {};
  }
  if (answer.chart) {
    const charts::Chart chart = answer.chart();
    for (ChartFile& file : charts_) {
      TILL_TRY(go_on());
      TILL_ASSIGN(const std::string picture, charts::render(chart, file.format));
      TILL_TRY(file.file.write(picture));
    }
    return {};
  }
  if (answer.charts.empty()) {
    return Error{ErrorCode::Unsupported,
                 answer.verb + ": --chart is said, but this answer has no picture",
                 ""};
  }
  for (const engine::NamedChart& named : answer.charts) {
    const charts::Chart chart = named.draw();
    for (const ChartFile& file : charts_) {
      TILL_TRY(go_on());
      const std::filesystem::path path = file.file.path();
      const std::string name = path.stem().string() + "-" + named.name + path.extension().string();
      TILL_ASSIGN(OutputFile beside, OutputFile::create(path.parent_path() / name));
      TILL_ASSIGN(const std::string picture, charts::render(chart, file.format));
      TILL_TRY(beside.write(picture));
      beside_.push_back(std::move(beside));
    }
  }
  return {};
}

Result<void> Outputs::write_document(const engine::Answer& answer) {
  const std::filesystem::path path = out_->path();
  TILL_ASSIGN(const charts::Document document,
              answer.document(format_ == Format::Html ? charts::DocumentFormat::Html
                                                      : charts::DocumentFormat::Markdown,
                              path.stem().string()));
  TILL_TRY(out_->write(document.text));
  for (const charts::Document::File& file : document.files) {
    TILL_ASSIGN(OutputFile beside, OutputFile::create(path.parent_path() / file.name));
    TILL_TRY(beside.write(file.bytes));
    beside_.push_back(std::move(beside));
  }
  return {};
}

Result<void> Outputs::write(const engine::Answer& answer,
                            StandardOutput& standard_output,
                            const std::function<Result<void>()>& go_on) {
  TILL_TRY(draw(answer, go_on));
  if (out_ && out_is_model_) {
    if (!answer.model_file) {
      return Error{ErrorCode::InvalidData,
                   answer.verb + ": no usable model was fitted, so that there is none to keep",
                   ""};
    }
    TILL_TRY(go_on());
    TILL_TRY(out_->write(answer.model_file()));
  } else if (out_) {
    if (format_ == Format::Parquet && !out_->temporary_path().empty()) {
      TILL_TRY(engine::write_parquet(answer.rows, out_->temporary_path()));
    } else if (format_ == Format::Parquet) {
      return Error{ErrorCode::InvalidArgument,
                   out_->path() + " is no regular file, but Parquet needs one",
                   ""};
    } else if (format_ == Format::Html || format_ == Format::Markdown) {
      TILL_TRY(write_document(answer));
    } else {
      const Sink sink = [&](std::string_view bytes) -> Result<void> {
        TILL_TRY(go_on());
        return out_->write(bytes);
      };
      TILL_TRY(encode(answer, format_, {}, sink));
    }
  }
  TILL_TRY(go_on());
  for (ChartFile& file : charts_) {
    if (answer.chart) {
      TILL_TRY(file.file.commit());
      written_.push_back({"chart", file.file.path()});
    }
  }
  for (OutputFile& file : beside_) {
    TILL_TRY(file.commit());
    written_.push_back({"chart", file.path()});
  }
  if (out_) {
    TILL_TRY(out_->commit());
    written_.push_back({out_is_model_ ? "model" : "answer", out_->path()});
    if (!out_is_model_) {
      return {};
    }
  }
  const Sink sink = [&](std::string_view bytes) -> Result<void> {
    TILL_TRY(go_on());
    return standard_output.write(bytes);
  };
  if (format_ == Format::Parquet) {
    // Parquet is written back to front: it becomes a file first.
    std::error_code error;
    const std::string path = std::filesystem::temp_directory_path(error) / "till.parquet";
    TILL_ASSIGN(const OutputFile file, OutputFile::create(path));
    TILL_TRY(engine::write_parquet(answer.rows, file.temporary_path()));
    return copy(file.temporary_path(), sink);
  }
  return encode(answer, format_, {terminal_.width, terminal_.colour}, sink);
}

}  // namespace till::cli
