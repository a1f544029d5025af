// SPDX-License-Identifier: Apache-2.0
#include "ctl/command_line.h"

#include <gmock/gmock.h>
#include <sstream>

namespace bvs::ctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<CommandLine> parse_words(const std::string &text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return parse(words, {});
}

std::vector<std::string> commands(const CommandLine &line) {
    std::vector<std::string> texts;
    for (const auto &command : line.commands)
        texts.push_back(command.to_string());
    return texts;
}

struct Good {
    std::string words;
    std::vector<std::string> commands;
};

void PrintTo(const Good &line, std::ostream *out) {
    *out << line.words;
}

class Accepts : public testing::TestWithParam<Good> {};

TEST_P(Accepts, CommandsInOrder) {
    auto line = parse_words(GetParam().words);
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(commands(*line), GetParam().commands);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Accepts,
    testing::Values(Good{"list-br", {"list-br"}}, Good{"-- -- list-br --", {"list-br"}},
                    Good{"--may-exist add-br br0", {"--may-exist add-br br0"}},
                    Good{"add-br br0 --may-exist", {"--may-exist add-br br0"}},
                    Good{"--no-wait --if-exists del-br a -- add-br b",
                         {"--if-exists del-br a", "add-br b"}},
                    Good{"add-port br0 p1 tag=5 -- set Interface p1 type=internal",
                         {"add-port br0 p1 tag=5", "set Interface p1 type=internal"}},
                    Good{"-- --id=@q create QoS type=x -- set Port p qos=@q",
                         {"--id=@q create QoS type=x", "set Port p qos=@q"}},
                    Good{"--id @q create QoS type=x", {"--id=@q create QoS type=x"}},
                    Good{"--columns name list Port", {"--columns=name list Port"}},
                    Good{"add Port p tag -5", {"add Port p tag -5"}},
                    Good{"fdb show br0 --watch 1", {"fdb show br0"}},
                    Good{"appctl fdb/show br0 --x -- y", {"appctl fdb/show br0 --x -- y"}}));

struct Bad {
    std::string words;
    std::string message; // a part of it
};

void PrintTo(const Bad &line, std::ostream *out) {
    *out << line.words;
}

class Refuses : public testing::TestWithParam<Bad> {};

TEST_P(Refuses, SayingWhy) {
    auto line = parse_words(GetParam().words);
    ASSERT_FALSE(line);
    EXPECT_THAT(line.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Refuses,
    testing::Values(Bad{"", "a command is missing"},
                    Bad{"--may-exist", "a command is missing after --may-exist"},
                    Bad{"shwo", "unknown command 'shwo'; did you mean 'show'?"},
                    Bad{"xyzzy", "use 'bvsctl help'"}, Bad{"fdb", "show, flush, add, del, stats"},
                    Bad{"add-br", "requires at least 1 arguments"},
                    Bad{"add-br a b c d", "takes at most 3 arguments"},
                    Bad{"--frob list-br", "unrecognized option '--frob'"},
                    Bad{"add-br a --may-exits", "did you mean '--may-exist'?"},
                    Bad{"--if-exists list-br", "'list-br' command has no '--if-exists' option"},
                    Bad{"--if-exists=3 del-br a", "doesn't allow an argument"},
                    Bad{"--if-exists --if-exists del-br a", "specified multiple times"},
                    Bad{"list Port --columns", "requires an argument"},
                    Bad{"-t x list-br", "is invalid"}, Bad{"--watch=0 show", "--watch=0"},
                    Bad{"--format=xml show", "table, list, csv, json"}));

TEST(CommandLine, OptionsOfTheTool) {
    auto line = parse_words("-vt5 --db=unix:/x list Port -f json --no-headings --watch=0.5");
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->options.verbosity, 1u);
    EXPECT_EQ(line->options.timeout, std::chrono::seconds(5));
    EXPECT_EQ(line->options.remote(), "unix:/x");
    EXPECT_EQ(line->options.format, Format::json);
    EXPECT_FALSE(line->options.headings);
    EXPECT_EQ(line->options.watch, std::chrono::milliseconds(500));
}

TEST(CommandLine, AVerbsOwnOptionGoesBeforeTheTools) {
    auto line = parse_words("graph --format=svg");
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->commands[0].option("--format"), "svg");
    EXPECT_FALSE(line->options.format);
}

TEST(CommandLine, DatabaseIsInRundirUnlessGiven) {
    auto line = parse_words("--rundir=/r show");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->options.remote(), "unix:/r/db.sock");
}

TEST(CommandLine, HelpNeedsNoArguments) {
    auto line = parse_words("add-port --help");
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_TRUE(line->options.help);
    EXPECT_THAT(commands(*line), ElementsAre("add-port"));
}

} // namespace
} // namespace bvs::ctl
