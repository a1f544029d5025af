// SPDX-License-Identifier: Apache-2.0
//
// Without --no-wait: the tool waits for whoever plays the daemon, and passes on what it complains
// of.
#include "ovsdb/blocking.h"
#include "selftests/unit/ovsdb/stock_server.h"

#include <gmock/gmock.h>
#include <thread>

namespace bvs::ctl {
namespace {

using namespace std::chrono_literals;
using ovsdb::test::run;
using ovsdb::test::StockServer;

// Follows next_cfg, and has an error for every interface named "bad".
class Follower {
  public:
    explicit Follower(const std::string &remote)
        : thread_([remote](std::stop_token stop) { follow(remote, stop); }) {}

  private:
    static void follow(const std::string &remote, std::stop_token stop) {
        ovsdb::ClientOptions options;
        options.session.selection = {{"Open_vSwitch", {"next_cfg", "cur_cfg"}},
                                     {"Interface", {"name"}}};
        auto client = ovsdb::BlockingClient::connect(remote, std::move(options), 5s).value();
        while (!stop.stop_requested()) {
            client->watch([](const auto &) { return false; }, 20ms);
            auto root = client->replica().first("Open_vSwitch");
            if (!root || (*root)["next_cfg"] == (*root)["cur_cfg"])
                continue;
            ovsdb::Transaction transaction;
            if (auto row = client->replica().find("Interface", "name", "bad"))
                transaction.update("Interface", row->uuid(), {{"error", "could not open it"}});
            transaction.update("Open_vSwitch", root->uuid(), {{"cur_cfg", (*root)["next_cfg"]}});
            EXPECT_TRUE(client->transact(transaction, 5s));
        }
    }

    std::jthread thread_;
};

class Wait : public testing::Test {
  protected:
    void SetUp() override {
        if (!StockServer::available())
            GTEST_SKIP() << "Open vSwitch's tools are not installed";
        server = std::make_unique<StockServer>(BVS_SOURCE "/packaging/vswitch.ovsschema");
    }

    std::string bvsctl(const std::string &words) {
        auto command = BVSCTL " --db=" + server->remote() + " " + words + "; echo \"[$?]\"";
        return run({"/bin/sh", "-c", command});
    }

    std::unique_ptr<StockServer> server;
};

TEST_F(Wait, EndsWhenTheDaemonHasFollowed) {
    Follower daemon(server->remote());
    EXPECT_EQ(bvsctl("-t 10 add-br br0"), "[0]\n");
    EXPECT_EQ(bvsctl("get o . next_cfg cur_cfg"), "1\n1\n[0]\n");
    EXPECT_EQ(bvsctl("-t 10 --may-exist add-br br0"), "[0]\n"); // nothing to wait for
    EXPECT_EQ(bvsctl("get o . next_cfg"), "1\n[0]\n");
}

TEST_F(Wait, ReportsInterfacesThatFail) {
    Follower daemon(server->remote());
    EXPECT_EQ(bvsctl("-t 10 add-br br0 -- add-port br0 bad"),
              "bvsctl: Error detected while setting up 'bad': could not open it.  See "
              "ovs-vswitchd log for details.\n[0]\n");
}

TEST_F(Wait, IsOverAfterTheTimeGiven) {
    EXPECT_EQ(bvsctl("-t 1 add-br br0"), "bvsctl: the change is in the database, but the daemon "
                                         "did not apply it within --timeout\n[142]\n");
    EXPECT_EQ(bvsctl("list-br"), "br0\n[0]\n");
}

TEST_F(Wait, UntilARecordIsThere) {
    std::jthread other([&] {
        std::this_thread::sleep_for(100ms);
        bvsctl("--no-wait add-br br0");
    });
    EXPECT_EQ(bvsctl("-t 10 wait-until Bridge br0 -- list-br"), "br0\n[0]\n");
}

TEST_F(Wait, ConcurrentChangesAllHappen) {
    bvsctl("--no-wait add-br br0");
    {
        std::vector<std::jthread> others;
        for (int i = 0; i < 8; i++)
            others.emplace_back([&, i] {
                EXPECT_EQ(bvsctl(fmt::format("--no-wait add-port br0 p{}", i)), "[0]\n");
            });
    }
    EXPECT_EQ(bvsctl("list-ports br0"), "p0\np1\np2\np3\np4\np5\np6\np7\n[0]\n");
}

} // namespace
} // namespace bvs::ctl
