// SPDX-License-Identifier: Apache-2.0
//
// An rtnetlink socket of the namespace in which it was opened (libmnl does the framing), and the
// synchronous exchange on it: request, answers, acknowledgement. One thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace bvs::host {

class NetlinkSocket {
  public:
    static Result<NetlinkSocket> open(bool blocking);

    int fd() const;
    std::uint32_t port() const; // who we are in nlmsg_pid

    // From now on the messages of this group (RTNLGRP_...) arrive, too.
    Result<> join(unsigned group);

    // The most that may wait to be received, in bytes. As much as the system allows, silently.
    void set_receive_buffer(std::size_t bytes);

    // Fills in sequence number and port. Returns the sequence number, which is never 0.
    Result<std::uint32_t> send(nlmsghdr &request);

    // One datagram, which holds one or more messages; valid until the next call. An error with code
    // EAGAIN: nothing there; ENOBUFS: messages were lost.
    Result<std::span<const std::byte>> receive();

    // Sends, then gives every answer to `each` until the acknowledgement or the end of the dump.
    // On failure "cannot <what>: <errno> (<the kernel's words>)". A dump that was interrupted by
    // changes counts as success: it may lack or repeat some.
    Result<> exchange(nlmsghdr &request, const std::function<void(const nlmsghdr &)> &each,
                      std::string_view what);

  private:
    struct Close {
        void operator()(mnl_socket *socket) const;
    };

    explicit NetlinkSocket(mnl_socket *socket);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::vector<std::byte> buffer_;
    std::uint32_t sequence_ = 0;
};

// The messages of a datagram, up to the first that is malformed. Each is as long as it says.
std::vector<const nlmsghdr *> split_messages(std::span<const std::byte> datagram);

// What an NLMSG_ERROR message says: errno (0 is an acknowledgement) and the kernel's words.
struct Acknowledgement {
    int code = 0;
    std::string words;
};
Acknowledgement decode_acknowledgement(const nlmsghdr &message);

} // namespace bvs::host
