// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(BfdSettings, AreOffOrHaveTheDefaultsOfOpenVSwitch) {
    model::Warnings warnings;
    EXPECT_FALSE(settle_bfd("t", {}, warnings));
    EXPECT_FALSE(settle_bfd("t", {{"enable", "false"}, {"min_rx", "x"}}, warnings));
    EXPECT_EQ(settle_bfd("t", {{"enable", "true"}}, warnings), BfdSettings());
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(BfdSettings, TakeWhatIsConfigured) {
    model::Warnings warnings;
    const BfdSettings all{.min_rx = Milliseconds(300),
                          .min_tx = Milliseconds(200),
                          .decay_min_rx = Milliseconds(3000),
                          .multiplier = 4,
                          .forwarding_if_rx = true,
                          .cpath_down = true,
                          .check_tunnel_key = true,
                          .oam = true,
                          .local_source = model::Mac{2, 0, 0, 0, 0, 1},
                          .local_destination = {2, 0, 0, 0, 0, 2},
                          .remote_destination = model::Mac{2, 0, 0, 0, 0, 3},
                          .source_ip = 0x0a000001,
                          .destination_ip = 0x0a000002,
                          .checks_ip = true};
    EXPECT_EQ(settle_bfd("t",
                         {{"enable", "true"},
                          {"min_rx", "300"},
                          {"min_tx", "200"},
                          {"decay_min_rx", "3000"},
                          {"mult", "4"},
                          {"forwarding_if_rx", "true"},
                          {"cpath_down", "true"},
                          {"check_tnl_key", "true"},
                          {"oam", "true"},
                          {"bfd_local_src_mac", "02:00:00:00:00:01"},
                          {"bfd_local_dst_mac", "02:00:00:00:00:02"},
                          {"bfd_remote_dst_mac", "02:00:00:00:00:03"},
                          {"bfd_src_ip", "10.0.0.1"},
                          {"bfd_dst_ip", "10.0.0.2"}},
                         warnings),
              all);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(BfdSettings, WarnOfWhatMakesNoSense) {
    model::Warnings warnings;
    const auto bfd = settle_bfd("t",
                                {{"enable", "true"},
                                 {"min_rx", "0"},
                                 {"min_tx", "soon"},
                                 {"decay_min_rx", "0"},
                                 {"mult", "256"},
                                 {"bfd_src_ip", "fe80::1"}},
                                warnings);
    EXPECT_EQ(bfd, (BfdSettings{.min_rx = Milliseconds(1), .multiplier = 255}));
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("min_rx=0"), HasSubstr("min_tx=soon"),
                                      HasSubstr("mult=256"), HasSubstr("bfd_src_ip=fe80::1")));
    warnings.clear();
    EXPECT_EQ(settle_bfd("t", {{"enable", "true"}, {"decay_min_rx", "500"}}, warnings),
              BfdSettings());
    EXPECT_THAT(warnings, ElementsAre("interface t: decay_min_rx=500 is less than min_rx; it is "
                                      "not used"));
}

} // namespace
} // namespace bvs::protocol
