// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace bvs::net {
namespace {

constexpr std::uint16_t k_default = 6653;

TEST(Endpoint, IsReadAndWritten) {
    struct Case {
        const char *text, *written;
    };
    for (const auto &[text, written] : {
             Case{"unix:/run/x.sock", "unix:/run/x.sock"},
             {"punix:/run/br0.mgmt", "punix:/run/br0.mgmt"},
             {"tcp:10.0.0.1", "tcp:10.0.0.1:6653"},
             {"tcp:controller:6633", "tcp:controller:6633"},
             {"ssl:[fe80::1]:1", "ssl:[fe80::1]:1"},
             {"ptcp:", "ptcp:6653"},
             {"ptcp:6633", "ptcp:6633"},
             {"ptcp:6633:127.0.0.1", "ptcp:6633:127.0.0.1"},
             {"pssl::[::1]", "pssl:6653:[::1]"},
         }) {
        const auto endpoint = parse_endpoint(text, k_default);
        ASSERT_TRUE(endpoint) << text << ": " << endpoint.error().message;
        EXPECT_EQ(endpoint->to_string(), written);
        EXPECT_EQ(*parse_endpoint(written, 1), *endpoint);
    }
}

TEST(Endpoint, IsRefusedWithTheOffendingPart) {
    struct Case {
        const char *text, *named;
    };
    for (const auto &[text, named] : {
             Case{"", "no peer"},
             {"udp:x", "udp:x"},
             {"unix:", "path"},
             {"tcp:", "host"},
             {"tcp:fe80::1", "brackets"},
             {"tcp:[fe80::1", "]"},
             {"tcp:[fe80::1]x", "x"},
             {"tcp:h:0", "0"},
             {"ptcp:99999", "99999"},
             {"ptcp:1:fe80::1", "brackets"},
         }) {
        const auto endpoint = parse_endpoint(text, k_default);
        ASSERT_FALSE(endpoint) << text;
        EXPECT_NE(endpoint.error().message.find(named), std::string::npos)
            << endpoint.error().message;
    }
}

} // namespace
} // namespace bvs::net
