// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/ovsdb/stock_server.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace bvs::ovsdb::test {

namespace {

namespace fs = std::filesystem;

const std::string k_server = "/usr/sbin/ovsdb-server";
const std::string k_tool = "/usr/bin/ovsdb-tool";

pid_t spawn(const std::vector<std::string> &command, int output) {
    std::vector<char *> arguments;
    for (const auto &word : command)
        arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL); // also if the test crashes
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    return pid;
}

// The socket's file is there a moment before somebody listens.
bool accepts(const std::string &path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0;
    ::close(socket);
    return good;
}

} // namespace

std::string run(const std::vector<std::string> &command) {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    pid_t pid = spawn(command, ends[1]);
    ::close(ends[1]);
    std::string output;
    std::array<char, 4096> buffer;
    for (ssize_t n; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        output.append(buffer.data(), static_cast<std::size_t>(n));
    ::close(ends[0]);
    ::waitpid(pid, nullptr, 0);
    return output;
}

bool StockServer::available() {
    return fs::exists(k_server) && fs::exists(k_tool);
}

StockServer::StockServer(const std::string &schema) {
    std::string name = (fs::temp_directory_path() / "bvs-ovsdb-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no directory " + name);
    directory_ = name;
    auto output = run({k_tool, "create", (directory_ / "conf.db").string(), schema});
    if (!output.empty())
        throw std::runtime_error(output);
    start();
}

StockServer::~StockServer() {
    stop();
    fs::remove_all(directory_);
}

void StockServer::start(const std::vector<std::string> &more_options) {
    auto file = [&](const char *name) { return (directory_ / name).string(); };
    std::vector<std::string> command{
        k_server,        "--remote=punix:" + file("db.sock"), "--unixctl=" + file("ctl"),
        "-vconsole:off", "--log-file=" + file("log"),         file("conf.db")};
    command.insert(command.end(), more_options.begin(), more_options.end());
    int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    pid_ = spawn(command, nowhere);
    ::close(nowhere);
    using namespace std::chrono_literals;
    for (auto end = std::chrono::steady_clock::now() + 10s; !accepts(file("db.sock"));) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("ovsdb-server does not start");
        std::this_thread::sleep_for(2ms);
    }
}

void StockServer::stop() {
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGCONT);
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    fs::remove(directory_ / "db.sock");
}

void StockServer::pause() {
    ::kill(pid_, SIGSTOP);
}

void StockServer::resume() {
    ::kill(pid_, SIGCONT);
}

} // namespace bvs::ovsdb::test
