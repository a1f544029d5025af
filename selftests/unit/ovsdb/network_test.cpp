// SPDX-License-Identifier: Apache-2.0
//
// The client over TCP and TLS, in a network namespace of the test's own.
#include "ovsdb/blocking.h"
#include "selftests/unit/ovsdb/stock_server.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bvs::ovsdb {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::StockServer;
using testing::HasSubstr;

constexpr auto k_patience = 10s;

bool enter_own_network() {
    if (::unshare(CLONE_NEWNET) != 0)
        return false;
    int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    bool up = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
    ::close(socket);
    return up;
}

class Network : public testing::Test {
  protected:
    void SetUp() override {
        if (!StockServer::available())
            GTEST_SKIP() << "ovsdb-server is not installed";
        if (!enter_own_network())
            GTEST_SKIP() << "a network namespace needs privileges";
        server = std::make_unique<StockServer>(BVS_TEST_SCHEMA);
        for (const char *name : {"ca", "server", "client", "stranger"})
            make_key(name);
        sign("server"), sign("client");
        server->stop();
        server->start({"--remote=ptcp:6640:127.0.0.1", "--remote=ptcp:6650:[::1]",
                       "--remote=pssl:6641:127.0.0.1", "-p", file("server.key"), "-c",
                       file("server.pem"), "-C", file("ca.pem")});
        // It listens to one after the other.
        for (const char *remote : {"tcp:127.0.0.1", "tcp:[::1]:6650", "ssl:127.0.0.1:6641"})
            ASSERT_TRUE(transact(remote, "client", "ca", true));
    }

    std::string file(const std::string &name) { return (server->directory() / name).string(); }

    // A key, and a certificate that it signs itself.
    void make_key(const std::string &name) {
        run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=" + name, "-keyout", file(name + ".key"), "-out",
             file(name + ".pem")});
    }
    void sign(const std::string &name) {
        run({"openssl", "req", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-out",
             file(name + ".csr")});
        run({"openssl", "x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.pem"), "-CAkey",
             file("ca.key"), "-CAcreateserial", "-days", "2", "-out", file(name + ".pem")});
    }

    Result<Outcome> transact(const std::string &remote, const std::string &who = "client",
                             const std::string &ca = "ca", bool retry = false) {
        ClientOptions options;
        options.session.pace.back_off_min = 20ms;
        options.session.database = "Zoo";
        options.tls = {file(who + ".key"), file(who + ".pem"), file(ca + ".pem")};
        auto client = BlockingClient::connect(remote, options, k_patience, retry);
        if (!client)
            return std::unexpected(client.error());
        Transaction t("Zoo");
        t.comment(std::string(1 << 20, 'x')); // more than any socket takes at once
        return (*client)->transact(t, k_patience);
    }

    std::unique_ptr<StockServer> server;
};

TEST_F(Network, CarriesASession) {
    for (const char *remote :
         {"tcp:127.0.0.1:6640", "tcp:127.0.0.1", "tcp:[::1]:6650", "ssl:127.0.0.1:6641",
          "tcp:127.0.0.1:1,ssl:127.0.0.1:1,ssl:127.0.0.1:6641"}) {
        auto outcome = transact(remote);
        EXPECT_TRUE(outcome) << remote << ": " << outcome.error().message;
    }
}

TEST_F(Network, SaysWhyThereIsNone) {
    auto why = [&](const std::string &remote, const char *who = "client", const char *ca = "ca") {
        auto outcome = transact(remote, who, ca);
        return outcome ? "" : outcome.error().message;
    };
    EXPECT_THAT(why("tcp:127.0.0.1:1"), HasSubstr("tcp:127.0.0.1:1: Connection refused"));
    EXPECT_THAT(why("ssl:127.0.0.1:6640"), HasSubstr("cannot connect to ssl:127.0.0.1:6640"));
    EXPECT_THAT(why("tcp:127.0.0.1:6641"), HasSubstr("the server closed it"));
    EXPECT_THAT(why("ssl:127.0.0.1:6641", "client", "stranger"), HasSubstr("verify failed"));
    EXPECT_THAT(why("ssl:127.0.0.1:6641", "stranger"), HasSubstr("unknown ca"));
    EXPECT_THAT(why("ssl:127.0.0.1:6641", "nobody"), HasSubstr("private key"));
}

} // namespace
} // namespace bvs::ovsdb
