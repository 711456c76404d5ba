#include "till/warehouse/uri.hpp"

#include <gtest/gtest.h>

namespace till::warehouse {
namespace {

TEST(Uri, TellsUrisFromFiles) {
  EXPECT_TRUE(is_uri("postgresql://shop/sales"));
  EXPECT_FALSE(is_uri("shop.duckdb"));
  EXPECT_FALSE(is_uri("C:/shop.duckdb"));
  EXPECT_EQ(scheme_of("PostgreSQL://shop"), "postgresql");
  EXPECT_EQ(scheme_of("shop.duckdb"), "");
}

TEST(Uri, PasswordsAreNotShown) {
  EXPECT_EQ(without_password("postgresql://till:secret@host:5432/db"),
            "postgresql://till@host:5432/db");
  EXPECT_EQ(without_password("postgresql://till:se@cret@host/db"), "postgresql://till@host/db");
  EXPECT_EQ(without_password("postgresql://:secret@host/db"), "postgresql://@host/db");
  EXPECT_EQ(without_password("postgresql://host/db?user=a&password=secret&x=1"),
            "postgresql://host/db?user=a&password=***&x=1");
  EXPECT_EQ(without_password("postgresql://host/db?sslpassword=secret"),
            "postgresql://host/db?sslpassword=***");
  EXPECT_EQ(without_password("postgresql://host/db?pass%77ord=secret"),
            "postgresql://host/db?pass%77ord=***");
}

TEST(Uri, PasswordsAreNotShownWhereTheyShouldHaveBeenWrittenOtherwise) {
  EXPECT_EQ(without_password("postgresql://till:se/cret@host/db"), "postgresql://till@host/db");
  EXPECT_EQ(without_password("postgresql://till:se?cret@host/db"), "postgresql://till@host/db");
  EXPECT_EQ(without_password("postgresql://till:se#cret@host/db?x=1"),
            "postgresql://till@host/db?x=1");
}

TEST(Uri, WhatIsNoPasswordIsShown) {
  EXPECT_EQ(without_password("shop.duckdb"), "shop.duckdb");
  EXPECT_EQ(without_password("postgresql://host:5432/db?sslmode=require"),
            "postgresql://host:5432/db?sslmode=require");
  EXPECT_EQ(without_password("postgresql://till@host:5432/db"), "postgresql://till@host:5432/db");
  EXPECT_EQ(without_password("postgresql://host/db?user=till@shop"),
            "postgresql://host/db?user=till@shop");
}

}  // namespace
}  // namespace till::warehouse
