// SPDX-License-Identifier: Apache-2.0
#include "ctl/completion.h"
#include "ctl/known_schema.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace bvs::ctl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using Words = std::vector<std::string>;

// What stands before the cursor; a blank at the end begins a new word.
Words complete(const std::string &line) {
    std::istringstream stream(line);
    Words words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    if (line.ends_with(' '))
        words.emplace_back();
    return candidates(words, known_schema(), [](const Words &asked) -> Words {
        if (asked.back() == "list-br")
            return asked.size() == 1 ? Words{"br0", "br1"} : Words{"elsewhere"};
        return asked.back() == "Port" ? Words{"p1", "", "p2"} : Words{};
    });
}

TEST(Completion, Verbs) {
    EXPECT_THAT(complete("bvsctl del-"),
                ElementsAre("del-br", "del-controller", "del-fail-mode", "del-flows", "del-groups",
                            "del-manager", "del-meters", "del-port", "del-ssl"));
    EXPECT_THAT(complete("bvsctl fdb "), ElementsAre("add", "del", "flush", "show", "stats"));
    EXPECT_THAT(complete("bvsctl add-br x -- list-"),
                ElementsAre("list-br", "list-ifaces", "list-ports"));
    EXPECT_THAT(complete("bvsctl -t 5 sho"), ElementsAre("show"));
}

TEST(Completion, Options) {
    EXPECT_THAT(complete("bvsctl del-br --i"), ElementsAre("--if-exists"));
    EXPECT_THAT(complete("bvsctl --fo"), ElementsAre("--format="));
    EXPECT_THAT(complete("bvsctl --format=t"), ElementsAre("--format=table"));
}

TEST(Completion, NamesInTheDatabase) {
    EXPECT_THAT(complete("bvsctl list-ports "), ElementsAre("br0", "br1"));
    EXPECT_THAT(complete("bvsctl --db=x list-ports "), ElementsAre("elsewhere"));
    EXPECT_THAT(complete("bvsctl del-port "), ElementsAre("br0", "br1", "p1", "p2"));
    EXPECT_THAT(complete("bvsctl del-port br0 "), ElementsAre("p1", "p2"));
    EXPECT_THAT(complete("bvsctl stats p1 p"), ElementsAre("p1", "p2"));
    EXPECT_THAT(complete("bvsctl get Port p"), ElementsAre("p1", "p2"));
}

TEST(Completion, TablesAndColumns) {
    EXPECT_THAT(complete("bvsctl list Fl"), ElementsAre("Flow_Sample_Collector_Set", "Flow_Table"));
    EXPECT_THAT(complete("bvsctl set Port p1 vlan"), ElementsAre("vlan_mode="));
    EXPECT_THAT(complete("bvsctl get Port p1 "), IsSupersetOf({"_uuid", "tag", "trunks"}));
    EXPECT_THAT(complete("bvsctl add-port br0 p1 t"), ElementsAre("tag=", "trunks="));
    EXPECT_THAT(complete("bvsctl find Interface err"), ElementsAre("error="));
}

TEST(Completion, HelpOfVerbs) {
    EXPECT_THAT(complete("bvsctl help "), Contains("fdb"));
    EXPECT_THAT(complete("bvsctl help fdb s"), ElementsAre("show", "stats"));
}

TEST(Completion, ScriptsAreThosePackaged) {
    auto file = [](const std::string &name) {
        std::ifstream stream(BVS_SOURCE "/packaging/completion/" + name);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    EXPECT_EQ(completion_script("bash"), file("bvsctl.bash"));
    EXPECT_EQ(completion_script("zsh"), file("_bvsctl"));
    EXPECT_FALSE(completion_script("fish"));
}

} // namespace
} // namespace bvs::ctl
