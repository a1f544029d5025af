// SPDX-License-Identifier: Apache-2.0
#include "ctl/filter.h"

#include <cstdio>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bvs::ctl {

namespace {

struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

std::string content(std::FILE *file) {
    std::string text(1 << 16, '\0'), all;
    (void)std::fseek(file, 0, SEEK_SET);
    while (const auto size = std::fread(text.data(), 1, text.size(), file))
        all.append(text, 0, size);
    return all;
}

// The process's id.
Result<pid_t> start(const std::vector<std::string> &command, std::FILE *input, std::FILE *output) {
    std::vector<char *> words;
    for (const auto &word : command)
        words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ::fileno(input), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ::fileno(output), STDOUT_FILENO);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, words[0], &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error)
        return fail_errno(error, "cannot run {}", command[0]);
    return pid;
}

} // namespace

// Files, as a pipe would be full if the program did not read while it writes.
Result<std::string> run_filter(const std::vector<std::string> &command, const std::string &input) {
    const File in(std::tmpfile()), out(std::tmpfile());
    if (!in || !out || std::fwrite(input.data(), 1, input.size(), in.get()) != input.size())
        return fail_errno(errno, "cannot write a temporary file for {}", command[0]);
    (void)std::fseek(in.get(), 0, SEEK_SET);
    const auto pid = start(command, in.get(), out.get());
    if (!pid)
        return std::unexpected(pid.error());
    int status = 0;
    while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return fail("{} failed", command[0]);
    return content(out.get());
}

} // namespace bvs::ctl
