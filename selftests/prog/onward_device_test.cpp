// SPDX-License-Identifier: Apache-2.0
//
// The onward device: made once, adopted by the next daemon, put right when somebody has meddled
// with it, and one a generation.
#include "selftests/fixture/lab.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_monitor.h"
#include "switch/internal_devices.h"
#include "switch/onward_device.h"

#include <fstream>
#include <gmock/gmock.h>

using namespace bvs;
using namespace bvs::fixture;
using daemon::OnwardDevice;
using testing::IsEmpty;
using testing::Not;

namespace {

constexpr const char *k_rundir = "/run/bvs-onward-test";

std::string setting(const std::string &family, const std::string &link, const std::string &name) {
    std::string value;
    std::ifstream("/proc/sys/net/" + family + "/conf/" + link + "/" + name) >> value;
    return value;
}

class OnwardDevices : public testing::Test {
  protected:
    // As a daemon that starts, and adopts what there is.
    struct Started {
        std::unique_ptr<loader::Datapath> datapath;
        host::LinkMonitor monitor;
        host::LinkControl control;
        host::Ethtool ethtool;
        std::unique_ptr<OnwardDevice> onward;
    };
    Started start(std::uint32_t abi_version = BVS_ABI_VERSION) {
        auto datapath = loader::Datapath::open(
            {.pin_dir = pin_dir_, .log = {}, .abi_version = abi_version, .prefer_tcx = false});
        EXPECT_TRUE(datapath) << datapath.error().message;
        return {.datapath = std::move(*datapath),
                .monitor = host::LinkMonitor::open().value(),
                .control = host::LinkControl::open().value(),
                .ethtool = host::Ethtool::open().value(),
                .onward = {}};
    }
    OnwardDevice &onward_of(Started &started) {
        if (!started.onward)
            started.onward = std::make_unique<OnwardDevice>(
                *started.datapath, started.monitor.links(), started.control, started.ethtool,
                k_rundir, log_.logger("bridge"));
        return *started.onward;
    }
    // What every step of these tests ends with.
    std::uint32_t ensured(Started &started) {
        const auto ifindex = onward_of(started).ensure();
        EXPECT_TRUE(ifindex) << ifindex.error().message;
        EXPECT_EQ(started.datapath->maps().onward_info.get(0).ifindex, *ifindex);
        const auto link = started.control.get(static_cast<int>(*ifindex));
        EXPECT_TRUE(link && link->up && link->mtu == 65535);
        return *ifindex;
    }
    static std::vector<host::Link> ends(Started &started) {
        EXPECT_TRUE(started.monitor.poll());
        std::vector<host::Link> found;
        for (const auto &[ifindex, entry] : started.monitor.links().entries())
            if (onward_purpose(entry.link))
                found.push_back(entry.link);
        return found;
    }
    static bool onward_purpose(const host::Link &link) {
        return daemon::HiddenNames(k_rundir).purpose_of(link).starts_with("/onward");
    }

    void TearDown() override {
        auto control = host::LinkControl::open().value();
        daemon::remove_onward_devices(host::LinkMonitor::open()->links(), control, k_rundir);
        (void)loader::cleanup(pin_dir_);
    }

    Lab lab_{{.tag = 0}};
    std::string pin_dir_ = lab_.the_switch().datapath().pin_dir() + "-onward";
    daemon::Log log_{"test"};
};

TEST_F(OnwardDevices, AreMadeOnceAndSayNothing) {
    auto daemon = start();
    const auto ifindex = ensured(daemon);
    EXPECT_EQ(ensured(daemon), ifindex);
    EXPECT_EQ(ends(daemon).size(), 2U);
    EXPECT_EQ(ensured(daemon), ifindex);
    const auto *link = daemon.monitor.links().find(static_cast<int>(ifindex));
    ASSERT_TRUE(link);
    EXPECT_EQ(setting("ipv4", link->name, "forwarding"), "1");
    EXPECT_EQ(setting("ipv6", link->name, "forwarding"), "1");
    std::ifstream addresses("/proc/net/if_inet6");
    const std::string all{std::istreambuf_iterator<char>(addresses), {}};
    for (const auto &end : ends(daemon)) {
        EXPECT_EQ(all.find(end.name), std::string::npos) << all;
        EXPECT_TRUE(end.up);
        EXPECT_EQ(daemon.monitor.links().statistics(end.ifindex)->tx_packets, 0U);
    }
}

TEST_F(OnwardDevices, AreNoPortsDevices) {
    auto daemon = start();
    ensured(daemon);
    const auto both = ends(daemon);
    daemon::InternalDevices internal(daemon.monitor.links(), daemon.control, k_rundir);
    EXPECT_THAT(internal.present(), IsEmpty());
    ASSERT_THAT(both, Not(IsEmpty()));
    for (const auto &end : both) {
        EXPECT_TRUE(internal.is_hidden_end(end));
        EXPECT_EQ(internal.port_of(end), "");
        EXPECT_TRUE(daemon.onward->is_end(end));
    }
}

TEST_F(OnwardDevices, AreAdopted) {
    std::uint32_t before = 0;
    {
        auto daemon = start();
        before = ensured(daemon);
    }
    auto daemon = start();
    EXPECT_EQ(ensured(daemon), before);
    daemon.onward->remove_former();
    EXPECT_EQ(ends(daemon).size(), 2U);
}

TEST_F(OnwardDevices, ArePutRight) {
    auto daemon = start();
    const auto ifindex = static_cast<int>(ensured(daemon));
    ASSERT_TRUE(daemon.control.set_up(ifindex, false));
    ends(daemon);
    EXPECT_EQ(static_cast<int>(ensured(daemon)), ifindex);

    ASSERT_TRUE(daemon.control.delete_link(ifindex));
    EXPECT_NE(static_cast<int>(ensured(daemon)), ifindex); // with or without knowing of it
    ASSERT_TRUE(daemon.control.delete_link(static_cast<int>(ensured(daemon))));
    ends(daemon);
    ensured(daemon);
    EXPECT_EQ(ends(daemon).size(), 2U);
}

TEST_F(OnwardDevices, ThatWereHalfMadeAreMadeAnew) {
    auto daemon = start();
    const auto name = daemon::HiddenNames(k_rundir).name("/onward1");
    ASSERT_TRUE(daemon.control.create_veth({.name = name}, {.name = "half"}));
    const auto half = daemon.control.get(name)->ifindex;
    EXPECT_NE(static_cast<int>(ensured(daemon)), half);
    EXPECT_EQ(ends(daemon).size(), 2U);
}

TEST_F(OnwardDevices, AreOneAGeneration) {
    std::uint32_t former = 0;
    {
        auto daemon = start();
        former = ensured(daemon);
    }
    auto daemon = start(BVS_ABI_VERSION + 1);
    const auto ifindex = ensured(daemon);
    EXPECT_NE(ifindex, former);
    EXPECT_EQ(ends(daemon).size(), 4U);
    daemon.onward->remove_former();
    EXPECT_EQ(ends(daemon).size(), 2U);
    EXPECT_TRUE(daemon.control.get(static_cast<int>(ifindex)));
}

TEST_F(OnwardDevices, AreRemoved) {
    auto daemon = start();
    ensured(daemon);
    daemon.onward->remove(); // not yet known from the kernel
    EXPECT_EQ(ends(daemon).size(), 0U);
    EXPECT_EQ(daemon.datapath->maps().onward_info.get(0).ifindex, 0U);

    ensured(daemon);
    ends(daemon);
    daemon.onward->remove();
    EXPECT_EQ(ends(daemon).size(), 0U);
    daemon.onward->remove();
}

} // namespace
