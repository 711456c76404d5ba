#include "till/math/hypergeometric.hpp"

#include <gtest/gtest.h>

namespace till::math {
namespace {

TEST(Hypergeometric, IsThatOfMpmathNearOneForLargeParametersAndWholeDifferences) {
  struct Case {
    double a;
    double b;
    double c;
    double z;
    double log_value;
  };

  for (const auto& [a, b, c, z, log_value] : {
           Case{1.5, 0.5, 2.0, 0.3, 0.1307311732966512382},
           Case{3.0, 2.0, 7.0, 0.9999, 1.60884018139423148},
           Case{1000.0, 500.0, 2000.0, 0.5, 150.9720544464059547},
           Case{0.5, 1.0, 3.0, -40.0, -1.091000860546667227},
           Case{2.0, 0.001, 1.001, 0.999999, 6.908767566470446282},
           Case{40.0, 3.0, 10.0, 0.99, 139.0714247834940222},
           Case{12.5, 3.6, 13.5, -0.7, -1.790959146049639359},
       }) {
    EXPECT_NEAR(log_hypergeometric_2f1(a, b, c, z), log_value, 1e-11) << a << ' ' << z;
  }
}

TEST(Hypergeometric, IsOneWhereThereIsNothingToAdd) {
  EXPECT_EQ(log_hypergeometric_2f1(3.0, 1.0, 2.0, 0.0), 0.0);
  EXPECT_EQ(log_hypergeometric_2f1(0.0, 1.0, 2.0, 0.7), 0.0);
}

}  // namespace
}  // namespace till::math
