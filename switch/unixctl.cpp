// SPDX-License-Identifier: Apache-2.0
#include "switch/unixctl.h"

#include "ovsdb/jsonrpc.h"
#include "ovsdb/stream.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <filesystem>
#include <list>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace bvs::daemon {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using ErrorCode = boost::system::error_code;

void Commands::add(std::string name, std::string usage, std::size_t min_arguments,
                   std::size_t max_arguments, Handler handler) {
    commands_.insert_or_assign(std::move(name), Command{std::move(usage), min_arguments,
                                                        max_arguments, std::move(handler)});
}

Result<std::string> Commands::run(const std::string &name, Arguments arguments) const {
    auto found = commands_.find(name);
    if (found == commands_.end())
        return fail(
            "\"{}\" is not a valid command (use \"list-commands\" to see a list of valid commands)",
            name);
    const auto &command = found->second;
    if (arguments.size() < command.min_arguments)
        return fail("\"{}\" command requires at least {} arguments", name, command.min_arguments);
    if (arguments.size() > command.max_arguments)
        return fail("\"{}\" command takes at most {} arguments", name, command.max_arguments);
    return command.handler(arguments);
}

std::string Commands::list() const {
    std::string text = "The available commands are:\n";
    for (const auto &[name, command] : commands_)
        text += fmt::format("  {:<23} {}\n", name, command.usage);
    return text;
}

namespace {

constexpr std::string_view k_set_options = "set-options";

std::string end_line(std::string text) {
    if (!text.empty() && text.back() != '\n')
        text += '\n';
    return text;
}

} // namespace

Result<std::string> Conversation::set_options(Arguments arguments) {
    if (arguments.size() != 2 || arguments[0] != "--format" ||
        (arguments[1] != "json" && arguments[1] != "text"))
        return fail("\"set-options\" knows --format json and --format text only");
    json_ = arguments[1] == "json";
    return "";
}

Result<std::string> Conversation::run(const std::string &method, const ovsdb::Json &params) {
    std::vector<std::string> arguments;
    for (const auto &argument : params) {
        if (!argument.is_string())
            return fail("\"{}\" command has non-string argument", method);
        arguments.push_back(argument.get<std::string>());
    }
    return method == k_set_options ? set_options(arguments) : commands_->run(method, arguments);
}

Result<std::string> Conversation::answer(std::string_view request) {
    auto message = ovsdb::decode(request);
    if (!message)
        return std::unexpected(message.error());
    auto *call = std::get_if<ovsdb::Request>(&*message);
    if (!call)
        return fail("a control socket takes requests only");
    ovsdb::Response response{call->id};
    auto result = run(call->method, call->params);
    if (!result)
        response.error = end_line(std::move(result.error().message));
    else if (json_ && call->method != k_set_options)
        response.result =
            ovsdb::Json{{"reply-format", "plain"}, {"reply", end_line(std::move(*result))}};
    else
        response.result = end_line(std::move(*result));
    return ovsdb::encode(response);
}

namespace {

// One client. Requests are answered one after the other; while an answer is on its way nothing
// more is read, so a client that does not take its answers costs no more than one of them.
class Client : public std::enable_shared_from_this<Client> {
  public:
    Client(Socket socket, const Commands &commands, const UnixctlLimits &limits,
           std::function<void()> ended)
        : socket_(std::move(socket)), deadline_(socket_.get_executor()),
          splitter_(limits.message_bytes), conversation_(commands),
          patience_(limits.reading_timeout), ended_(std::move(ended)) {}

    void read() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](ErrorCode error, std::size_t size) {
                                    if (error)
                                        return self->close();
                                    self->splitter_.feed({self->buffer_.data(), size});
                                    self->work();
                                });
    }

    void close() {
        ErrorCode ignored;
        socket_.close(ignored);
        deadline_.cancel();
        if (auto ended = std::exchange(ended_, nullptr))
            ended();
    }

  private:
    void work() {
        auto text = splitter_.next();
        if (!text)
            return close();
        if (!*text)
            return read();
        auto response = conversation_.answer(**text);
        if (!response || !socket_.is_open())
            return close();
        response_ = std::move(*response);
        deadline_.expires_after(patience_);
        deadline_.async_wait([self = shared_from_this()](ErrorCode error) {
            if (!error)
                self->close();
        });
        asio::async_write(socket_, asio::buffer(response_),
                          [self = shared_from_this()](ErrorCode error, std::size_t) {
                              self->deadline_.cancel();
                              if (error)
                                  return self->close();
                              self->work();
                          });
    }

    Socket socket_;
    asio::steady_timer deadline_;
    ovsdb::Splitter splitter_;
    Conversation conversation_;
    std::chrono::seconds patience_;
    std::function<void()> ended_;
    std::string response_;
    std::array<char, 4096> buffer_;
};

} // namespace

