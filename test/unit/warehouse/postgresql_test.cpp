// PostgreSQL, on a real server: test/support/postgresql.py runs this suite with one. Without it
// only what needs no server is tested.

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/database.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::warehouse {
namespace {

using test::ask;
using test::execute;
using test::server_uri;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Error refusal(const std::string& uri) {
  const Result<Warehouse> warehouse = Warehouse::open({.uri = uri});
  EXPECT_FALSE(warehouse) << uri << " can be opened";
  return warehouse ? Error{} : warehouse.error();
}

TEST(PostgresqlDriver, SaysHowToGetItWhereItIsMissing) {
  const test::TemporaryFolder folder;
  const Result<Warehouse> warehouse =
      Warehouse::open({.uri = "postgresql://till:secret@host/db", .driver_directory = folder / ""});
  ASSERT_FALSE(warehouse);
  EXPECT_EQ(warehouse.error().code, ErrorCode::NotFound);
  EXPECT_EQ(warehouse.error().message,
            "open: the database driver libadbc_driver_postgresql.so is not there; looked at " +
                (folder / "libadbc_driver_postgresql.so"));
  EXPECT_THAT(warehouse.error().remedy, HasSubstr("tools/setup postgresql"));
}

class Postgresql : public ::testing::Test {
 protected:
  void SetUp() override {
    if (server_uri().empty()) {
      GTEST_SKIP() << "needs a server: test/support/postgresql.py till_warehouse_test";
    }
    database_ = test::open_log_database();
    execute(database_, "DROP SCHEMA IF EXISTS shop CASCADE");
    execute(database_, "CREATE SCHEMA shop");
    uri_ = server_uri(ask(database_, "SELECT current_database()").front());
  }

  /// Opens the same database once more, to read it.
  [[nodiscard]] Warehouse reader() const {
    Result<Warehouse> opened = Warehouse::open({.uri = uri_, .read_only = true});
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : Warehouse();
  }

  /// Returns how a statement fails.
  Error failure(const std::string& sql) {
    const Result<void> done = database_.execute(sql);
    EXPECT_FALSE(done) << sql;
    return done ? Error{} : done.error();
  }

  Warehouse database_;
  std::string uri_;
};

TEST_F(Postgresql, AnswersWithTypedColumns) {
  EXPECT_THAT(ask(database_,
                  "SELECT 7 AS n, CAST(8 AS bigint), CAST(0.5 AS double precision), 'été', "
                  "TIMESTAMP '2018-01-31 09:31:08.5', NULL, DATE '2018-02-01', true"),
              ElementsAre("7|8|0.5|été|2018-01-31T09:31:08.500Z||2018-02-01|true"));
}

TEST_F(Postgresql, BindsValuesOfEveryKind) {
  const std::vector<Value> values = {std::int64_t{1} << 40,
                                     0.25,
                                     std::string("Robert'); DROP TABLE students;--"),
                                     Instant{1'517'390'668'000'000},
                                     true,
                                     std::monostate{}};
  Result<RecordStream> rows = database_.query("SELECT $1, $2, $3, $4, $5, $6", values);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_TRUE(rows->next().value());
  const BatchView batch = rows->batch();
  EXPECT_EQ(batch.column(0).integer(0), std::int64_t{1} << 40);
  EXPECT_EQ(batch.column(1).real(0), 0.25);
  EXPECT_EQ(batch.column(2).text(0), "Robert'); DROP TABLE students;--");
  EXPECT_EQ(batch.column(3).instant(0), Instant{1'517'390'668'000'000});
  EXPECT_EQ(batch.column(4).integer(0), 1);
  EXPECT_TRUE(batch.column(5).is_null(0));
}

TEST_F(Postgresql, AppendsRowsAndOrdersTextByItsBytes) {
  const BatchLayout layout = {{"k", BatchType::Key},
                              {"n", BatchType::Integer},
                              {"x", BatchType::Real},
                              {"t", BatchType::Text},
                              {"at", BatchType::Timestamp},
                              {"b", BatchType::Boolean}};
  const std::vector<std::string> texts = {"b", "B", "a", "été", "-", "Z"};
  bool done = false;
  const Result<void> appended =
      database_.append("shop", "rows", AppendMode::Create, layout, [&](Batch& out) -> Result<bool> {
        if (std::exchange(done, true)) {
          return false;
        }
        for (std::size_t i = 0; i < texts.size(); ++i) {
          out.column(0).append_key(static_cast<std::int32_t>(i));
          i == 0 ? out.column(1).append_null() : out.column(1).append_integer(1);
          out.column(2).append_real(0.1);
          out.column(3).append_text(texts[i]);
          out.column(4).append_instant({1'517'390'668'000'001});
          out.column(5).append_boolean(i == 1);
        }
        return true;
      });
  ASSERT_TRUE(appended) << appended.error().message;
  EXPECT_THAT(ask(database_, "SELECT t FROM shop.rows ORDER BY t"),
              ElementsAre("-", "B", "Z", "a", "b", "été"));
  EXPECT_THAT(
      ask(database_,
          "SELECT count(n), max(k), min(x), min(\"at\"), count(CASE WHEN b THEN 1 END) FROM "
          "shop.rows"),
      ElementsAre("5|5|0.1|2018-01-31T09:24:28.000001Z|1"));
}

TEST_F(Postgresql, WritesTextsAsDuckdbDoes) {
  Warehouse duckdb = test::open_database();
  for (const std::string value : {"CAST(1 AS double precision)",
                                  "CAST(-0.5 AS double precision)",
                                  "CAST(1e20 AS double precision)",
                                  "CAST(1e-7 AS double precision)",
                                  "CAST(12 AS bigint)",
                                  "true",
                                  "TIMESTAMP '2018-01-31 09:31:08.5'",
                                  "DATE '2018-01-31'"}) {
    EXPECT_EQ(
        ask(database_,
            "SELECT " + database_.dialect().as_text("v") + " FROM (SELECT " + value + " AS v) t"),
        ask(duckdb,
            "SELECT " + duckdb.dialect().as_text("v") + " FROM (SELECT " + value + " AS v) t"))
        << value;
  }
}

TEST_F(Postgresql, HandsAnErrorOfTheSourceBackAndKeepsNothing) {
  execute(database_, "CREATE TABLE shop.rows (k integer)");
  const Error wanted{ErrorCode::InvalidData, "line 7 is broken", "mend it"};
  int batches = 0;
  const Result<void> done = database_.append(
      "shop", "rows", AppendMode::Append, {{"k", BatchType::Key}}, [&](Batch& out) -> Result<bool> {
        if (++batches == 3) {
          return wanted;
        }
        out.column(0).append_key(1);
        return true;
      });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), wanted);
  EXPECT_THAT(ask(database_, "SELECT count(*) FROM shop.rows"), ElementsAre("0"));
}

TEST_F(Postgresql, ForgetsWhatARolledBackTransactionDidEvenAfterAFailure) {
  execute(database_, "CREATE TABLE shop.t (n integer)");
  ASSERT_TRUE(database_.begin());
  execute(database_, "INSERT INTO shop.t VALUES (1)");
  EXPECT_EQ(failure("INSERT INTO shop.t VALUES (1 / 0)").code, ErrorCode::InvalidData);
  ASSERT_TRUE(database_.rollback());
  EXPECT_THAT(ask(database_, "SELECT count(*) FROM shop.t"), ElementsAre("0"));
}

TEST_F(Postgresql, TellsFailuresApart) {
  execute(database_, "CREATE TABLE shop.t (n integer UNIQUE)");
  execute(database_, "INSERT INTO shop.t VALUES (1)");
  EXPECT_EQ(failure("SELECT * FROM nowhere"),
            (Error{ErrorCode::NotFound, "relation \"nowhere\" does not exist", ""}));
  EXPECT_EQ(failure("INSERT INTO shop.t VALUES (1)").code, ErrorCode::Conflict);
  EXPECT_EQ(failure("CREATE TABLE shop.t (n integer)").code, ErrorCode::Conflict);
  EXPECT_EQ(failure("SELECT CAST('x' AS integer)").code, ErrorCode::InvalidData);
  EXPECT_EQ(failure("SELEC 1").code, ErrorCode::Internal);
  execute(database_, "SET statement_timeout = 50");
  const Error late = failure("SELECT pg_sleep(5)");
  EXPECT_EQ(late.code, ErrorCode::Io) << "nobody cancelled it";
  EXPECT_THAT(late.remedy, HasSubstr("statement_timeout"));
}

TEST_F(Postgresql, ReportsAnErrorThatSurfacesWhileRowsFlow) {
  Result<RecordStream> rows =
      database_.query("SELECT g, 1 / (g - 900000) FROM generate_series(1, 1000000) g");
  ASSERT_TRUE(rows) << rows.error().message;
  Result<bool> more = true;
  while (more && *more) {
    more = rows->next();
  }
  ASSERT_FALSE(more) << "the stream ended as if nothing had happened";
  EXPECT_EQ(more.error(), (Error{ErrorCode::InvalidData, "division by zero", ""}));
}

TEST_F(Postgresql, AReaderSeesOneStateThroughout) {
  execute(database_, "CREATE TABLE shop.t (n integer)");
  Warehouse other = reader();
  EXPECT_THAT(ask(other, "SELECT count(*) FROM shop.t"), ElementsAre("0"));
  execute(database_, "INSERT INTO shop.t VALUES (1)");
  EXPECT_THAT(ask(other, "SELECT count(*) FROM shop.t"), ElementsAre("0"));
  Warehouse later = reader();
  EXPECT_THAT(ask(later, "SELECT count(*) FROM shop.t"), ElementsAre("1"));
  EXPECT_FALSE(other.execute("INSERT INTO shop.t VALUES (2)")) << "it may only read";
  EXPECT_THAT(ask(other, "SELECT count(*) FROM shop.t"), ElementsAre("1"));
}

TEST_F(Postgresql, OneWritesAtATime) {
  const Error error = refusal(uri_);
  EXPECT_EQ(error.code, ErrorCode::Conflict) << error.message;
  EXPECT_THAT(error.remedy, HasSubstr("another process is changing this database"));
  database_ = Warehouse();
  EXPECT_TRUE(Warehouse::open({.uri = uri_}));
}

TEST_F(Postgresql, StopsARunningStatementWhenAnotherThreadAsks) {
  for (const std::string sql :
       {"SELECT count(*) FROM generate_series(1, 1000000000)", "SELECT pg_sleep(30)"}) {
    const auto begin = std::chrono::steady_clock::now();
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      database_.cancel();
    });
    const Result<std::int64_t> answer = database_.query_integer(sql);
    canceller.join();
    ASSERT_FALSE(answer) << sql;
    EXPECT_EQ(answer.error().code, ErrorCode::Cancelled) << answer.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    EXPECT_THAT(ask(database_, "SELECT 1"), ElementsAre("1")) << "the connection is of use";
  }
}

TEST_F(Postgresql, SaysThatTheServerIsGone) {
  Warehouse other = reader();
  Result<RecordStream> rows =
      other.query("SELECT g, repeat('x', 1000) FROM generate_series(1, 1000000) g");
  ASSERT_TRUE(rows);
  ASSERT_TRUE(rows->next());
  execute(database_,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid()");
  Result<bool> more = true;
  while (more && *more) {
    more = rows->next();
  }
  ASSERT_FALSE(more) << "half an answer passed for a whole one";
  EXPECT_EQ(more.error().code, ErrorCode::Io) << more.error().message;
  const Result<void> after = other.execute("SELECT 1");
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::Io) << after.error().message;
}

TEST_F(Postgresql, SaysWhyADatabaseCannotBeOpened) {
  const auto at = [&](const std::string& user, const std::string& rest) {
    return "postgresql://" + user + uri_.substr(uri_.find('@'), uri_.rfind('/') - uri_.find('@')) +
           rest;
  };
  const Error missing = refusal(at("till:secret", "/nowhere"));
  EXPECT_EQ(missing.code, ErrorCode::NotFound);
  EXPECT_THAT(missing.message, HasSubstr("database \"nowhere\" does not exist"));
  execute(database_, "DROP ROLE IF EXISTS locked");
  execute(database_, "CREATE ROLE locked LOGIN PASSWORD 'sesame'");
  const Error locked = refusal(at("locked:secret", "/postgres"));
  EXPECT_EQ(locked.code, ErrorCode::InvalidArgument);
  EXPECT_THAT(locked.message, HasSubstr("password authentication failed for user \"locked\""));
  EXPECT_TRUE(Warehouse::open({.uri = at("locked:sesame", "/postgres"), .read_only = true}));
  const Error nobody = refusal("postgresql://till:secret@127.0.0.1:1/postgres");
  EXPECT_EQ(nobody.code, ErrorCode::Io);
  EXPECT_THAT(nobody.message, HasSubstr("Connection refused"));
  for (const Error& error : {missing, locked, nobody}) {
    EXPECT_THAT(error.message + error.remedy, Not(HasSubstr("secret")));
    EXPECT_NE(error.remedy, "");
  }
}

TEST_F(Postgresql, ShowsNoPartOfAPasswordInAUriThatCannotBeRead) {
  for (const std::string uri : {"postgresql://till:se/cret@host/db",
                                "postgresql://till:se%zzcret@host/db",
                                "postgresql://till:se@cret@127.0.0.1:se5cret/db",
                                "postgresql://host:secret/db"}) {
    const Error error = refusal(uri);
    EXPECT_EQ(error.code, ErrorCode::InvalidArgument) << uri;
    EXPECT_THAT(error.message, HasSubstr("the URI cannot be read")) << uri;
  }
  EXPECT_THAT(refusal("postgresql://till:se/cret@host/db").message, Not(HasSubstr("se/")));
}

}  // namespace
}  // namespace till::warehouse
