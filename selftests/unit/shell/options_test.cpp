// SPDX-License-Identifier: Apache-2.0
#include "switch/options.h"
#include "switch/version.h"

#include <gmock/gmock.h>
#include <map>

namespace bvs::daemon {

namespace {

using testing::HasSubstr;

Result<Options> parse(const std::vector<std::string> &arguments,
                      const std::map<std::string, std::string> &variables = {}) {
    return parse_options(arguments, [&](const char *name) -> std::optional<std::string> {
        auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

TEST(Options, WithoutAnyBvsdKeepsADatabaseOfItsOwnInTheUsualPlaces) {
    auto options = parse({});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->task, Options::Task::run);
    EXPECT_EQ(options->database, "");
    EXPECT_EQ(options->database_remote(), "unix:/var/run/openvswitch/db.sock");
    EXPECT_EQ(options->database_file(), "/etc/openvswitch/conf.db");
    EXPECT_EQ(options->pidfile, "/var/run/openvswitch/ovs-vswitchd.pid");
    EXPECT_EQ(options->pin_dir, "/sys/fs/bpf/bvs");
    EXPECT_FALSE(options->log_file);
    EXPECT_FALSE(options->unixctl);
    EXPECT_TRUE(options->change_directory);
}

TEST(Options, WhatOvsCtlPassesIsTaken) {
    auto options =
        parse({"unix:/run/x/db.sock", "-vconsole:emer", "-vsyslog:err", "-vfile:info", "--mlockall",
               "--no-self-confinement", "--user", "openvswitch:hugetlbfs", "--no-chdir",
               "--log-file=/var/log/x/ovs-vswitchd.log", "--pidfile=/run/x/ovs-vswitchd.pid",
               "--detach", "--monitor", "--syslog-target=udp:127.0.0.1:514", "--syslog-method=libc",
               "--disable-system", "--overwrite-pidfile"});
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_EQ(options->database, "unix:/run/x/db.sock");
    EXPECT_THAT(options->verbosity,
                testing::ElementsAre("console:emer", "syslog:err", "file:info"));
    EXPECT_TRUE(options->lock_memory);
    EXPECT_FALSE(options->change_directory);
    EXPECT_EQ(options->log_file, "/var/log/x/ovs-vswitchd.log");
    EXPECT_EQ(options->pidfile, "/run/x/ovs-vswitchd.pid");
    EXPECT_TRUE(options->detach);
    EXPECT_THAT(options->remarks, testing::Contains(HasSubstr("--user")));
    EXPECT_THAT(options->remarks, testing::Contains(HasSubstr("--monitor")));
}

// getopt's optional values are joined by '='; the word after such an option is not its value.
TEST(Options, AnOptionalValueDoesNotSwallowTheDatabase) {
    auto options = parse({"--pidfile", "unix:/db.sock"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->database, "unix:/db.sock");
    EXPECT_EQ(options->pidfile, "/var/run/openvswitch/ovs-vswitchd.pid");

    options = parse({"-v", "--log-file", "tcp:127.0.0.1:6640"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->database, "tcp:127.0.0.1:6640");
    EXPECT_EQ(options->log_file, "/var/log/openvswitch/ovs-vswitchd.log");
    EXPECT_THAT(options->verbosity, testing::ElementsAre(""));
}

TEST(Options, FoldersComeFromOptionsThenFromTheEnvironment) {
    std::map<std::string, std::string> variables = {
        {"OVS_RUNDIR", "/e/run"}, {"OVS_LOGDIR", "/e/log"}, {"OVS_DBDIR", "/e/db"}};
    auto options = parse({"--log-file", "--rundir", "/o/run/", "--pidfile=x.pid"}, variables);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->rundir, "/o/run/");
    EXPECT_EQ(options->dbdir, "/e/db");
    EXPECT_EQ(options->log_file, "/e/log/ovs-vswitchd.log");
    EXPECT_EQ(options->pidfile, "/o/run//x.pid");

    options = parse({}, {{"OVS_SYSCONFDIR", "/e/etc"}});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->dbdir, "/e/etc/openvswitch");
}

TEST(Options, TheControlSocketHasANameOfItsOwnOrIsNotThere) {
    EXPECT_EQ(parse({"--unixctl=/x/y.ctl"})->unixctl, "/x/y.ctl");
    EXPECT_EQ(parse({"--unixctl=y.ctl", "--rundir=/x"})->unixctl, "/x/y.ctl");
    EXPECT_EQ(parse({"--unixctl=none"})->unixctl, "");
}

TEST(Options, MistakesAreNamed) {
    EXPECT_THAT(parse({"--frobnicate"}).error().message, HasSubstr("--frobnicate"));
    EXPECT_THAT(parse({"--rundir"}).error().message, HasSubstr("needs a value"));
    EXPECT_THAT(parse({"--detach=yes"}).error().message, HasSubstr("--detach=yes"));
    EXPECT_THAT(parse({"unix:/a", "unix:/b"}).error().message, HasSubstr("unix:/b"));
    EXPECT_THAT(parse({"frob:1.2.3.4"}).error().message, HasSubstr("frob:1.2.3.4"));
    EXPECT_THAT(parse({"ssl:10.0.0.1"}).error().message, HasSubstr("--private-key"));
}

TEST(Options, HelpAndVersionWinOverWhatFollows) {
    EXPECT_EQ(parse({"--version", "--frobnicate"})->task, Options::Task::print_version);
    EXPECT_EQ(parse({"-h"})->task, Options::Task::print_help);
    EXPECT_EQ(parse({"--cleanup"})->task, Options::Task::cleanup);
}

TEST(Options, EveryOptionIsInTheHelp) {
    for (const char *option :
         {"--rundir", "--dbdir", "--pin-dir", "--cleanup", "--detach", "--pidfile", "--unixctl",
          "--mlockall", "--verbose", "--log-file", "--private-key", "--monitor", "--user"})
        EXPECT_THAT(usage(), HasSubstr(option));
}

// ovs-ctl: ovs-vswitchd --version | awk '/Open vSwitch/{print $NF}'
TEST(Options, TheVersionsLastWordIsOpenVSwitchs) {
    auto line = version_line();
    EXPECT_THAT(line, HasSubstr("Open vSwitch"));
    EXPECT_EQ(line.substr(line.rfind(' ') + 1), k_open_vswitch_version);
}

} // namespace

} // namespace bvs::daemon
