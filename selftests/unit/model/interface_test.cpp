// SPDX-License-Identifier: Apache-2.0
#include "switch/model/interface.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class InterfaceTest : public testing::Test {
  protected:
    Interface settle(const InterfaceRequest &request) {
        return model::settle(request, {.name = request.name, .bridge = "br0"}, warnings);
    }
    Warnings warnings;
};

TEST_F(InterfaceTest, IsAnExistingDeviceUnlessSaidOtherwise) {
    EXPECT_EQ(settle({.name = "eth0"}).device, Device::existing);
    EXPECT_EQ(settle({.name = "eth0", .type = "system"}).device, Device::existing);
    EXPECT_EQ(settle({.name = "int0", .type = "internal"}).device, Device::internal);
}

TEST_F(InterfaceTest, ABridgesOwnPortIsInternalWhateverItsType) {
    const auto local = settle({.name = "br0", .type = ""});
    EXPECT_TRUE(local.is_local());
    EXPECT_EQ(local.device, Device::internal);
}

TEST_F(InterfaceTest, RefusesTypesThatAreNotThere) {
    for (const auto *type : {"stt", "lisp", "gtpu", "bareudp", "tap", "dpdk"})
        EXPECT_THAT(settle({.name = "v", .type = type}).refusal,
                    HasSubstr(fmt::format("type {} is not supported", type)));
}

TEST_F(InterfaceTest, PatchAndTunnelPortsHaveNoNetdevAndAnyName) {
    const std::string name = "patch-br-int-to-provnet/7";
    const auto patch = settle({.name = name, .type = "patch", .options = {{"peer", "other"}}});
    EXPECT_EQ(patch.refusal, "");
    EXPECT_EQ(patch.device, Device::patch);
    EXPECT_EQ(patch.peer, "other");
    EXPECT_FALSE(patch.has_netdev());
    EXPECT_EQ(type_of(patch), "patch");
    const auto tunnel =
        settle({.name = name, .type = "geneve", .options = {{"remote_ip", "192.0.2.1"}}});
    EXPECT_EQ(tunnel.refusal, "");
    EXPECT_EQ(tunnel.device, Device::tunnel);
    EXPECT_FALSE(tunnel.has_netdev());
    EXPECT_EQ(type_of(tunnel), "geneve");
    EXPECT_TRUE(tunnel.tunnel);
}

TEST_F(InterfaceTest, RefusesWhatItsOptionsCannotMean) {
    EXPECT_THAT(settle({.name = "v", .type = "vxlan"}).refusal, HasSubstr("remote_ip"));
    EXPECT_THAT(settle({.name = "p", .type = "patch"}).refusal, HasSubstr("peer"));
    EXPECT_EQ(settle({.name = "br0", .type = "vxlan"}).refusal, "") << "it is internal";
}

TEST_F(InterfaceTest, KnowsThatItIsOneOfABond) {
    const auto bonded = model::settle({.name = "eth0"},
                                      {.name = "bond0",
                                       .bridge = "br0",
                                       .interfaces = 2,
                                       .bond_mode = "balance-slb",
                                       .lacp = "active"},
                                      warnings);
    EXPECT_TRUE(bonded.bonded);
    EXPECT_TRUE(bonded.lacp);
    EXPECT_THAT(bonded.refusal, IsEmpty());
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(InterfaceTest, RefusesMembersThatAreNoDevicesOfTheHost) {
    for (const auto *type : {"internal", "patch"}) {
        const auto bonded =
            model::settle({.name = "x", .type = type},
                          {.name = "bond0", .bridge = "br0", .interfaces = 2}, warnings);
        EXPECT_THAT(bonded.refusal, HasSubstr(std::string("type ") + type + " cannot be one"));
    }
}

TEST_F(InterfaceTest, WarnsOfABondOfOne) {
    const auto alone = model::settle(
        {.name = "eth0"}, {.name = "eth0", .bridge = "br0", .bond_mode = "balance-slb"}, warnings);
    EXPECT_FALSE(alone.bonded);
    EXPECT_THAT(alone.refusal, IsEmpty());
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("has only one interface")));
}

TEST_F(InterfaceTest, RefusesNamesThatNoDeviceCanHave) {
    EXPECT_EQ(settle({.name = "a-device-too-long"}).refusal,
              "could not open network device a-device-too-long (Invalid argument: its name has 17 "
              "bytes, and IFNAMSIZ leaves 15 at most)");
    EXPECT_THAT(settle({.name = "../eth0"}).refusal, HasSubstr("has a '/', '%', ':' or blank"));
    EXPECT_THAT(settle({.name = "fifteen-letters"}).refusal, IsEmpty());
}

TEST_F(InterfaceTest, KnowsWhichNumbersItMayHave) {
    const auto interface = settle({.name = "e", .ofport_request = 70000, .ofport = -1});
    EXPECT_FALSE(interface.ofport_request);
    EXPECT_FALSE(interface.former_ofport);
    EXPECT_EQ(settle({.name = "e", .ofport = 65534}).former_ofport, std::nullopt);
    EXPECT_EQ(settle({.name = "e", .ofport = 65279}).former_ofport, 65279u);
}

TEST_F(InterfaceTest, OnlyInternalOnesAreGivenAnAddress) {
    EXPECT_TRUE(settle({.name = "i", .type = "internal", .mac = "02:00:00:00:00:01"}).mac);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_FALSE(settle({.name = "e", .mac = "02:00:00:00:00:01"}).mac);
    EXPECT_FALSE(settle({.name = "i", .type = "internal", .mac = "03:00:00:00:00:01"}).mac);
    EXPECT_THAT(warnings,
                ElementsAre("interface e: ignoring mac 02:00:00:00:00:01, as the interface is not "
                            "of type internal",
                            "interface i: ignoring mac 03:00:00:00:00:01, which is not the "
                            "Ethernet address of a device"));
}

TEST_F(InterfaceTest, TheHookCanBeChosen) {
    EXPECT_EQ(settle({.name = "e"}).hook, Hook::automatic);
    EXPECT_EQ(settle({.name = "e", .other_config = {{"hook", "xdp"}}}).hook, Hook::xdp);
    EXPECT_EQ(settle({.name = "e", .other_config = {{"hook", "tc"}}}).hook, Hook::tc);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(settle({.name = "e", .other_config = {{"hook", "dpdk"}}}).hook, Hook::automatic);
    EXPECT_EQ(warnings.size(), 1u);
}

} // namespace
} // namespace bvs::model
