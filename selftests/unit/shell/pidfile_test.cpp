// SPDX-License-Identifier: Apache-2.0
#include "switch/pidfile.h"

#include "selftests/unit/shell/folder.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using testing::HasSubstr;

// What another process finds: its exit status is the result of `look`.
template <class Look>
int in_another_process(Look look) {
    pid_t child = ::fork();
    if (child == 0)
        ::_exit(look());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

TEST(Pidfile, HoldsThePidAndTheKernelKnowsWhose) {
    Folder folder;
    auto path = folder / "x.pid";
    {
        auto pidfile = Pidfile::hold(path);
        ASSERT_TRUE(pidfile) << pidfile.error().message;
        pid_t self = ::getpid();
        EXPECT_EQ(in_another_process([&] { return pidfile_owner(path) == self ? 7 : 0; }), 7);
        EXPECT_EQ(text_of(path), std::to_string(self) + "\n"); // which drops the lock
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Pidfile, ASecondInstanceIsToldOfTheFirst) {
    Folder folder;
    auto path = folder / "x.pid";
    auto pidfile = Pidfile::hold(path);
    ASSERT_TRUE(pidfile);
    auto self = std::to_string(::getpid());
    auto refused = in_another_process([&] {
        auto second = Pidfile::hold(path);
        return !second && second.error().exit == Exit::already_running &&
                       second.error().message.find("process " + self) != std::string::npos
                   ? 7
                   : 0;
    });
    EXPECT_EQ(refused, 7);
    EXPECT_EQ(text_of(path), self + "\n");
}

TEST(Pidfile, WhatADeadProcessLeftIsTakenOver) {
    Folder folder;
    auto path = folder / "x.pid";
    in_another_process([&] {
        auto pidfile = Pidfile::hold(path);
        ::_exit(pidfile ? 0 : 1); // without destructors, as when killed
        return 0;
    });
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_FALSE(pidfile_owner(path));
    auto pidfile = Pidfile::hold(path);
    ASSERT_TRUE(pidfile);
    EXPECT_EQ(text_of(path), std::to_string(::getpid()) + "\n");
}

TEST(Pidfile, AFolderThatIsNotThereIsNamed) {
    auto pidfile = Pidfile::hold("/nowhere/x.pid");
    ASSERT_FALSE(pidfile);
    EXPECT_EQ(pidfile.error().exit, Exit::files);
    EXPECT_THAT(pidfile.error().message, HasSubstr("/nowhere/x.pid"));
}

} // namespace

} // namespace bvs::daemon
