// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/ctl/fake_daemon.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bvs::ctl::test {

namespace {

using Json = nlohmann::json;

Json answer(Answers &answers, const Json &request) {
    auto method = request["method"].get<std::string>();
    auto found = answers.find(method);
    std::string text = "error: \"" + method + "\" is not a valid command";
    if (found != answers.end()) {
        text = found->second.front();
        if (found->second.size() > 1)
            found->second.erase(found->second.begin());
        if (text == "arguments")
            text = request["params"].dump();
    }
    if (text.starts_with("error: "))
        return {{"id", request["id"]}, {"error", text.substr(7) + "\n"}};
    return {{"id", request["id"]}, {"result", text}, {"error", nullptr}};
}

[[noreturn]] void serve(int listener, Answers answers) {
    for (;;) {
        int peer = ::accept(listener, nullptr, nullptr);
        std::array<char, 65536> buffer;
        auto got = ::recv(peer, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            auto text = answer(answers, Json::parse(buffer.data(), buffer.data() + got)).dump();
            // In two parts, as the kernel may hand it over.
            ::send(peer, text.data(), text.size() / 2, MSG_NOSIGNAL);
            ::send(peer, text.data() + text.size() / 2, text.size() - text.size() / 2,
                   MSG_NOSIGNAL);
        }
        ::close(peer);
    }
}

void lock_pidfile(const std::string &path) {
    int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(file, F_SETLK, &lock) != 0)
        ::_exit(1);
}

} // namespace

FakeDaemon::FakeDaemon(Answers answers) {
    auto name = (std::filesystem::temp_directory_path() / "bvs-ctl-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no directory " + name);
    directory_ = name;
    std::array<int, 2> ready;
    if (::pipe2(ready.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        lock_pidfile(directory_ / "ovs-vswitchd.pid");
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        auto path = directory_ / ("ovs-vswitchd." + std::to_string(::getpid()) + ".ctl");
        path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
        int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        ::bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof(address));
        ::listen(listener, 8);
        if (::write(ready[1], "x", 1) != 1)
            ::_exit(1);
        serve(listener, std::move(answers));
    }
    ::close(ready[1]);
    char byte = 0;
    bool started = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
    if (!started)
        throw std::runtime_error("the fake daemon does not start");
}

FakeDaemon::~FakeDaemon() {
    stop();
    std::filesystem::remove_all(directory_);
}

void FakeDaemon::stop() {
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

} // namespace bvs::ctl::test
