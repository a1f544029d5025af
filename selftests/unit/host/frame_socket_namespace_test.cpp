// SPDX-License-Identifier: Apache-2.0
//
// Frames out of a device of the real kernel, in a fresh network namespace.
#include "selftests/unit/host/namespace.h"
#include "switch/host/frame_socket.h"

#include <arpa/inet.h>
#include <array>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bvs::host {
namespace {

constexpr std::uint16_t k_type = 0x88b5; // for experiments

class Framed : public testing::Test {
  protected:
    void SetUp() override {
        fd_ = enter_new_namespace();
        if (fd_ < 0)
            GTEST_SKIP() << "needs the right to make network namespaces";
        run("ip link add a0 type veth peer a1; ip link set a0 up; ip link set a1 up");
        a0_ = static_cast<int>(if_nametoindex("a0"));
        far_ = socket(AF_PACKET, SOCK_RAW, htons(k_type));
        sockaddr_ll end{};
        end.sll_family = AF_PACKET;
        end.sll_protocol = htons(k_type);
        end.sll_ifindex = static_cast<int>(if_nametoindex("a1"));
        ASSERT_EQ(bind(far_, reinterpret_cast<const sockaddr *>(&end), sizeof end), 0);
    }
    void TearDown() override {
        close(far_);
        close(fd_);
    }

    int fd_ = -1;
    int far_ = -1;
    int a0_ = 0;
};

std::vector<std::uint8_t> experiment() {
    std::vector<std::uint8_t> frame(60);
    frame[0] = frame[5] = frame[6] = 2;
    frame[12] = k_type >> 8;
    frame[13] = k_type & 0xff;
    frame[59] = 7;
    return frame;
}

TEST_F(Framed, ComeOutAsTheyWentIn) {
    auto socket = must(FrameSocket::open());
    must(socket.send(a0_, experiment()));
    std::array<std::uint8_t, 200> got{};
    pollfd wait{.fd = far_, .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&wait, 1, 5000), 1);
    ASSERT_EQ(recv(far_, got.data(), got.size(), 0), 60);
    EXPECT_EQ(std::vector(got.begin(), got.begin() + 60), experiment());
}

TEST_F(Framed, SaysWhyNot) {
    auto socket = must(FrameSocket::open());
    run("ip link set a0 down");
    const auto down = socket.send(a0_, experiment());
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().code, ENETDOWN);
    const auto none = socket.send(99, experiment());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ENXIO);
}

} // namespace
} // namespace bvs::host
