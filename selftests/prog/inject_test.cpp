// SPDX-License-Identifier: Apache-2.0
//
// The program for frames from outside the ports is loaded when the first one comes.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <bpf/bpf.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <linux/in.h>
#include <sys/resource.h>

using namespace bvs::fixture;
using bvs::loader::Datapath;
using testing::HasSubstr;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

// Programs of that name that this process holds.
int held(const std::string &name) {
    int n = 0;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        if (std::filesystem::read_symlink(entry.path(), gone) != "anon_inode:bpf-prog")
            continue;
        bpf_prog_info info = {};
        __u32 size = sizeof info;
        if (!bpf_obj_get_info_by_fd(std::stoi(entry.path().filename()), &info, &size))
            n += info.name == name;
    }
    return n;
}

// As a daemon that starts while the Lab's datapath forwards.
class LateInject : public testing::Test {
  protected:
    std::unique_ptr<Datapath> start() {
        auto datapath =
            Datapath::open({.pin_dir = lab_.the_switch().datapath().pin_dir(),
                            .log = [this](const std::string &words) { said_ += words; }});
        EXPECT_TRUE(datapath) << datapath.error().message;
        return std::move(*datapath);
    }

    Lab lab_{{.tag = 0}, {.tag = 0}};
    Rules rules_{lab_};
    std::string said_;
};

TEST_F(LateInject, ByADaemonThatHasTakenOver) {
    rules_.add({.match = {FIELD(in_port, 1)}, .program = {output(2)}});
    const auto before = held("bvs_inject");
    const auto datapath = start();
    ASSERT_TRUE(datapath->adopted());
    EXPECT_EQ(held("bvs_inject"), before);
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(lab_.during([&] {
            const auto sent = datapath->inject(Rules::k_bridge, 1, 0, k_tcp);
            EXPECT_TRUE(sent) << sent.error().message;
        }),
                  each({2}, k_tcp));
        EXPECT_EQ(held("bvs_inject"), before + 1);
    }
}

TEST_F(LateInject, AndIfTheKernelRefusesThatIsSaid) {
    const auto datapath = start();
    rlimit files = {};
    getrlimit(RLIMIT_NOFILE, &files);
    const rlimit none = {.rlim_cur = 3, .rlim_max = files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    const auto sent = datapath->inject(Rules::k_bridge, 1, 0, k_tcp);
    const auto traced = datapath->trace({.bridge = Rules::k_bridge, .in_port = 1}, 1, k_tcp);
    setrlimit(RLIMIT_NOFILE, &files);
    ASSERT_FALSE(sent);
    EXPECT_THAT(sent.error().message, HasSubstr("bvs_inject"));
    EXPECT_EQ(sent.error().code, EMFILE);
    ASSERT_FALSE(traced);
    EXPECT_EQ(traced.error().message, sent.error().message);
}

} // namespace
