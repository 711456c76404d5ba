#include "till/engine/ingest.hpp"

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/warehouse/uri.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "ingest";

const Fields<IngestOptions>& fields() {
  static const Fields<IngestOptions> kFields = {
      field(&IngestOptions::into,
            {.name = "into",
             .kind = Kind::File,
             .help =
                 "The database that keeps the log: a file such as shop.duckdb, or a URI. Made when "
                 "it is not there, added to when it is.",
             .placeholder = "DATABASE"}),
      field(&IngestOptions::limit, limit_parameter()),
  };
  return kFields;
}

}  // namespace

Verb ingest_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Read log files once and keep them as a database",
       .description =
           "Reads who bought what and when from CSV, TSV, JSON lines or Parquet, and keeps it "
           "coded and "
           "summed, so that every later question is answered at once.\n\n"
           "No row gets lost: a row that cannot be read is rejected with its file, line and "
           "reason, "
           "and till describe shows it. The same file is never added twice. When a file fails, the "
           "files before it are kept whole and nothing of it is.",
       .examples = {{"till ingest jan.csv feb.csv.gz --into shop.duckdb", "Keep two files."},
                    {"till ingest 'sales/*.parquet' --into shop.duckdb --time-zone Europe/Paris",
                     "Days and months will be those of Paris."},
                    {"till ingest old.csv --into shop.duckdb --map customer=KUNDE,timestamp=DATUM "
                     "--timestamp-format %d.%m.%Y",
                     "Say what the file does not."}}},
      fields(),
      &ingest);
}

Result<Answer> ingest(Session& session, const IngestOptions& options) {
  if (options.into.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "ingest: into is not said, but must name the database that keeps the log",
                 "for example: --into shop.duckdb"};
  }
  TILL_ASSIGN(const log::IngestReport report, session.ingest(options.into));
  TILL_ASSIGN(const log::Log* log, session.log());

  IngestOptions shown = options;
  shown.into = warehouse::without_password(options.into);
  Answer answer = begin_answer(kName, session, *log, fields().describe(shown), log->zone());

  using File = log::IngestedFile;
  add_column(answer.rows, "file", column_of<TextColumn>(report.files, &File::path));
  add_column(answer.rows, "status", column_of<TextColumn>(report.files, [](const File& file) {
               return file.already_known ? "known" : "added";
             }));
  add_column(answer.rows, "read", column_of<IntegerColumn>(report.files, &File::read));
  add_column(answer.rows, "accepted", column_of<IntegerColumn>(report.files, &File::accepted));
  add_column(answer.rows, "rejected", column_of<IntegerColumn>(report.files, &File::rejected));
  add_column(answer.rows, "sha256", column_of<TextColumn>(report.files, &File::sha256));
  finish_rows(answer, options.limit);

  Object columns;
  for (const auto& [field, column] : report.columns) {
    columns.push_back({field, column});
  }
  Object rejects;
  for (const log::RejectCount& reject : report.rejects) {
    rejects.push_back({reject.reason, reject.rows});
  }
  List examples;
  for (const log::Reject& reject : report.examples) {
    examples.emplace_back(Object{{"file", reject.file},
                                 {"line", reject.line},
                                 {"column", reject.column},
                                 {"reason", reject.reason},
                                 {"text", reject.text}});
  }
  answer.summary = {{"read", report.read},
                    {"accepted", report.accepted},
                    {"rejected", report.rejected},
                    {"duplicates", report.duplicates},
                    {"customers", log->customers()},
                    {"products", log->products()},
                    {"columns", std::move(columns)},
                    {"rejects", std::move(rejects)},
                    {"reject_examples", std::move(examples)}};
  answer.title = "Kept " + grouped(report.accepted) + " of " + count_of(report.read, "row") +
                 " in " + shown.into + ", which now holds " +
                 count_of(log->source().accepted, "transaction") + ".";
  return answer;
}

}  // namespace till::engine
