// SPDX-License-Identifier: Apache-2.0
#include "ctl/command_line.h"
#include "ctl/help.h"

#include <fstream>
#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using testing::HasSubstr;

TEST(Help, NamesEveryVerbAndOption) {
    auto text = help(false);
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            EXPECT_THAT(text, HasSubstr(fmt::format("\n  {}", verb.name)));
    for (const auto &option : tool_options()) {
        if (option.summary.empty())
            continue;
        EXPECT_THAT(text, HasSubstr(option.name));
    }
}

TEST(Help, OfAVerbHasExamples) {
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            EXPECT_THAT(help(verb, false), HasSubstr("\nExamples\n  bvsctl "));
}

TEST(Manual, KnowsEveryVerbAndOption) {
    std::ifstream stream(BVS_SOURCE "/docs/man/bvsctl.8");
    std::string manual(std::istreambuf_iterator<char>(stream), {});
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            EXPECT_THAT(manual, HasSubstr(fmt::format("Cm {}", verb.name)));
    for (const auto &option : tool_options()) {
        if (option.summary.empty())
            continue;
        EXPECT_THAT(manual, HasSubstr(fmt::format("Fl -{}", option.name.substr(2))));
    }
}

} // namespace
} // namespace bvs::ctl
