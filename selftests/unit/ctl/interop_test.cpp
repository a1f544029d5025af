// SPDX-License-Identifier: Apache-2.0
//
// The same commands through ovs-vsctl and bvsctl, each on a database of its own: what they print,
// their exit status and what is in the database afterwards must be the same.
#include "selftests/unit/ovsdb/stock_server.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <regex>
#include <sstream>

namespace bvs::ctl {
namespace {

using ovsdb::test::run;
using ovsdb::test::StockServer;

const std::vector<std::string> k_script{
    "init",
    "show",
    "add-br br0",
    "add-br br0",
    "--may-exist add-br br0",
    "add-br fb br0 7",
    "add-br x br0 5000",
    "add-port br0 p1 tag=5 -- set Interface p1 type=internal external_ids:a=b",
    "--may-exist add-port br0 p1 tag=6",
    "add-port br7 p2",
    "add-port fb p3",
    "list-ports br0",
    "list-ports fb",
    "del-port br0 p3",
    "--if-exists del-port nix",
    "add-bond br0 b0 e1 e2 lacp=active",
    "--may-exist add-bond br0 b0 e2 e1",
    "--may-exist add-bond br0 b0 e1 e3",
    "list-ifaces br0",
    "iface-to-br e1",
    "port-to-br p3",
    "--with-iface del-port e9",
    "set-controller br0 tcp:192.0.2.1 ptcp:6653",
    "get-controller fb",
    "set-fail-mode br0 secure",
    "get-fail-mode br0",
    "--inactivity-probe=30000 set-manager ptcp:6640",
    "get-manager",
    "show",
    "br-exists br0",
    "br-exists nix",
    "br-to-vlan fb",
    "br-to-parent fb",
    "--fake list-br",
    "br-set-external-id fb k v",
    "br-get-external-id fb",
    "br-get-external-id br0 k",
    "--columns=name,tag list Port",
    "-f csv --columns=name,tag,other_config find Port 'tag>=5'",
    "-f json --columns=name,trunks,external_ids find Interface name=p1",
    "--bare --columns=name,tag list Port p1 -- get Port p1 name tag trunks",
    "list Interface p1",
    "get port p1 tga",
    "set Port p1 tag=5000",
    "set Interface p1 external_ids:q=w external_ids:e='r t' options:k='\"x y\"'",
    "get Interface p1 external_ids options:k",
    "--if-exists get Interface p1 external_ids:zz",
    "add Port p1 trunks 1 2 3 -- remove Port p1 trunks 2 9",
    "add Interface p1 external_ids q=other new=1",
    "remove Interface p1 external_ids a e=wrong",
    "clear Port p1 tag -- get Port p1 tag",
    "clear Port p1 name",
    "-- --id=@q create QoS type=linux-htb queues:0=@u queues:1=@u "
    "-- --id=@u create Queue other_config:max-rate=1000 -- set Port p1 qos=@q",
    "--id=@q create QoS type=x queues:0=@nix",
    "get QoS p1 type -- --columns=other_config list Queue",
    "-- --id=@p get Port p1 -- --id=@m create Mirror name=m select_all=true output_port=@p "
    "-- set Bridge br0 mirrors=@m",
    "get Mirror m select_all -- clear Bridge br0 mirrors",
    "wait-until Interface p1 type=internal",
    "set Open_vSwitch . other_config:x=1 -- get o . other_config",
    "--oneline list-br",
    "--dry-run add-br zz -- list-br",
    "set-ssl a b c -- get-ssl",
    "frob",
    "del-br fb",
    "del-controller br0 -- del-fail-mode br0",
    "add-br br1 -- add-port br1 p7 -- del-br br1 -- list-br",
};

// Order within a column that is a set is that of uuids, which differ.
std::string normalised(const std::string &text) {
    static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    std::istringstream stream(std::regex_replace(text, uuid, "UUID"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    std::ranges::sort(lines);
    std::string sorted;
    for (const auto &line : lines)
        sorted += line + '\n';
    return sorted;
}

class Tool {
  public:
    explicit Tool(std::string program)
        : program_(std::move(program)), server_(BVS_SOURCE "/packaging/vswitch.ovsschema") {}

    std::string operator()(const std::string &words) const {
        auto command = program_ + " --no-wait --db=" + server_.remote() + " " + words;
        return normalised(run({"/bin/sh", "-c", command + " 2>/dev/null; echo \"[$?]\""}));
    }

    std::string dump() const {
        return normalised(run({"ovsdb-client", "dump", "-f", "csv", server_.remote()}));
    }

  private:
    std::string program_;
    StockServer server_;
};

TEST(Interop, SameWordsSameAnswerSameDatabase) {
    if (!StockServer::available() || run({"ovs-vsctl", "--version"}).empty())
        GTEST_SKIP() << "Open vSwitch's tools are not installed";
    Tool stock("ovs-vsctl"), ours(BVSCTL);
    for (const auto &words : k_script)
        EXPECT_EQ(ours(words), stock(words)) << words;
    EXPECT_EQ(ours.dump(), stock.dump());
    EXPECT_NE(ours.dump().find("max-rate="), std::string::npos);
}

} // namespace
} // namespace bvs::ctl
