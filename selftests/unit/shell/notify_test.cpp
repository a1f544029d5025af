// SPDX-License-Identifier: Apache-2.0
#include "switch/notify.h"

#include "selftests/unit/shell/folder.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

// What arrives at a manager that listens there; a name that starts with '@' is abstract.
std::string notified_at(const std::string &name) {
    int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr *>(&address), size), 0);

    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    notify_service_manager("READY=1");
    ::unsetenv("NOTIFY_SOCKET");

    std::string text(100, '\0');
    auto got = ::recv(fd, text.data(), text.size(), 0);
    ::close(fd);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

TEST(Notify, ReachesTheManager) {
    Folder folder;
    EXPECT_EQ(notified_at(folder / "notify"), "READY=1");
    EXPECT_EQ(notified_at("@bvs-shell-" + std::to_string(::getpid())), "READY=1");
}

TEST(Notify, WithoutOneNothingHappens) {
    notify_service_manager("READY=1");
}

} // namespace

} // namespace bvs::daemon
