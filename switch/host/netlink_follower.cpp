// SPDX-License-Identifier: Apache-2.0
#include "switch/host/netlink_follower.h"

#include <array>
#include <libmnl/libmnl.h>
#include <poll.h>
#include <utility>

namespace bvs::host {

NetlinkFollower::NetlinkFollower(Subject subject, NetlinkSocket socket)
    : subject_(std::move(subject)), socket_(std::move(socket)) {}

Result<NetlinkFollower> NetlinkFollower::open(Subject subject, std::size_t receive_buffer,
                                              Table &table) {
    auto socket = NetlinkSocket::open(false);
    if (!socket)
        return std::unexpected(socket.error());
    socket->set_receive_buffer(receive_buffer);
    // Subscribe first: what changes while the dump runs is then reported, too.
    for (const auto group : subject.groups)
        if (const auto joined = socket->join(group); !joined)
            return std::unexpected(joined.error());

    NetlinkFollower follower(std::move(subject), std::move(*socket));
    if (const auto requested = follower.request_dump(table); !requested)
        return std::unexpected(requested.error());
    while (follower.dump_sequence_ != 0) {
        pollfd wait{.fd = follower.fd(), .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, -1);
        if (const auto polled = follower.poll(table); !polled)
            return std::unexpected(polled.error());
    }
    return follower;
}

Result<bool> NetlinkFollower::poll(Table &table) {
    for (;;) {
        const auto datagram = socket_.receive();
        if (!datagram && datagram.error().code == EAGAIN)
            return std::exchange(repaired_, false);
        if (!datagram && datagram.error().code == ENOBUFS) {
            if (const auto recovered = recover(table); !recovered)
                return std::unexpected(recovered.error());
            continue;
        }
        if (!datagram)
            return std::unexpected(datagram.error());
        for (const nlmsghdr *message : split_messages(*datagram)) {
            if (const auto taken = take(*message, table); !taken)
                return std::unexpected(taken.error());
        }
    }
}

// What is still queued is older than the loss. It must not count as seen by the dump to come, which
// would keep entries alive whose end was lost; so it is thrown away. This ends, as after a loss the
// kernel queues nothing until the queue is empty.
Result<> NetlinkFollower::recover(Table &table) {
    overrun_ = true;
    for (;;) {
        const auto datagram = socket_.receive();
        if (datagram || datagram.error().code == ENOBUFS)
            continue;
        if (datagram.error().code == EAGAIN)
            return request_dump(table);
        return std::unexpected(datagram.error());
    }
}

Result<> NetlinkFollower::request_dump(Table &table) {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = subject_.request;
    request->nlmsg_flags = NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(request, subject_.header);
    const auto sequence = socket_.send(*request);
    if (!sequence)
        return std::unexpected(sequence.error());
    table.begin_dump();
    dump_sequence_ = *sequence;
    dump_interrupted_ = false;
    return {};
}

Result<> NetlinkFollower::ask(nlmsghdr &request) {
    if (const auto sequence = socket_.send(request); !sequence)
        return std::unexpected(sequence.error());
    return {};
}

Result<> NetlinkFollower::take(const nlmsghdr &message, Table &table) {
    const bool answer = dump_sequence_ != 0 && message.nlmsg_seq == dump_sequence_ &&
                        message.nlmsg_pid == socket_.port();
    if (answer && (message.nlmsg_flags & NLM_F_DUMP_INTR))
        dump_interrupted_ = true;
    if (answer && (message.nlmsg_type == NLMSG_DONE || message.nlmsg_type == NLMSG_ERROR))
        return finish_dump(message, table);
    return table.apply(message, *this);
}

Result<> NetlinkFollower::finish_dump(const nlmsghdr &message, Table &table) {
    if (const auto [code, words] = decode_acknowledgement(message); code != 0)
        return fail_errno(code, "cannot list {}", subject_.name);
    if (dump_interrupted_)
        return request_dump(table);
    dump_sequence_ = 0;
    repaired_ = std::exchange(overrun_, false) || repaired_;
    return table.end_dump(*this);
}

} // namespace bvs::host
