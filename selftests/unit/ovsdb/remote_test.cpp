// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/remote.h"

#include <gtest/gtest.h>

namespace bvs::ovsdb {
namespace {

using Kind = Remote::Kind;

TEST(Remote, IsReadAndWritten) {
    const std::vector<std::pair<std::string, std::vector<Remote>>> cases{
        {"unix:/run/db.sock", {{Kind::unix_socket, "/run/db.sock", 0}}},
        {"tcp:127.0.0.1:6640", {{Kind::tcp, "127.0.0.1", 6640}}},
        {"ssl:[::1]:1", {{Kind::ssl, "::1", 1}}},
        {"tcp:a:1,ssl:b:2", {{Kind::tcp, "a", 1}, {Kind::ssl, "b", 2}}},
    };
    for (const auto &[text, expected] : cases) {
        auto remotes = parse_remotes(text);
        ASSERT_TRUE(remotes) << remotes.error().message;
        EXPECT_EQ(*remotes, expected);
        std::string written;
        for (const auto &remote : *remotes)
            written += (written.empty() ? "" : ",") + remote.to_string();
        EXPECT_EQ(written, text);
    }
    EXPECT_EQ(parse_remotes("tcp:db")->at(0).port, 6640);
    EXPECT_EQ(parse_remotes("tcp:[fe80::1]")->at(0).port, 6640);
}

TEST(Remote, IsRefusedWhenItIsNone) {
    for (const char *wrong :
         {"", ",", "db.sock", "unix:", "tcp:", "tcp::6640", "tcp:a:0", "tcp:a:65536", "tcp:a:b",
          "tcp:[::1", "tcp:[::1]x", "tcp:::1", "ptcp:6640"})
        EXPECT_FALSE(parse_remotes(wrong)) << wrong;
}

} // namespace
} // namespace bvs::ovsdb
