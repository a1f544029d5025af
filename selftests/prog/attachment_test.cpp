// SPDX-License-Identifier: Apache-2.0
//
// Which program is where: ports, netdevs that tunnelled packets come in at, and the onward device;
// from one daemon to the next.
#include "loader/attachment.h"
#include "selftests/fixture/lab.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <filesystem>
#include <gmock/gmock.h>

using namespace bvs;
using namespace bvs::fixture;
using bvs::loader::Datapath;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::string name_of(std::uint32_t program) {
    const loader::Descriptor fd(bpf_prog_get_fd_by_id(program));
    bpf_prog_info info = {};
    __u32 size = sizeof info;
    return bpf_obj_get_info_by_fd(fd.get(), &info, &size) ? "" : info.name;
}

std::uint32_t program_of_link(std::uint32_t link) {
    const loader::Descriptor fd(bpf_link_get_fd_by_id(link));
    bpf_link_info info = {};
    __u32 size = sizeof info;
    return bpf_obj_get_info_by_fd(fd.get(), &info, &size) ? 0 : info.prog_id;
}

// The id of the one program at the netdev's ingress; 0 if there is none.
std::uint32_t at_ingress(std::uint32_t ifindex) {
    const auto filter = loader::clsact_program(ifindex);
    const auto links = loader::tcx_links(ifindex);
    EXPECT_LE((filter ? 1 : 0) + links.size(), 1U) << "two of our programs on one netdev";
    return filter || links.empty() ? filter : program_of_link(links.front());
}

std::uint32_t at_egress(std::uint32_t ifindex) {
    bpf_tc_hook hook = {};
    hook.sz = sizeof hook;
    hook.ifindex = static_cast<int>(ifindex);
    hook.attach_point = BPF_TC_EGRESS;
    bpf_tc_opts options = {};
    options.sz = sizeof options;
    options.handle = 0xb501;
    options.priority = 1;
    return bpf_tc_query(&hook, &options) ? 0 : options.prog_id;
}

class Attachment : public testing::TestWithParam<bool> { // tcx is preferred
  protected:
    Attachment() {
        const auto pair = control_.create_veth({.name = "under0"}, {.name = "under1"});
        EXPECT_TRUE(pair) << pair.error().message;
        netdev_ = static_cast<std::uint32_t>(pair->end.ifindex);
        other_ = static_cast<std::uint32_t>(pair->peer.ifindex);
    }
    void TearDown() override {
        (void)loader::cleanup(pin_dir_);
        (void)control_.delete_link(static_cast<int>(netdev_));
    }

    std::unique_ptr<Datapath> start() { return start(pin_dir_, GetParam()); }
    static std::unique_ptr<Datapath> start(const std::string &pin_dir, bool tcx) {
        auto datapath = Datapath::open({.pin_dir = pin_dir, .log = {}, .prefer_tcx = tcx});
        EXPECT_TRUE(datapath) << datapath.error().message;
        return std::move(*datapath);
    }

    Lab lab_{{.tag = 0}}; // first, as it enters the sandbox
    host::LinkControl control_ = host::LinkControl::open().value();
    std::string pin_dir_ = lab_.the_switch().datapath().pin_dir() + "-attachment";
    std::uint32_t netdev_ = 0;
    std::uint32_t other_ = 0;
};

TEST_P(Attachment, AnUnderlayIsOneUntilItIsDetached) {
    const auto datapath = start();
    const auto attached = datapath->attach_underlay(netdev_);
    ASSERT_TRUE(attached) << attached.error().message;
    const auto program = at_ingress(netdev_);
    EXPECT_EQ(name_of(program), "bvs_underlay");
    EXPECT_THAT(datapath->underlays(), ElementsAre(netdev_));
    EXPECT_THAT(datapath->attached(), IsEmpty()) << "it is no port";
    ASSERT_TRUE(datapath->attach_underlay(netdev_));
    EXPECT_EQ(at_ingress(netdev_), program);
    EXPECT_TRUE(datapath->finish());
    EXPECT_EQ(at_ingress(netdev_), program);

    datapath->detach_underlay(netdev_);
    EXPECT_EQ(at_ingress(netdev_), 0U);
    EXPECT_THAT(datapath->underlays(), IsEmpty());
}

TEST_P(Attachment, TheNextDaemonSwapsTheProgramOrTakesItAway) {
    {
        const auto datapath = start();
        ASSERT_TRUE(datapath->attach_underlay(netdev_));
        ASSERT_TRUE(datapath->attach_underlay(other_));
        EXPECT_TRUE(datapath->finish());
    }
    const auto before = at_ingress(netdev_);
    EXPECT_EQ(name_of(before), "bvs_underlay");

    const auto datapath = start();
    ASSERT_TRUE(datapath->adopted());
    EXPECT_THAT(datapath->underlays(), testing::UnorderedElementsAre(netdev_, other_));
    ASSERT_TRUE(datapath->attach_underlay(netdev_));
    EXPECT_NE(at_ingress(netdev_), before);
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_underlay");
    EXPECT_EQ(at_ingress(other_), before) << "it is nobody's before finish()";
    EXPECT_TRUE(datapath->finish());
    EXPECT_EQ(at_ingress(other_), 0U);
    EXPECT_THAT(datapath->underlays(), ElementsAre(netdev_));
}

