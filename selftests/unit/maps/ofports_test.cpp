// SPDX-License-Identifier: Apache-2.0
#include "maps/ofports.h"

#include "pipeline_fixture.h"

#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

constexpr std::uint32_t k_local = 0xfffffffe;

TEST(OfPorts, AreOfTheirBridge) {
    const KernelMaps kernel;
    OfPorts ports(kernel.fd("ofports"));
    ASSERT_TRUE(ports.set(1, 5, 50));
    ASSERT_TRUE(ports.set(2, 5, 60));
    ASSERT_TRUE(ports.set(1, k_local, 70));
    EXPECT_EQ(ports.find(1, 5), 50U);
    EXPECT_EQ(ports.find(2, 5), 60U);
    EXPECT_EQ(ports.find(1, k_local), 70U);
    EXPECT_EQ(ports.find(2, k_local), std::nullopt);
    ASSERT_TRUE(ports.set(1, 5, 51));
    EXPECT_EQ(ports.find(1, 5), 51U);
    ports.remove(1, 5);
    EXPECT_EQ(ports.find(1, 5), std::nullopt);
    EXPECT_EQ(ports.find(2, 5), 60U);
}

TEST(OfPorts, ABridgeIsClearedOfAllOfThem) {
    const KernelMaps kernel;
    OfPorts ports(kernel.fd("ofports"));
    for (std::uint32_t n = 1; n <= 300; ++n)
        ASSERT_TRUE(ports.set(1 + n % 2, n, n));
    ports.clear(1);
    for (std::uint32_t n = 1; n <= 300; ++n)
        EXPECT_EQ(ports.find(1 + n % 2, n).has_value(), n % 2 == 1) << n;
}

} // namespace
} // namespace bvs::maps
