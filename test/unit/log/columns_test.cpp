#include "log/columns.hpp"

#include <string>
#include <vector>

#include "support/error_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

using Names = std::vector<std::string>;

Columns find(const Names& names, const ColumnMapping& mapping = {}) {
  const Result<Columns> columns = find_columns("shop.csv", names, mapping);
  EXPECT_TRUE(columns) << columns.error().message;
  return columns.value_or(Columns{});
}

Error refusal(const Names& names, const ColumnMapping& mapping = {}) {
  const Result<Columns> columns = find_columns("shop.csv", names, mapping);
  EXPECT_FALSE(columns);
  return columns ? Error{} : columns.error();
}

TEST(Columns, FindsFieldsByName) {
  const Columns columns =
      find({"customer_id", "product_id", "timestamp", "amount", "quantity", "store"});
  EXPECT_EQ(columns.customer, 0U);
  EXPECT_THAT(columns.product, Optional(1U));
  EXPECT_EQ(columns.timestamp, 2U);
  EXPECT_THAT(columns.amount, Optional(3U));
  EXPECT_THAT(columns.quantity, Optional(4U));
  EXPECT_THAT(columns.extra, ElementsAre(5));
}

TEST(Columns, FindsFieldsWhateverTheirCaseAndSeparators) {
  const Columns columns = find({"InvoiceDate", "Stock Code", "CUSTOMER-ID", "Qty", "sales.value"});
  EXPECT_EQ(columns.timestamp, 0U);
  EXPECT_THAT(columns.product, Optional(1U));
  EXPECT_EQ(columns.customer, 2U);
  EXPECT_THAT(columns.quantity, Optional(3U));
  EXPECT_THAT(columns.amount, Optional(4U));
}

TEST(Columns, DoesWithoutAmountAndQuantity) {
  const Columns columns = find({"household_id", "sku", "date"});
  EXPECT_EQ(columns.amount, std::nullopt);
  EXPECT_EQ(columns.quantity, std::nullopt);
  EXPECT_THAT(columns.extra, IsEmpty());
}

TEST(Columns, PrefersTheNameThatTillItselfUses) {
  const Columns columns = find({"user", "customer_id", "item", "product_id", "date", "timestamp"});
  EXPECT_EQ(columns.customer, 1U);
  EXPECT_THAT(columns.product, Optional(3U));
  EXPECT_EQ(columns.timestamp, 5U);
  EXPECT_THAT(columns.extra, ElementsAre(0, 2, 4));
}

TEST(Columns, IgnoresColumnsWithoutAName) {
  EXPECT_THAT(find({"", "customer", "product", "date", ""}).extra, IsEmpty());
}

TEST(Columns, TakesTheMappingThatIsSaid) {
  const Columns columns =
      find({"CUST", "customer_id", "SKU", "DAY", "amount"},
           {{Field::Customer, "CUST"}, {Field::Timestamp, "DAY"}, {Field::Amount, "none"}});
  EXPECT_EQ(columns.customer, 0U);
  EXPECT_EQ(columns.timestamp, 3U);
  EXPECT_EQ(columns.amount, std::nullopt);
  EXPECT_THAT(columns.extra, ElementsAre(1, 4));
}

TEST(Columns, DoesWithoutAProductWhenToldSo) {
  EXPECT_EQ(find({"customer", "date"}, {{Field::Product, "none"}}).product, std::nullopt);
}

TEST(Columns, MapsToAColumnThatIsCalledNone) {
  EXPECT_THAT(find({"customer", "date", "none"}, {{Field::Product, "none"}}).product, Optional(2U));
}

TEST(Columns, NamesTheColumnsWhenOneIsMissing) {
  EXPECT_EQ(refusal({"", "who", "product", "date"}),
            (Error{ErrorCode::InvalidData,
                   "ingest: shop.csv: no column looks like the customer (columns: (unnamed), who, "
                   "product, date)",
                   "say which it is: --map customer=COLUMN"}));
  EXPECT_EQ(
      refusal({"customer", "what", "date"}),
      (Error{ErrorCode::InvalidData,
             "ingest: shop.csv: no column looks like the product (columns: customer, what, date)",
             "say which it is: --map product=COLUMN; a log without products: --map product=none"}));
  EXPECT_EQ(refusal({"customer", "sku", "when"}).message,
            "ingest: shop.csv: no column looks like the timestamp (columns: customer, sku, when)");
}

TEST(Columns, SaysThatAHeaderIsMissingWhenATimeStandsInIt) {
  EXPECT_EQ(refusal({"c1", "apple", "31-01-2018 10:00"}),
            (Error{ErrorCode::InvalidData,
                   "ingest: shop.csv: no column looks like the customer (columns: c1, apple, "
                   "31-01-2018 10:00)",
                   "the first line is read as the names of columns, and looks like a transaction: "
                   "write a line above it such as customer_id,product_id,timestamp"}));
}

TEST(Columns, NamesTheCandidatesWhenThereAreSeveral) {
  EXPECT_EQ(refusal({"user", "client", "sku", "date"}),
            (Error{ErrorCode::InvalidData,
                   "ingest: shop.csv: more than one column looks like the customer: user, client "
                   "(columns: user, "
                   "client, sku, date)",
                   "say which it is: --map customer=user"}));
  EXPECT_EQ(refusal({"customer_id", "Customer ID", "sku", "date"}).message,
            "ingest: shop.csv: more than one column looks like the customer: customer_id, Customer "
            "ID (columns: "
            "customer_id, Customer ID, sku, date)");
  EXPECT_EQ(refusal({"customer_id", "sku", "date", "units", "qty"}).message,
            "ingest: shop.csv: more than one column looks like the quantity: units, qty (columns: "
            "customer_id, "
            "sku, date, units, qty)");
}

