// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/daemon.h"
#include "selftests/unit/ctl/fake_daemon.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace bvs::ctl {
namespace {

using test::FakeDaemon;
using testing::HasSubstr;

const std::string k_ports = R"([{"bridge": "br0", "port": "p1", "interface": "p1", "ofport": 1,
    "number": 3, "ifindex": 17, "up": true, "hook": "tcx", "macs": 2, "error": "",
    "rx_packets": 10, "rx_bytes": 980, "tx_packets": 9, "tx_bytes": 882,
    "rx_dropped": 0, "tx_dropped": 1}])";
const std::string k_drops = R"([{"bridge": "br0", "port": "p1", "reason": "runt", "side": "rx",
    "count": 12, "explanation": "too short"}])";
const std::string k_fdb = R"([{"port": "p1", "ofport": 1, "vlan": 10, "mac": "02:00:00:00:00:01",
    "age": 4, "static": false}])";
const std::string k_tunnels = R"([{"bridge": "br0", "port": "vx", "interface": "vx",
    "number": 4, "type": "vxlan", "local": "192.0.2.1", "remote": "192.0.2.2", "in_key": "5",
    "out_key": "6", "dst_port": 4789, "egress": "eth0", "carrier": false, "hook": "tc+xdp",
    "underlay_mtu": 1500,
    "inner_mtu": 1450, "hint": "do", "error": ""},
    {"bridge": "br1", "port": "gr", "interface": "gr", "number": 0, "type": "gre", "local": "",
    "remote": "flow", "in_key": "flow", "out_key": "flow", "dst_port": 0, "egress": "",
    "carrier": false, "hook": "", "underlay_mtu": 0, "inner_mtu": 0, "hint": "", "error": "no"}])";
const std::string k_status = R"({"version": "0.1.0", "pid": 7, "uptime_seconds": 125,
    "database": {"remote": "unix:x", "connected": true, "locked": true, "last_change": null},
    "datapath": {"generation": 1, "abi_version": 2, "adopted": true,
                 "hooks": {"tcx": 12, "clsact": 0}, "kernel": "6.12"},
    "bridges": 2, "ports": 14, "fdb_entries": 230})";

class DaemonVerbs : public testing::Test {
  protected:
    Result<Output> run(const std::string &words_text) {
        std::istringstream stream(words_text);
        std::vector<std::string> words;
        for (std::string word; stream >> word;)
            words.push_back(word);
        auto line = parse(words, {});
        if (!line)
            return std::unexpected(line.error());
        Daemon daemon(fake.rundir());
        DaemonContext context{line->options, line->commands[0], daemon, memory};
        auto done = std::get<DaemonRun>(context.command.verb->run).run(context);
        if (!done)
            return std::unexpected(done.error());
        return context.output;
    }

    std::string table(const std::string &words) {
        auto output = run(words);
        if (!output)
            return output.error().message;
        return output->table ? render(*output->table, {Format::csv}) : output->text;
    }

    FakeDaemon fake{{{"bvs/ports", {k_ports}},
                     {"bvs/drops", {k_drops}},
                     {"bvs/fdb", {k_fdb}},
                     {"bvs/status", {k_status}},
                     {"bvs/tunnels", {k_tunnels}},
                     {"bvs/drop-samples", {"not JSON"}},
                     {"fdb/flush", {"arguments"}},
                     {"vlog/set", {"arguments"}},
                     {"fdb/del", {"error: no such entry"}},
                     {"version", {"bvsd 0.1.0\n"}}}};
    std::any memory;
};

TEST_F(DaemonVerbs, PrintTables) {
    EXPECT_EQ(table("fdb show"), "bridge,port,vlan,mac,age\nbr0,p1,10,02:00:00:00:00:01,4\n");
    EXPECT_EQ(table("drops"), "bridge,port,side,reason,count,explanation\n"
                              "br0,p1,rx,runt,12,too short\n");
    EXPECT_THAT(table("drops elsewhere"), testing::Not(HasSubstr("runt")));
    EXPECT_THAT(table("stats p1"), HasSubstr("br0,p1,up,10,980,0,9,882,1,2,\n"));
    EXPECT_THAT(table("stats p9"), HasSubstr("no port named p9"));
    EXPECT_THAT(table("status"),
                HasSubstr("0.1.0,7,2m 5s,6.12,unix:x (connected),never,\"generation 1, ABI 2, "
                          "adopted at start\",tcx 12,2,14,230\n"));
}

TEST_F(DaemonVerbs, PrintTunnels) {
    const std::string head = "bridge,port,type,local,remote,key,egress,carrier,hook,underlay "
                             "MTU,inner MTU,hint,error\n";
    const std::string vx = "br0,vx,vxlan,192.0.2.1,192.0.2.2,\"5 in, 6 out\",eth0,down,tc+xdp,1500,"
                           "1450,do,\n";
    const std::string gr = "br1,gr,gre,,flow,flow,,,,,,,no\n";
    EXPECT_EQ(table("tunnels"), head + vx + gr);
    EXPECT_EQ(table("tunnels br1"), head + gr);
    EXPECT_EQ(table("tunnels vx gr"), head + vx + gr);
    EXPECT_EQ(table("tunnels elsewhere"), head);
}

TEST_F(DaemonVerbs, StatsTwiceAreRates) {
    table("stats");
    EXPECT_THAT(table("stats"), HasSubstr("rx packets/s"));
}

TEST_F(DaemonVerbs, PassTextAndArguments) {
    EXPECT_EQ(table("fdb flush a b"), "[\"a\"]\n[\"b\"]\n");
    EXPECT_EQ(table("fdb flush"), "[]\n");
    EXPECT_EQ(table("log set dbg ovsdb:info"), "[\"dbg\",\"ovsdb:info\"]\n");
    EXPECT_EQ(table("appctl fdb/flush --x --"), "[\"--x\",\"--\"]\n");
}

TEST_F(DaemonVerbs, FailWithASentence) {
    EXPECT_EQ(table("fdb del br0 0 x"), "no such entry");
    EXPECT_THAT(table("appctl nonsense"), HasSubstr("is not a valid command"));
    EXPECT_THAT(table("drops --samples"), HasSubstr("is not JSON"));
    fake.stop();
    EXPECT_THAT(table("status"), HasSubstr("the daemon is not running; start bvsd"));
}

TEST(FindDaemon, NamesThePidfile) {
    auto found = find_daemon("/nonexistent");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message,
                HasSubstr("/nonexistent/ovs-vswitchd.pid: No such file or directory; is bvsd"));
}

} // namespace
} // namespace bvs::ctl
