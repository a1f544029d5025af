// SPDX-License-Identifier: Apache-2.0
//
// The stock ovs-appctl finds a daemon by its pidfile, and reads its answers.
#include "selftests/unit/shell/folder.h"
#include "switch/daemon_commands.h"
#include "switch/pidfile.h"
#include "switch/process.h"
#include "switch/version.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AppctlTest : public testing::Test {
  protected:
    AppctlTest() {
        log.close_console();
        log.logger("bridge");
        coverage.add("packets", [] { return 3u; });
        add_daemon_commands(commands, {log, coverage, memory, [this](bool all) {
                                           ended_with_cleanup = all;
                                           ended = true;
                                       }});
        auto held = Pidfile::hold(folder / "ovs-vswitchd.pid");
        pidfile.emplace(std::move(*held));
        server = *UnixctlServer::listen(io, folder / fmt::format("ovs-vswitchd.{}.ctl", ::getpid()),
                                        commands);
    }

    // The server runs in this thread while the client's process is waited for in another.
    Result<std::string> appctl(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), find_program("ovs-appctl"));
        Result<std::string> said;
        std::jthread client([&] {
            said = run_program(arguments, {{"OVS_RUNDIR", folder.path()}});
            io.stop();
        });
        io.restart();
        io.run_for(std::chrono::seconds(10));
        client.join();
        return said;
    }

    Folder folder;
    boost::asio::io_context io;
    Log log{"test"};
    Tallies coverage, memory;
    Commands commands;
    std::optional<Pidfile> pidfile;
    std::unique_ptr<UnixctlServer> server;
    bool ended = false;
    bool ended_with_cleanup = false;
};

TEST_F(AppctlTest, EveryCommandOfTheShellIsAnswered) {
    EXPECT_EQ(appctl({"version"}).value(), version_line());
    EXPECT_THAT(appctl({"list-commands"}).value(),
                StartsWith("The available commands are:\n  coverage/show"));
    EXPECT_EQ(appctl({"vlog/set", "bridge:file:dbg", "syslog:err"}).value(), "");
    EXPECT_THAT(appctl({"vlog/list"}).value(),
                HasSubstr("bridge            INFO        ERR        DBG"));
    EXPECT_THAT(appctl({"coverage/show"}).value(), StartsWith("packets "));
    EXPECT_TRUE(appctl({"memory/show"}));
}

TEST_F(AppctlTest, ErrorsArriveWithStatusTwo) {
    for (auto arguments : {std::vector<std::string>{"fdb/nonsense"},
                           {"vlog/set"},
                           {"vlog/reopen"},
                           {"exit", "--now"}}) {
        auto said = appctl(arguments);
        ASSERT_FALSE(said);
        EXPECT_EQ(said.error().code, 2);
        EXPECT_THAT(said.error().message, HasSubstr("server returned an error"));
    }
    EXPECT_FALSE(ended);
}

TEST_F(AppctlTest, ExitIsAnswered) {
    EXPECT_EQ(appctl({"exit"}).value(), "");
    EXPECT_TRUE(ended);
    EXPECT_FALSE(ended_with_cleanup);
    EXPECT_EQ(appctl({"exit", "--cleanup"}).value(), "");
    EXPECT_TRUE(ended_with_cleanup);
}

} // namespace

} // namespace bvs::daemon