TEST_P(Attachment, ADaemonThatPrefersTheOtherHookLeavesNothingBehind) {
    {
        const auto datapath = start(pin_dir_, !GetParam());
        ASSERT_TRUE(datapath->attach_underlay(netdev_));
        ASSERT_TRUE(datapath->attach_underlay(other_));
    }
    const auto datapath = start();
    ASSERT_TRUE(datapath->attach_underlay(netdev_));
    EXPECT_TRUE(datapath->finish());
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_underlay");
    EXPECT_EQ(at_ingress(other_), 0U);
}

TEST_P(Attachment, AnUnderlayBecomesAPortAndIsThenNone) {
    const auto datapath = start();
    ASSERT_TRUE(datapath->attach_underlay(netdev_));
    ASSERT_TRUE(datapath->attach_tc(netdev_));
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_switch_tc");
    EXPECT_THAT(datapath->underlays(), IsEmpty());
    EXPECT_THAT(datapath->attached(), ElementsAre(netdev_));

    datapath->detach_underlay(netdev_);
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_switch_tc");
    const auto refused = datapath->attach_underlay(netdev_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EBUSY);
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_switch_tc");

    datapath->detach_tc(netdev_);
    ASSERT_TRUE(datapath->attach_underlay(netdev_));
    EXPECT_EQ(name_of(at_ingress(netdev_)), "bvs_underlay");
}

TEST_P(Attachment, AnUnderlayThatVanishesLeavesNothing) {
    {
        const auto datapath = start();
        ASSERT_TRUE(datapath->attach_underlay(netdev_));
        ASSERT_TRUE(control_.delete_link(static_cast<int>(netdev_)));
        EXPECT_THAT(datapath->take_lost(), IsEmpty()) << "it is no port";
        EXPECT_THAT(datapath->underlays(), IsEmpty());
        ASSERT_TRUE(control_.create_veth({.name = "under0"}, {.name = "under1"}));
        netdev_ = static_cast<std::uint32_t>(control_.get("under0")->ifindex);
        ASSERT_TRUE(datapath->attach_underlay(netdev_));
        ASSERT_TRUE(control_.delete_link(static_cast<int>(netdev_)));
    }
    const auto datapath = start();
    EXPECT_TRUE(datapath->finish());
    EXPECT_THAT(datapath->underlays(), IsEmpty());
}

TEST_P(Attachment, WhatAnotherDaemonHasIsLeftToIt) {
    const auto first = start();
    ASSERT_TRUE(first->attach_underlay(netdev_));
    const auto program = at_ingress(netdev_);

    const auto second = start(pin_dir_ + "-second", GetParam());
    const auto refused = second->attach_underlay(netdev_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EBUSY);
    EXPECT_THAT(refused.error().message, HasSubstr(pin_dir_));
    EXPECT_TRUE(second->rival_at(netdev_));
    second->detach_underlay(netdev_);
    EXPECT_EQ(at_ingress(netdev_), program);
    (void)loader::cleanup(pin_dir_ + "-second");
    EXPECT_EQ(at_ingress(netdev_), program);
}

TEST_P(Attachment, TheOnwardDeviceHasItsProgramAtEgressAndItsFarEndAtIngress) {
    std::uint32_t before = 0;
    {
        const auto datapath = start();
        ASSERT_TRUE(datapath->attach_onward(netdev_, other_));
        before = at_egress(netdev_);
        EXPECT_EQ(name_of(before), "bvs_onward");
        EXPECT_EQ(at_ingress(netdev_), 0U);
        EXPECT_EQ(name_of(at_ingress(other_)), "bvs_checksum");
        ASSERT_TRUE(datapath->attach_onward(netdev_, other_));
        EXPECT_EQ(at_egress(netdev_), before);
    }
    EXPECT_EQ(at_egress(netdev_), before) << "it outlives the daemon";
    const auto datapath = start();
    ASSERT_TRUE(datapath->attach_onward(netdev_, other_));
    EXPECT_EQ(name_of(at_egress(netdev_)), "bvs_onward");
    EXPECT_NE(at_egress(netdev_), before);
}

TEST_P(Attachment, WithoutItsFarEndTheOnwardDeviceHasNoProgramEither) {
    const auto refused = start()->attach_onward(netdev_, INT32_MAX);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("ifindex 2147483647"));
    EXPECT_EQ(at_egress(netdev_), 0U);
}

TEST_P(Attachment, CleanupTakesUnderlaysAway) {
    {
        const auto datapath = start();
        ASSERT_TRUE(datapath->attach_underlay(netdev_));
    }
    ASSERT_TRUE(loader::cleanup(pin_dir_));
    EXPECT_EQ(at_ingress(netdev_), 0U);
    EXPECT_FALSE(std::filesystem::exists(pin_dir_));
}

INSTANTIATE_TEST_SUITE_P(Hooks, Attachment, testing::Bool(),
                         [](const auto &suite) { return suite.param ? "tcx" : "clsact"; });

} // namespace
