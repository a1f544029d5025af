// SPDX-License-Identifier: Apache-2.0
#include "switch/log.h"

#include "selftests/unit/shell/folder.h"

#include <gmock/gmock.h>
#include <thread>

namespace bvs::daemon {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LogTest : public testing::Test {
  protected:
    LogTest() {
        log.close_console();
        EXPECT_TRUE(log.open_file(file));
    }

    std::string line(const std::string &module) { // of vlog/list
        auto list = log.list();
        auto start = list.find("\n" + module + " ");
        return start == list.npos ? "" : list.substr(start + 1, list.find('\n', start + 1) - start);
    }

    Folder folder;
    std::string file = folder / "log";
    Log log{"test"};
    Logger bridge = log.logger("bridge");
    Logger ovsdb = log.logger("ovsdb");
};

TEST_F(LogTest, TheListLooksAsOpenVSwitchPrintsIt) {
    ASSERT_TRUE(log.set("console:emer"));
    EXPECT_EQ(log.list(), "                 console    syslog    file\n"
                          "                 -------    ------    ------\n"
                          "bridge            EMER        OFF       INFO\n"
                          "ovsdb             EMER        OFF       INFO\n");
}

TEST_F(LogTest, ASpecNamesModuleDestinationAndLevelInAnyOrder) {
    ASSERT_TRUE(log.set("file:bridge:dbg"));
    EXPECT_EQ(line("bridge"), "bridge            INFO        OFF        DBG\n");
    EXPECT_EQ(line("ovsdb"), "ovsdb             INFO        OFF       INFO\n");
    ASSERT_TRUE(log.set("ANY:syslog:Err"));
    EXPECT_EQ(line("ovsdb"), "ovsdb             INFO        ERR       INFO\n");
    ASSERT_TRUE(log.set("warn"));
    EXPECT_EQ(line("ovsdb"), "ovsdb             WARN       WARN       WARN\n");
    ASSERT_TRUE(log.set("ovsdb console,off"));
    EXPECT_EQ(line("ovsdb"), "ovsdb              OFF       WARN       WARN\n");
    ASSERT_TRUE(log.set("bridge"));
    EXPECT_EQ(line("bridge"), "bridge             DBG        DBG        DBG\n");
}

// Word for word what Open vSwitch 3.1 answers.
TEST_F(LogTest, ABadSpecChangesNothing) {
    auto before = log.list();
    EXPECT_EQ(log.set("foo").error().message, "no destination, level, or module \"foo\"");
    EXPECT_EQ(log.set("any:bar").error().message, "no destination, level, or module \"bar\"");
    EXPECT_EQ(log.set("dbg:warn").error().message, "cannot specify multiple levels");
    EXPECT_EQ(log.set("console:syslog:dbg").error().message,
              "cannot specify multiple destinations");
    EXPECT_EQ(log.list(), before);
}

TEST(Log, KnowsModulesThatSpeakLaterAndNoOthers) {
    Folder folder;
    Log log("test", {"later"});
    log.close_console();
    ASSERT_TRUE(log.open_file(folder / "log"));
    ASSERT_TRUE(log.set("later:file:dbg"));
    ASSERT_TRUE(log.set("file:err"));
    ASSERT_TRUE(log.set("later:file:dbg"));
    log.logger("later").dbg("seen");
    log.logger("new").warn("not seen");
    EXPECT_THAT(text_of(folder / "log"), HasSubstr("later|DBG|seen"));
    EXPECT_THAT(text_of(folder / "log"), Not(HasSubstr("not seen")));
    for (const auto *spec : {"loud", "console:loud", "ofproto_dpif_upcall:err"})
        EXPECT_FALSE(log.set(spec)) << spec;
    EXPECT_EQ(log.words(), "levels are off, emer, err, warn, info, dbg, destinations console, "
                           "syslog, file, modules later, new");
}

TEST_F(LogTest, AMessageGoesWhereItsLevelSays) {
    bridge.info("added {}", "br0");
    bridge.dbg("not this");
    ASSERT_TRUE(log.set("bridge:file:off"));
    bridge.err("nor this");
    auto text = text_of(file);
    EXPECT_THAT(text, testing::ContainsRegex(
                          "^[0-9]{4}-[0-9-]{5}T[0-9:]{8}\\.[0-9]{3}Z\\|00001\\|bridge\\|INFO\\|"
                          "added br0\n"));
    EXPECT_THAT(text, Not(HasSubstr("this")));
}

TEST_F(LogTest, AfterReopeningTheFileIsTheOneOfThatName) {
    bridge.info("before");
    std::filesystem::rename(file, file + ".1");
    bridge.info("between");
    ASSERT_TRUE(log.reopen_file());
    bridge.info("after");
    EXPECT_THAT(text_of(file), Not(HasSubstr("between")));
    EXPECT_THAT(text_of(file), HasSubstr("after"));
    EXPECT_THAT(text_of(file + ".1"), HasSubstr("between"));
}

TEST_F(LogTest, AFullDiskIsNoReasonToFail) {
    ASSERT_TRUE(log.open_file("/dev/full"));
    for (int i = 0; i < 100; ++i)
        bridge.info("{}", std::string(1000, 'x'));
    ASSERT_TRUE(log.open_file(file));
    bridge.info("still here");
    EXPECT_THAT(text_of(file), HasSubstr("still here"));
}

TEST_F(LogTest, AFileThatCannotBeMadeIsAnError) {
    auto opened = log.open_file(folder / "log/below-a-file");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("below-a-file"));
}

TEST_F(LogTest, ALimitedMessageSaysWhatWasLeftOut) {
    RateLimit limit(60, 1);
    for (int i = 0; i < 4; ++i)
        bridge.warn(limit, "again");
    EXPECT_THAT(text_of(file), Not(HasSubstr("not logged")));
    std::this_thread::sleep_for(1100ms);
    bridge.warn(limit, "again");
    EXPECT_THAT(text_of(file), HasSubstr("again (3 similar messages were not logged)"));
}

TEST(RateLimit, AdmitsABurstAndThenSoManyAMinute) {
    RateLimit limit(60, 3);
    auto now = RateLimit::Clock::now();
    for (bool admitted : {true, true, true, false, false})
        EXPECT_EQ(limit.admit(now), admitted);
    EXPECT_TRUE(limit.admit(now + 1s));
    EXPECT_FALSE(limit.admit(now + 1500ms));
    EXPECT_EQ(limit.take_suppressed(), 3u);
    EXPECT_EQ(limit.take_suppressed(), 0u);
    for (bool admitted : {true, true, true, false}) // no more than a burst is saved up
        EXPECT_EQ(limit.admit(now + 1h), admitted);
}

} // namespace

} // namespace bvs::daemon
