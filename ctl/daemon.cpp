// SPDX-License-Identifier: Apache-2.0
#include "ctl/daemon.h"

#include "ovsdb/jsonrpc.h"
#include "ovsdb/stream.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace bvs::ctl {

using ovsdb::Json;

namespace {

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    File(File &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    File &operator=(File &&) = delete;

    int fd() const { return fd_; }

  private:
    int fd_;
};

std::unexpected<Error> errno_error(std::string_view what, const std::string &path) {
    int code = errno;
    std::string_view remedy;
    if (code == ENOENT)
        remedy = "; is bvsd running? --rundir names another directory";
    else if (code == EACCES || code == EPERM)
        remedy = "; try it as root";
    else if (code == ECONNREFUSED)
        remedy = "; nobody listens there: start bvsd";
    return std::unexpected(
        Error{fmt::format("cannot {} {}: {}{}", what, path, std::strerror(code), remedy), code});
}

Result<File> connect_to(const std::string &path, std::optional<std::chrono::seconds> timeout) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return fail("{} is too long for a socket's path; use a shorter --rundir", path);
    path.copy(address.sun_path, path.size());
    File socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.fd() < 0)
        return errno_error("make a socket for", path);
    if (timeout) {
        timeval time{.tv_sec = timeout->count(), .tv_usec = 0};
        setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
        setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
    }
    if (::connect(socket.fd(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)) < 0)
        return errno_error("connect to", path);
    return socket;
}

Result<> send_all(const File &socket, std::string_view bytes) {
    while (!bytes.empty()) {
        auto sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return fail_errno(errno, "cannot send to the daemon");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<std::string> receive_message(const File &socket) {
    ovsdb::Splitter splitter;
    std::array<char, 65536> buffer;
    for (;;) {
        auto text = splitter.next();
        if (!text)
            return std::unexpected(text.error());
        if (*text)
            return std::string(**text);
        auto got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return std::unexpected(Error{"the daemon did not answer within --timeout", ETIMEDOUT});
        if (got < 0)
            return fail_errno(errno, "cannot receive from the daemon");
        if (got == 0)
            return fail("the daemon closed the connection without an answer");
        splitter.feed({buffer.data(), static_cast<std::size_t>(got)});
    }
}

std::string text_of(const Json &json) {
    return json.is_string() ? json.get<std::string>() : json.dump();
}

Error refusal(const Json &error) {
    auto text = text_of(error);
    text.erase(text.find_last_not_of('\n') + 1);
    return {std::move(text), k_refused};
}

} // namespace

Result<int> find_daemon(const std::string &rundir) {
    auto path = rundir + "/ovs-vswitchd.pid";
    File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd() < 0)
        return errno_error("open", path);
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(file.fd(), F_GETLK, &lock) < 0)
        return errno_error("ask for the lock on", path);
    if (lock.l_type == F_UNLCK)
        return fail("{}: nobody holds its lock, so the daemon is not running; start bvsd", path);
    return lock.l_pid;
}

Result<std::string> Daemon::call(const std::string &method,
                                 const std::vector<std::string> &arguments) {
    auto pid = find_daemon(rundir_);
    if (!pid)
        return std::unexpected(pid.error());
    auto socket = connect_to(fmt::format("{}/ovs-vswitchd.{}.ctl", rundir_, *pid), timeout_);
    if (!socket)
        return std::unexpected(socket.error());
    if (auto sent = send_all(*socket, ovsdb::encode(ovsdb::Request{0, method, arguments})); !sent)
        return std::unexpected(sent.error());
    auto text = receive_message(*socket);
    if (!text)
        return text;
    // Unlike RFC 7047's, an error has no result beside it.
    auto reply = Json::parse(*text, nullptr, false);
    if (!reply.is_object())
        return fail("the daemon's answer to {} is not a JSON object", method);
    if (auto error = reply.find("error"); error != reply.end() && !error->is_null())
        return std::unexpected(refusal(*error));
    auto result = reply.find("result");
    return result == reply.end() ? std::string() : text_of(*result);
}

Result<Json> Daemon::call_json(const std::string &method,
                               const std::vector<std::string> &arguments) {
    auto text = call(method, arguments);
    if (!text)
        return std::unexpected(text.error());
    auto json = Json::parse(*text, nullptr, false);
    if (json.is_discarded())
        return fail("the daemon's answer to {} is not JSON; is it bvsd of this version?", method);
    return json;
}

} // namespace bvs::ctl
