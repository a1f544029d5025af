// SPDX-License-Identifier: Apache-2.0
//
// The stock ovsdb-server as our child: started, adopted, started again, stopped.
#include "switch/database_server.h"

#include "selftests/unit/shell/folder.h"
#include "switch/database_file.h"
#include "switch/pidfile.h"
#include "switch/process.h"

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using namespace std::chrono_literals;

// Not before it has ended: until then it removes files of its own from the test's folder.
bool end_and_wait(pid_t pid) {
    pollfd handle{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), POLLIN, 0};
    ::kill(pid, SIGTERM);
    bool ended = ::poll(&handle, 1, 10'000) == 1;
    ::close(handle.fd);
    return ended;
}

class DatabaseServerTest : public testing::Test {
  protected:
    DatabaseServerTest() { log.close_console(); }
    ~DatabaseServerTest() override { stop_database_server(folder.path()); }

    Attempt<std::unique_ptr<DatabaseServer>> start() {
        return DatabaseServer::start(io, {folder / "conf.db", folder.path(), ""},
                                     log.logger("ovsdb"));
    }
    std::optional<pid_t> pid() { return pidfile_owner(folder / "ovsdb-server.pid"); }
    Result<std::string> client(const std::string &program, const std::string &verb) {
        return run_program({find_program(program), "--timeout=5", "--no-wait", verb},
                           {{"OVS_RUNDIR", folder.path()}});
    }

    Folder folder;
    boost::asio::io_context io;
    Log log{"test"};
};

TEST_F(DatabaseServerTest, IsWhereClientsLookAndEndsWhenStopped) {
    auto server = start();
    ASSERT_TRUE(server) << server.error().message;
    ASSERT_TRUE(pid());
    EXPECT_TRUE(client("ovs-vsctl", "init"));
    EXPECT_TRUE(run_program({find_program("ovs-appctl"), "-t", "ovsdb-server", "version"},
                            {{"OVS_RUNDIR", folder.path()}}));
    (*server)->stop();
    EXPECT_FALSE(pid());
}

TEST_F(DatabaseServerTest, OutlivesAKilledDaemonAndIsAdopted) {
    start().value().reset();
    auto first = pid();
    ASSERT_TRUE(first);
    auto server = start();
    ASSERT_TRUE(server);
    EXPECT_EQ(pid(), first);
    (*server)->stop();
    EXPECT_FALSE(pid());
}

TEST_F(DatabaseServerTest, SomebodyElsesIsUsedAndLeftRunning) {
    ASSERT_TRUE(prepare_database_file(folder / "conf.db", BVS_TEST_SCHEMA, log.logger("ovsdb")));
    ASSERT_TRUE(
        run_program({find_program("ovsdb-server"), folder / "conf.db", "--detach", "--no-chdir",
                     "--pidfile", "--remote=punix:" + folder / "db.sock", "-vsyslog:off"},
                    {{"OVS_RUNDIR", folder.path()}}));
    auto theirs = pid();
    ASSERT_TRUE(theirs);
    start().value()->stop();
    EXPECT_EQ(pid(), theirs);
    EXPECT_TRUE(end_and_wait(*theirs));
}

TEST_F(DatabaseServerTest, IsStartedAgainWhenItDies) {
    auto server = start();
    ASSERT_TRUE(server);
    auto first = pid();
    ::kill(*first, SIGKILL);
    io.run_for(2500ms);
    auto second = pid();
    ASSERT_TRUE(second);
    EXPECT_NE(first, second);
    EXPECT_TRUE(client("ovs-vsctl", "show"));
    (*server)->stop();
}

TEST_F(DatabaseServerTest, ItsOwnWordsSayWhyItDoesNotStart) {
    auto first = start();
    ASSERT_TRUE(first);
    Folder other;
    auto server =
        DatabaseServer::start(io, {folder / "conf.db", other.path(), ""}, log.logger("ovsdb"));
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().exit, Exit::database);
    EXPECT_THAT(server.error().message, testing::HasSubstr("lock"));
    (*first)->stop();
}

} // namespace

} // namespace bvs::daemon
