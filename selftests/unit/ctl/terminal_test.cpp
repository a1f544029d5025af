// SPDX-License-Identifier: Apache-2.0
//
// `bvsctl top` at a terminal: what it sends there, and how it leaves it.
#include "selftests/unit/ctl/fake_daemon.h"

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>
#include <utmp.h>

namespace bvs::ctl {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string k_ports = R"([{"bridge": "br0", "port": "p1", "interface": "p1", "up": true}])";
const std::string k_drops = R"([{"bridge": "br0", "port": "p1", "reason": "runt", "side": "rx",
    "count": 12, "explanation": "too short"}])";
constexpr auto k_enter = "\x1b[?1049h", k_leave = "\x1b[?1049l";

class TopAtTerminal : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::openpty(&terminal_, &theirs_, nullptr, nullptr, nullptr), 0);
        resize(24, 100);
        ::tcgetattr(theirs_, &before_);
        program_ = ::fork();
        if (program_ == 0) {
            ::login_tty(theirs_);
            ::execl(BVSCTL, BVSCTL, "--rundir", daemon_.rundir().c_str(), "top", "--interval=0.1",
                    nullptr);
            ::_exit(127);
        }
    }
    void TearDown() override {
        if (program_ > 0) {
            ::kill(program_, SIGKILL);
            ::waitpid(program_, nullptr, 0);
        }
        ::close(terminal_);
        ::close(theirs_);
    }

    void resize(unsigned short rows, unsigned short columns) {
        const winsize window{rows, columns, 0, 0};
        ::ioctl(terminal_, TIOCSWINSZ, &window);
    }

    // What was sent since the last time, up to where it has that text.
    std::string until(const std::string &text) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        std::string seen;
        while (seen.find(text) == seen.npos && std::chrono::steady_clock::now() < end) {
            pollfd ready{terminal_, POLLIN, 0};
            std::array<char, 4096> bytes;
            if (::poll(&ready, 1, 100) > 0)
                if (const auto size = ::read(terminal_, bytes.data(), bytes.size()); size > 0)
                    seen.append(bytes.data(), static_cast<std::size_t>(size));
        }
        EXPECT_THAT(seen, HasSubstr(text));
        return seen;
    }

    void type(const std::string &keys) {
        EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    }

    bool is_as_before() const {
        termios now{};
        ::tcgetattr(theirs_, &now);
        return now.c_lflag == before_.c_lflag;
    }

    int exit_status() {
        int status = -1;
        ::waitpid(std::exchange(program_, -1), &status, 0);
        return status;
    }

    test::FakeDaemon daemon_{{{"bvs/ports", {k_ports}},
                              {"bvs/drops", {k_drops}},
                              {"bvs/totals", {"{}"}},
                              {"bvs/trajectories", {R"({"bridges": []})"}}}};
    int terminal_ = -1;
    int theirs_ = -1;
    termios before_{};
    pid_t program_ = -1;
};

TEST_F(TopAtTerminal, KeysCommandItAndQuitRestores) {
    EXPECT_THAT(until("p1"), HasSubstr(k_enter));
    EXPECT_FALSE(is_as_before());
    type("d");
    until("too short");
    type("p");
    until("rx packets/s");
    type("q");
    until(k_leave);
    EXPECT_EQ(exit_status(), 0);
    EXPECT_TRUE(is_as_before());
}

TEST_F(TopAtTerminal, ASignalRestores) {
    until("p1");
    ::kill(program_, SIGTERM);
    until(k_leave);
    EXPECT_EQ(exit_status(), 0);
    EXPECT_TRUE(is_as_before());
}

TEST_F(TopAtTerminal, ControlCRestores) {
    until("p1");
    type("\x03");
    until(k_leave);
    EXPECT_EQ(exit_status(), 0);
    EXPECT_TRUE(is_as_before());
}

TEST_F(TopAtTerminal, FollowsItsSize) {
    until("p1");
    resize(10, 40);
    ::kill(program_, SIGWINCH);
    EXPECT_THAT(until("\x1b[10;1H"), HasSubstr("\x1b[2J"));
}

TEST_F(TopAtTerminal, IsSuspendedAndComesBack) {
    until("p1");
    ::kill(program_, SIGTSTP);
    until(k_leave);
    int status = 0;
    ASSERT_EQ(::waitpid(program_, &status, WUNTRACED), program_);
    EXPECT_TRUE(WIFSTOPPED(status));
    EXPECT_TRUE(is_as_before());
    ::kill(program_, SIGCONT);
    EXPECT_THAT(until("p1"), HasSubstr(k_enter));
    type("q");
    until(k_leave);
    EXPECT_EQ(exit_status(), 0);
}

TEST_F(TopAtTerminal, OutlivesTheDaemon) {
    until("p1");
    daemon_.stop();
    until("the daemon is not running");
    type("q");
    until(k_leave);
    EXPECT_EQ(exit_status(), 0);
}

} // namespace
} // namespace bvs::ctl