namespace {

constexpr std::string_view k_socket_prefix = "ovs-vswitchd.";
constexpr std::string_view k_socket_suffix = ".ctl";

// Asks the kernel, not the pid in the name: that may be another process's by now, or a zombie's.
bool has_listener(const std::string &path) {
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool refused = ::connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) &&
                   errno == ECONNREFUSED;
    ::close(fd);
    return !refused;
}

} // namespace

std::string control_socket_path(const std::string &rundir, pid_t pid) {
    return fmt::format("{}/{}{}{}", rundir, k_socket_prefix, pid, k_socket_suffix);
}

void remove_stale_sockets(const std::string &rundir) {
    std::error_code ignored;
    for (const auto &entry : std::filesystem::directory_iterator(rundir, ignored)) {
        auto name = entry.path().filename().string();
        bool control = name.ends_with(k_socket_suffix) &&
                       (name.starts_with(k_socket_prefix) || name.starts_with("ovsdb-server."));
        bool openflow = name.ends_with(".mgmt") || name.ends_with(".snoop");
        if ((control || openflow) && entry.is_socket(ignored) &&
            !has_listener(entry.path().string()))
            std::filesystem::remove(entry.path(), ignored);
    }
}

class UnixctlServer::Listener : public std::enable_shared_from_this<Listener> {
  public:
    Listener(asio::io_context &io, const Commands &commands, UnixctlLimits limits)
        : acceptor_(io), pause_(io), commands_(commands), limits_(limits) {}

    Result<> open(const std::string &path) {
        ErrorCode error;
        asio::local::stream_protocol::endpoint endpoint;
        if (path.size() >= sizeof(sockaddr_un::sun_path))
            return fail("the socket's path {} is longer than the {} bytes that Linux takes; choose "
                        "a shorter run directory",
                        path, sizeof(sockaddr_un::sun_path) - 1);
        endpoint.path(path);
        ::unlink(path.c_str());
        acceptor_.open(endpoint.protocol(), error);
        // Set before bind, so that at no moment others can connect.
        auto mask = ::umask(0007);
        if (!error)
            acceptor_.bind(endpoint, error);
        ::umask(mask);
        if (!error)
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error)
            return fail_errno(error.value(), "cannot listen on {}", path);
        return {};
    }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](ErrorCode error, Socket socket) {
            if (error == asio::error::operation_aborted)
                return;
            if (error)
                return self->accept_later();
            self->admit(std::move(socket));
            self->accept();
        });
    }

    void close() {
        ErrorCode ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        while (!clients_.empty())
            clients_.front()->close();
    }

  private:
    // Out of file descriptors, most likely: a loop would spin.
    void accept_later() {
        pause_.expires_after(std::chrono::seconds(1));
        pause_.async_wait([self = shared_from_this()](ErrorCode error) {
            if (!error)
                self->accept();
        });
    }

    void admit(Socket socket) {
        if (clients_.size() >= limits_.connections)
            return;
        auto place = clients_.emplace(clients_.end());
        *place = std::make_shared<Client>(std::move(socket), commands_, limits_,
                                          [self = weak_from_this(), place] {
                                              if (auto listener = self.lock())
                                                  listener->clients_.erase(place);
                                          });
        (*place)->read();
    }

    asio::local::stream_protocol::acceptor acceptor_;
    asio::steady_timer pause_;
    const Commands &commands_;
    UnixctlLimits limits_;
    std::list<std::shared_ptr<Client>> clients_;
};

Result<std::unique_ptr<UnixctlServer>> UnixctlServer::listen(asio::io_context &io, std::string path,
                                                             const Commands &commands,
                                                             UnixctlLimits limits) {
    auto listener = std::make_shared<Listener>(io, commands, limits);
    if (auto opened = listener->open(path); !opened)
        return std::unexpected(opened.error());
    listener->accept();
    return std::unique_ptr<UnixctlServer>(new UnixctlServer(std::move(path), std::move(listener)));
}

UnixctlServer::UnixctlServer(std::string path, std::shared_ptr<Listener> listener)
    : path_(std::move(path)), listener_(std::move(listener)) {}

UnixctlServer::~UnixctlServer() {
    listener_->close();
    ::unlink(path_.c_str());
}

} // namespace bvs::daemon
