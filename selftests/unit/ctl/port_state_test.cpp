// SPDX-License-Identifier: Apache-2.0
//
// bvsctl port-state between a stock database and a daemon that says yes or no.
#include "selftests/unit/ctl/fake_daemon.h"
#include "selftests/unit/ovsdb/stock_server.h"

#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace bvs::ctl {
namespace {

using ovsdb::test::run;
using ovsdb::test::StockServer;
using test::FakeDaemon;
using testing::HasSubstr;

class PortStateVerbs : public testing::Test {
  protected:
    void SetUp() override {
        if (!StockServer::available())
            GTEST_SKIP() << "Open vSwitch's tools are not installed";
        server = std::make_unique<StockServer>(BVS_SOURCE "/packaging/vswitch.ovsschema");
        bvsctl("/none", "init -- add-br br0 -- add-port br0 vm1 tag=5 external_ids:a=b "
                        "-- add-bond br0 bond0 e1 e2");
    }

    // With what its standard input has.
    std::string bvsctl(const std::string &rundir, const std::string &words,
                       const std::string &input = "") {
        std::ofstream(path) << input;
        auto command = BVSCTL " " + patience + " --db=" + server->remote() + " --rundir='" +
                       rundir + "' " + words + " <" + path + "; echo \"[$?]\"";
        return run({"/bin/sh", "-c", command});
    }
    std::string tag() { return bvsctl("/none", "get Port vm1 tag external_ids"); }

    std::unique_ptr<StockServer> server;
    std::string patience = "--no-wait"; // for a switch that is not there
    std::string path = testing::TempDir() + "port_state." + std::to_string(::getpid());
};

test::Answers answers(const std::string &what, std::vector<std::string> texts) {
    test::Answers answers;
    answers["bvs/port-state-" + what] = std::move(texts);
    return answers;
}

constexpr auto k_document = R"({"version": 1, "database": {"Port": {"tag": 9},)"
                            R"( "Interface": {"ingress_policing_rate": 7}}})";

TEST_F(PortStateVerbs, ExportTheDaemonsPartAndTheDatabases) {
    FakeDaemon daemon(answers("export", {R"({"version":1})"}));
    const auto text = bvsctl(daemon.rundir(), "port-state export vm1");
    EXPECT_THAT(text, HasSubstr("\"version\": 1"));
    EXPECT_THAT(text, HasSubstr("\"tag\": 5"));
    EXPECT_THAT(text, HasSubstr("\"ingress_policing_rate\": 0"));
}

TEST_F(PortStateVerbs, ImportWhatTheDaemonTakes) {
    FakeDaemon daemon(answers("import", {""}));
    EXPECT_EQ(bvsctl(daemon.rundir(), "port-state import vm1", k_document), "[0]\n");
    EXPECT_EQ(tag(), "9\n{a=b}\n[0]\n");
    EXPECT_EQ(bvsctl("/none", "get Interface vm1 ingress_policing_rate"), "7\n[0]\n");
}

TEST_F(PortStateVerbs, ChangeNothingThatTheDaemonWouldNotTake) {
    FakeDaemon daemon(answers("import", {"error: no"}));
    EXPECT_EQ(bvsctl(daemon.rundir(), "port-state import vm1", k_document), "bvsctl: no\n[1]\n");
    EXPECT_EQ(tag(), "5\n{a=b}\n[0]\n");
}

TEST_F(PortStateVerbs, SetTheDatabaseBackIfTheDaemonRefusesInTheEnd) {
    FakeDaemon daemon(answers("import", {"", "error: no more room"}));
    EXPECT_EQ(bvsctl(daemon.rundir(), "port-state import vm1", k_document),
              "bvsctl: no more room\n[1]\n");
    EXPECT_EQ(tag(), "5\n{a=b}\n[0]\n");
    EXPECT_EQ(bvsctl("/none", "get Interface vm1 ingress_policing_rate"), "0\n[0]\n");
}

// A port that changes its VLAN forgets the addresses that it was given before.
TEST_F(PortStateVerbs, WaitForTheSettingsBeforeTheRest) {
    FakeDaemon daemon(answers("import", {"", "error: it was asked too early"}));
    patience = "--timeout=1";
    EXPECT_THAT(bvsctl(daemon.rundir(), "port-state import vm1", k_document),
                HasSubstr("the daemon did not apply it"));
    EXPECT_EQ(tag(), "5\n{a=b}\n[0]\n");
}

TEST_F(PortStateVerbs, ChangeNothingInADryRun) {
    FakeDaemon daemon(answers("import", {"", "error: it was not to be asked"}));
    EXPECT_EQ(bvsctl(daemon.rundir(), "--dry-run port-state import vm1", k_document), "[0]\n");
    EXPECT_EQ(tag(), "5\n{a=b}\n[0]\n");
}

TEST_F(PortStateVerbs, RefuseWhatDoesNotMove) {
    FakeDaemon daemon(answers("import", {""}));
    const auto refused = [&](const std::string &words, const std::string &input) {
        auto text = bvsctl(daemon.rundir(), words, input);
        EXPECT_EQ(tag(), "5\n{a=b}\n[0]\n");
        return text;
    };
    EXPECT_EQ(refused("port-state import nix", "{}"), "bvsctl: no port named nix\n[1]\n");
    EXPECT_THAT(refused("port-state import bond0", "{}"), HasSubstr("has 2 interfaces"));
    EXPECT_THAT(refused("port-state import vm1", R"({"database": 7})"),
                HasSubstr("no JSON object"));
    EXPECT_THAT(refused("port-state import vm1", R"({"database": {"Bridge": {}}})"),
                HasSubstr("neither Port nor Interface"));
    EXPECT_THAT(refused("port-state import vm1", R"({"database": {"Port": {"tag": 5000}}})"),
                HasSubstr("column tag of Port in the document"));
    EXPECT_THAT(refused("port-state import vm1", R"({"database": {"Port": {"name": "x"}}})"),
                HasSubstr("no setting that moves"));
    EXPECT_THAT(refused("port-state import vm1 -- add-br br9", k_document),
                HasSubstr("cannot be chained"));
}

} // namespace
} // namespace bvs::ctl
