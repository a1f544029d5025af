// SPDX-License-Identifier: Apache-2.0
//
// The control socket that ovs-appctl(8) and bvsctl(8) talk to: JSON-RPC 1.0 over a Unix stream
// socket, as docs/unixctl.md describes. A registry of commands, and the server that runs them.
// Everything happens on the io_context's thread; a command answers before its handler returns.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

using Arguments = std::span<const std::string>;

class Commands {
  public:
    using Handler = std::function<Result<std::string>(Arguments)>;

    static constexpr std::size_t k_any_number = static_cast<std::size_t>(-1);

    // `usage` names the arguments, as "BRIDGE VLAN MAC". A name added twice is a mistake of the
    // program: the last one counts.
    void add(std::string name, std::string usage, std::size_t min_arguments,
             std::size_t max_arguments, Handler handler);

    // Errors are worded as Open vSwitch words them, since scripts look for them.
    Result<std::string> run(const std::string &name, Arguments arguments) const;

    std::string list() const; // what `list-commands` prints

  private:
    struct Command {
        std::string usage;
        std::size_t min_arguments;
        std::size_t max_arguments;
        Handler handler;
    };

    std::map<std::string, Command, std::less<>> commands_;
};

// What one client has agreed with the server, and how its requests are answered.
class Conversation {
  public:
    explicit Conversation(const Commands &commands) : commands_(&commands) {}

    // The text of a request to the text of its response; an error if it is not a request at all,
    // and the connection has to be closed.
    Result<std::string> answer(std::string_view request);

  private:
    Result<std::string> run(const std::string &method, const nlohmann::json &params);
    Result<std::string> set_options(Arguments arguments);

    const Commands *commands_;
    bool json_ = false; // ovs-appctl -f json (since 3.4): texts travel within an object
};

struct UnixctlLimits {
    std::size_t connections = 64;             // more are closed at once
    std::size_t message_bytes = 1u << 24;     // of one request; a port's state has all its rules
    std::chrono::seconds reading_timeout{30}; // for a client that does not take its answer
};

// The socket of a process's pid; and the removal of those, ovsdb-server's and bridges' OpenFlow
// sockets too, at which nobody listens any more.
std::string control_socket_path(const std::string &rundir, pid_t pid);
void remove_stale_sockets(const std::string &rundir);

class UnixctlServer {
  public:
    // Replaces what a dead process has left at `path`. Owner and group may connect.
    static Result<std::unique_ptr<UnixctlServer>> listen(boost::asio::io_context &io,
                                                         std::string path, const Commands &commands,
                                                         UnixctlLimits limits = {});
    ~UnixctlServer(); // removes the socket

    const std::string &path() const { return path_; }

  private:
    class Listener;
    UnixctlServer(std::string path, std::shared_ptr<Listener> listener);

    std::string path_;
    std::shared_ptr<Listener> listener_;
};

} // namespace bvs::daemon
