// SPDX-License-Identifier: Apache-2.0
#include "switch/process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

std::vector<char *> pointers(std::vector<std::string> &texts) {
    std::vector<char *> result;
    for (auto &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> environment(const std::map<std::string, std::string> &extra) {
    std::vector<std::string> result;
    for (char **each = environ; *each; ++each) {
        std::string entry = *each;
        if (!extra.contains(entry.substr(0, entry.find('='))))
            result.push_back(std::move(entry));
    }
    for (const auto &[name, value] : extra)
        result.push_back(name + "=" + value);
    return result;
}

// Both outputs into `out`, and signals as a program expects them at its start.
int spawn(pid_t &pid, int out, std::vector<std::string> command,
          const std::map<std::string, std::string> &extra) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    auto variables = environment(extra);
    int error = ::posix_spawn(&pid, command[0].c_str(), &actions, &attributes,
                              pointers(command).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

std::string read_all(int fd) {
    std::string text;
    char buffer[4096];
    while (true) {
        ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        text.append(buffer, static_cast<std::size_t>(got));
    }
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

} // namespace

std::string find_program(const std::string &name) {
    const char *path = std::getenv("PATH");
    std::istringstream folders(std::string(path ? path : "") + ":/usr/sbin:/usr/bin:/sbin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (auto file = folder + "/" + name; !folder.empty() && !::access(file.c_str(), X_OK))
            return file;
    return "";
}

Result<std::string> run_program(const std::vector<std::string> &command,
                                const std::map<std::string, std::string> &extra) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC))
        return fail_errno(errno, "cannot make a pipe");
    pid_t pid = 0;
    int error = spawn(pid, ends[1], command, extra);
    ::close(ends[1]);
    if (error) {
        ::close(ends[0]);
        return fail_errno(error, "cannot run {}", command[0]);
    }
    auto text = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return text;
    if (text.empty())
        text = fmt::format("{} ended with status {:#x}", fmt::join(command, " "), status);
    return std::unexpected(Error{text, WIFEXITED(status) ? WEXITSTATUS(status) : -1});
}

} // namespace bvs::daemon
