// SPDX-License-Identifier: Apache-2.0
#include "ctl/command_line.h"

#include <array>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace bvs::ctl {
namespace {

struct Counted {
    std::string_view arguments;
    ArgumentCount count;
};

void PrintTo(const Counted &counted, std::ostream *out) {
    *out << counted.arguments;
}

class Arguments : public testing::TestWithParam<Counted> {};

TEST_P(Arguments, AreCountedByTheirText) {
    EXPECT_EQ(count_arguments(GetParam().arguments), GetParam().count);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Arguments,
    testing::Values(Counted{"", {0, 0}}, Counted{"BRIDGE", {1, 1}},
                    Counted{"BRIDGE [PARENT VLAN]", {1, 3}}, Counted{"[BRIDGE] PORT", {1, 2}},
                    Counted{"[BRIDGE...]", {0, std::nullopt}},
                    Counted{"TABLE RECORD COLUMN[:KEY]=VALUE...", {3, std::nullopt}},
                    Counted{"TABLE RECORD [COLUMN[:KEY]...]", {2, std::nullopt}},
                    Counted{"TABLE RECORD COLUMN [KEY=]VALUE...", {3, std::nullopt}},
                    Counted{"BRIDGE PORT IFACE IFACE... [COLUMN[:KEY]=VALUE...]",
                            {4, std::nullopt}}));

TEST(Verbs, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            EXPECT_TRUE(names.insert(verb.name).second) << verb.name;
}

// Words as a shell makes them, but for what nobody writes in an example.
std::vector<std::string> words_of(std::string line) {
    std::erase(line, '\'');
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

TEST(Verbs, HaveExamplesThatParse) {
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs) {
            std::istringstream examples{std::string(verb.examples)};
            EXPECT_FALSE(verb.examples.empty()) << verb.name;
            for (std::string example; std::getline(examples, example);) {
                auto line = parse(words_of(example), {});
                ASSERT_TRUE(line) << example << ": " << line.error().message;
                EXPECT_EQ(line->commands[0].verb, &verb) << example;
            }
        }
}

TEST(Verbs, TwoWordsAreFoundBeforeArguments) {
    std::array<std::string, 3> words{"fdb", "show", "br0"};
    auto found = find_verb(words);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->verb->name, "fdb show");
    EXPECT_EQ(found->words, 2u);
}

TEST(Nearest, IsAnHonestGuess) {
    constexpr std::array<std::string_view, 3> names{"show", "list-br", "tag"};
    EXPECT_EQ(nearest("shwo", names), "show");
    EXPECT_EQ(nearest("lits-br", names), "list-br");
    EXPECT_EQ(nearest("tga", names), "tag");
    EXPECT_EQ(nearest("frob", names), "");
    EXPECT_EQ(nearest("x", names), "");
}

} // namespace
} // namespace bvs::ctl