TEST(Columns, SaysWhenAMappedColumnIsNotThere) {
  EXPECT_EQ(
      refusal({"CUST", "sku", "date"}, {{Field::Customer, "CUSTT"}}),
      (Error{
          ErrorCode::NotFound,
          "ingest: shop.csv: customer is mapped to \"CUSTT\", but the columns are CUST, sku, date",
          "did you mean CUST?"}));
  EXPECT_EQ(refusal({"", "sku", "date"}, {{Field::Customer, "none"}}),
            (Error{ErrorCode::NotFound,
                   "ingest: shop.csv: customer is mapped to \"none\", but the columns are "
                   "(unnamed), sku, date",
                   "name one of them: --map customer=COLUMN"}));
}

TEST(Columns, RefusesTwoFieldsInOneColumn) {
  EXPECT_EQ(refusal({"id", "sku", "date"}, {{Field::Customer, "id"}, {Field::Product, "id"}}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: shop.csv: column \"id\" is both the customer and the product",
                   "map each field to a column of its own"}));
}

TEST(Columns, RefusesANameThatStandsTwice) {
  EXPECT_EQ(refusal({"customer", "sku", "date", "x", "x"}),
            (Error{ErrorCode::InvalidData,
                   "ingest: shop.csv: the column \"x\" stands twice in the header (columns: "
                   "customer, sku, date, "
                   "x, x)",
                   "rename one of the two in the file"}));
}

// --- mappings
// -------------------------------------------------------------------------------------

TEST(ColumnMapping, IsParsed) {
  EXPECT_THAT(*parse_mapping("customer=CUST,product=SKU,timestamp=DATE"),
              ElementsAre(Pair(Field::Customer, "CUST"),
                          Pair(Field::Product, "SKU"),
                          Pair(Field::Timestamp, "DATE")));
  EXPECT_THAT(*parse_mapping("amount=a=b,quantity=n n"),
              ElementsAre(Pair(Field::Amount, "a=b"), Pair(Field::Quantity, "n n")));
  EXPECT_THAT(*parse_mapping(""), IsEmpty());
}

TEST(ColumnMapping, SaysWhichPartIsWrong) {
  const auto refusal = [](std::string_view text) {
    const Result<ColumnMapping> mapping = parse_mapping(text);
    EXPECT_FALSE(mapping);
    return mapping ? Error{} : mapping.error();
  };
  EXPECT_EQ(refusal("customer=A,prodct=B"),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: map is \"prodct=B\", but must be FIELD=COLUMN",
                   "fields: customer, product, timestamp, amount, quantity; for example --map "
                   "customer=CUST,product=SKU,timestamp=DATE"}));
  EXPECT_EQ(refusal("customer").message, "ingest: map is \"customer\", but must be FIELD=COLUMN");
  EXPECT_EQ(refusal("customer=").message, "ingest: map is \"customer=\", but must be FIELD=COLUMN");
  EXPECT_EQ(refusal("customer=A,,").message, "ingest: map is \"\", but must be FIELD=COLUMN");
  EXPECT_EQ(refusal("customer=A,customer=B").message,
            "ingest: map is \"customer=B\", but the customer was mapped before");
}

// --- side tables
// ----------------------------------------------------------------------------------

TEST(SideColumns, FindsIdNameAndAttributes) {
  const Names names = {"", "product_id", "Name", "department", "brand"};
  const Result<SideColumns> columns = find_side_columns("products.csv", names, Field::Product, {});
  ASSERT_TRUE(columns) << columns.error().message;
  EXPECT_EQ(columns->id, 1U);
  EXPECT_THAT(columns->name, ElementsAre(2));
  EXPECT_THAT(columns->attributes, ElementsAre(3, 4));
}

TEST(SideColumns, TakesABareId) {
  const Names names = {"name", "ID"};
  EXPECT_EQ(find_side_columns("c.csv", names, Field::Customer, {})->id, 1U);
}

TEST(SideColumns, JoinsANameFromTheColumnsThatAreSaid) {
  const Names names = {"sku", "name", "brand", "size"};
  const Names label = {"brand", "size"};
  const Result<SideColumns> columns = find_side_columns("p.csv", names, Field::Product, label);
  ASSERT_TRUE(columns);
  EXPECT_THAT(columns->name, ElementsAre(2, 3));
  EXPECT_THAT(columns->attributes, ElementsAre(1, 2, 3)) << "the parts of a name stay attributes";
}

TEST(SideColumns, SaysWhatIsMissing) {
  const Names names = {"department", "brand"};
  const Result<SideColumns> no_id = find_side_columns("p.csv", names, Field::Product, {});
  ASSERT_FALSE(no_id);
  EXPECT_EQ(no_id.error(),
            (Error{ErrorCode::InvalidData,
                   "ingest: p.csv: no column looks like the product (columns: department, brand)",
                   "name the id column product_id"}));
  const Names with_id = {"sku", "brand"};
  const Names label = {"brnd"};
  const Result<SideColumns> no_label = find_side_columns("p.csv", with_id, Field::Product, label);
  ASSERT_FALSE(no_label);
  EXPECT_EQ(no_label.error(),
            (Error{ErrorCode::NotFound,
                   "ingest: p.csv: product_name is \"brnd\", but the columns are sku, brand",
                   "did you mean brand?"}));
}

}  // namespace
}  // namespace till::log
