// SPDX-License-Identifier: Apache-2.0
//
// Keeps a table of the kernel's current by rtnetlink: a dump, then the messages of the groups that
// tell of changes. What table that is, its owner says.
//
// The dump runs on the subscribed socket, so that for each entry the order of messages is that of
// the changes. When the kernel had to drop messages (ENOBUFS), a new dump repairs the table.
// Nothing blocks but open(). One thread.
#pragma once

#include "base/result.h"
#include "switch/host/netlink_socket.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace bvs::host {

class NetlinkFollower {
  public:
    struct Subject {
        std::string_view name;        // for errors: "links"
        std::vector<unsigned> groups; // RTNLGRP_...
        std::uint16_t request = 0;    // RTM_GET..., which dumps the table
        std::size_t header = 0;       // bytes of its family's header, all zero
    };

    class Table { // may ask the follower more
      public:
        // What no message mentions in between is gone.
        virtual void begin_dump() = 0;
        virtual Result<> end_dump(NetlinkFollower &follower) = 0;
        virtual Result<> apply(const nlmsghdr &message, NetlinkFollower &follower) = 0;

      protected:
        ~Table() = default;
    };

    // Subscribes and reads the whole table.
    // receive_buffer: bytes; beyond net.core.rmem_max only with CAP_NET_ADMIN.
    static Result<NetlinkFollower> open(Subject subject, std::size_t receive_buffer, Table &table);

    // Readable when poll() has something to do.
    int fd() const { return socket_.fd(); }

    // Gives the table, the one of open() or its successor, what the kernel has sent so far. True:
    // messages were lost, and a dump has since repaired the table. An error means the socket is of
    // no more use.
    Result<bool> poll(Table &table);

    // The answer comes to the table among the others, hence in order with them.
    Result<> ask(nlmsghdr &request);

  private:
    NetlinkFollower(Subject subject, NetlinkSocket socket);

    Result<> request_dump(Table &table);
    Result<> recover(Table &table);
    Result<> take(const nlmsghdr &message, Table &table);
    Result<> finish_dump(const nlmsghdr &message, Table &table);

    Subject subject_;
    NetlinkSocket socket_;
    std::uint32_t dump_sequence_ = 0; // 0: no dump in progress
    bool dump_interrupted_ = false;   // entries came or went while it ran: it may have skipped some
    bool overrun_ = false;            // since the last complete dump
    bool repaired_ = false;           // since poll() was called
};

} // namespace bvs::host
