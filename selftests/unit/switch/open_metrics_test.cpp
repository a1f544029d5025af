// SPDX-License-Identifier: Apache-2.0
#include "switch/open_metrics.h"

#include <gtest/gtest.h>
#include <limits>

namespace bvs::daemon {
namespace {

TEST(OpenMetrics, AnEmptyPageHasAnEnd) {
    EXPECT_EQ(OpenMetrics().finish(), "# EOF\n");
}

TEST(OpenMetrics, SamplesHaveTheSuffixOfTheirType) {
    OpenMetrics page;
    page.begin({"x_bytes", MetricType::counter, "bytes", "Bytes."});
    page.add({{"port", "p1"}, {"bridge", "br0"}}, std::uint64_t{7});
    page.begin({"x", MetricType::info, "", "What it is."});
    page.add_info({{"version", "1"}});
    page.add_single({"x_up", MetricType::gauge, "", "Whether it is up."}, std::uint64_t{0});
    EXPECT_EQ(std::move(page).finish(), "# TYPE x_bytes counter\n"
                                        "# UNIT x_bytes bytes\n"
                                        "# HELP x_bytes Bytes.\n"
                                        "x_bytes_total{port=\"p1\",bridge=\"br0\"} 7\n"
                                        "# TYPE x info\n"
                                        "# HELP x What it is.\n"
                                        "x_info{version=\"1\"} 1\n"
                                        "# TYPE x_up gauge\n"
                                        "# HELP x_up Whether it is up.\n"
                                        "x_up 0\n"
                                        "# EOF\n");
}

TEST(OpenMetrics, TextsAreEscaped) {
    OpenMetrics page;
    page.begin({"x", MetricType::gauge, "", "a \"b\" \\ c\nd"});
    page.add({{"name", "\"\\\n{},=ä"}}, std::uint64_t{1});
    EXPECT_EQ(std::move(page).finish(), "# TYPE x gauge\n"
                                        "# HELP x a \\\"b\\\" \\\\ c\\nd\n"
                                        "x{name=\"\\\"\\\\\\n{},=ä\"} 1\n"
                                        "# EOF\n");
}

TEST(OpenMetrics, NumbersAreExact) {
    OpenMetrics page;
    page.begin({"x", MetricType::gauge, "", "X."});
    page.add({{"n", "1"}}, std::numeric_limits<std::uint64_t>::max());
    page.add({{"n", "2"}}, 0.1);
    page.add({{"n", "3"}}, 1.7e9 + 0.25);
    const auto text = std::move(page).finish();
    EXPECT_NE(text.find("x{n=\"1\"} 18446744073709551615\n"), text.npos);
    EXPECT_NE(text.find("x{n=\"2\"} 0.1\n"), text.npos);
    EXPECT_NE(text.find("x{n=\"3\"} 1700000000.25\n"), text.npos);
}

} // namespace
} // namespace bvs::daemon
