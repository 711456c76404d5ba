#include "till/engine/describe.hpp"

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/log/describe.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "describe";

const Fields<DescribeOptions>& fields() {
  static const Fields<DescribeOptions> kFields = {
      field(&DescribeOptions::limit, limit_parameter()),
  };
  return kFields;
}

List files_of(const log::Description& description) {
  List list;
  for (const log::IngestedFile& file : description.files) {
    list.emplace_back(Object{{"file", file.path},
                             {"read", file.read},
                             {"accepted", file.accepted},
                             {"rejected", file.rejected},
                             {"sha256", file.sha256}});
  }
  return list;
}

List reject_examples_of(const log::Description& description) {
  List list;
  for (const log::Reject& reject : description.reject_examples) {
    list.emplace_back(Object{{"file", reject.file},
                             {"line", reject.line},
                             {"column", reject.column},
                             {"reason", reject.reason},
                             {"text", reject.text}});
  }
  return list;
}

List gaps_of(const log::Description& description) {
  List list;
  for (const log::Gap& gap : description.gaps) {
    list.emplace_back(Object{{"from", gap.range.from}, {"to", gap.range.to}, {"days", gap.days}});
  }
  return list;
}

List junk_of(const log::Description& description) {
  List list;
  for (const log::JunkId& junk : description.junk) {
    list.emplace_back(Object{{"column", junk.column},
                             {"id", junk.id},
                             {"transactions", junk.transactions},
                             {"why", junk.why}});
  }
  return list;
}

std::string_view word_of(log::Sufficiency::Verdict verdict) {
  switch (verdict) {
    case log::Sufficiency::Verdict::Yes:
      return "yes";
    case log::Sufficiency::Verdict::Partly:
      return "partly";
    case log::Sufficiency::Verdict::No:
      break;
  }
  return "no";
}

List questions_of(const log::Description& description) {
  List list;
  for (const log::Sufficiency& question : description.questions) {
    list.emplace_back(Object{{"question", question.question},
                             {"answerable", word_of(question.verdict)},
                             {"why", question.why}});
  }
  return list;
}

std::string title_of(const log::Description& description, const TimeZone& zone) {
  const log::Source& source = description.source;
  if (!source.first || !source.last) {
    return "The log holds no transactions.";
  }
  return count_of(source.accepted, "transaction") + " of " +
         count_of(description.customers, "customer") + " and " +
         count_of(description.products, "product") + ", " + day(*source.first, zone) + " to " +
         day(*source.last, zone) + ".";
}

}  // namespace

Verb describe_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Is this log any good? A page of data quality",
       .description =
           "Profiles the log as it was understood: each column with its type, gaps and range; "
           "which "
           "rows were rejected and why; duplicates, returns, rows without a customer; days without "
           "any transaction; ids that are probably none. Then which questions the log can answer, "
           "and "
           "which not yet, and why.",
       .examples = {{"till describe shop.duckdb", "Look at a kept log."},
                    {"till describe sales.csv --format json",
                     "Look at a file before keeping it."}}},
      fields(),
      &describe);
}

Result<Answer> describe(Session& session, const DescribeOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  TILL_ASSIGN(const log::Description description, log::describe(*log));

  const TimeZone zone = question_zone(session, *log, std::nullopt);
  Answer answer = begin_answer(kName, session, *log, fields().describe(options), zone);
  answer.warnings = description.warnings;

  using Profile = log::ColumnProfile;
  const auto& columns = description.columns;
  const auto text_or_null = [](std::string Profile::* member) {
    return [member](const Profile& profile) {
      const std::string& text = profile.*member;
      return text.empty() ? std::nullopt : std::optional(text);
    };
  };
  add_column(answer.rows, "column", column_of<TextColumn>(columns, &Profile::name));
  add_column(answer.rows, "type", column_of<TextColumn>(columns, &Profile::type));
  add_column(answer.rows, "missing", column_of<IntegerColumn>(columns, &Profile::missing));
  add_column(answer.rows, "distinct", column_of<IntegerColumn>(columns, &Profile::distinct));
  add_column(
      answer.rows, "minimum", column_of<TextColumn>(columns, text_or_null(&Profile::minimum)));
  add_column(
      answer.rows, "maximum", column_of<TextColumn>(columns, text_or_null(&Profile::maximum)));
  finish_rows(answer, options.limit);

  Object rejects;
  for (const log::RejectCount& reject : description.rejects) {
    rejects.push_back({reject.reason, reject.rows});
  }
  answer.summary = {
      {"customers", description.customers},
      {"products", description.products},
      {"rejected", description.source.rejected},
      {"duplicates", description.source.duplicates},
      {"returns", description.returns},
      {"rows_without_customer", description.rows_without_customer},
      {"customers_with_one_row", description.customers_with_one_row},
      {"active_days", description.active_days},
      {"calendar_days", description.calendar_days},
      {"times_of_day", description.times_of_day},
      {"products_without_attributes", description.products_without_attributes},
      {"questions", questions_of(description)},
      {"files", files_of(description)},
      {"rejects", std::move(rejects)},
      {"reject_examples", reject_examples_of(description)},
      {"gaps", gaps_of(description)},
      {"junk", junk_of(description)},
  };
  answer.title = title_of(description, zone);
  return answer;
}

}  // namespace till::engine
