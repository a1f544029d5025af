// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link_monitor.h"

#include <array>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <poll.h>

namespace bvs::host {

namespace {

Result<std::uint32_t> send_link_request(NetlinkSocket &socket, int ifindex, std::uint16_t flags) {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETLINK;
    request->nlmsg_flags = flags;
    auto *link = static_cast<ifinfomsg *>(mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg)));
    link->ifi_index = ifindex;
    return socket.send(*request);
}

// The link whose queueing discipline came or went, which changes a link without a message of its
// own; 0: the message says something else.
int requeued_link(const nlmsghdr &message) {
    if ((message.nlmsg_type != RTM_NEWQDISC && message.nlmsg_type != RTM_DELQDISC) ||
        mnl_nlmsg_get_payload_len(&message) < sizeof(tcmsg))
        return 0;
    const auto *qdisc = static_cast<const tcmsg *>(mnl_nlmsg_get_payload(&message));
    return qdisc->tcm_parent == TC_H_ROOT ? qdisc->tcm_ifindex : 0;
}

} // namespace

LinkMonitor::LinkMonitor(NetlinkSocket events, NetlinkSocket requests)
    : events_(std::move(events)), requests_(std::move(requests)) {}

Result<LinkMonitor> LinkMonitor::open(std::size_t receive_buffer) {
    auto events = NetlinkSocket::open(false);
    if (!events)
        return std::unexpected(events.error());
    auto requests = NetlinkSocket::open(true);
    if (!requests)
        return std::unexpected(requests.error());

    events->set_receive_buffer(receive_buffer);
    // Subscribe first: what changes while the dump runs is then reported, too.
    for (const auto group : {RTNLGRP_LINK, RTNLGRP_TC})
        if (const auto joined = events->join(group); !joined)
            return std::unexpected(joined.error());

    LinkMonitor monitor(std::move(*events), std::move(*requests));
    if (const auto requested = monitor.request_dump(); !requested)
        return std::unexpected(requested.error());
    while (monitor.dump_sequence_ != 0) {
        pollfd wait{.fd = monitor.fd(), .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, -1);
        if (const auto changes = monitor.poll(); !changes)
            return std::unexpected(changes.error());
    }
    return monitor;
}

Result<LinkChanges> LinkMonitor::poll() {
    LinkChanges changes;
    for (;;) {
        const auto datagram = events_.receive();
        if (!datagram && datagram.error().code == EAGAIN)
            return changes;
        if (!datagram && datagram.error().code == ENOBUFS) {
            if (const auto recovered = recover(); !recovered)
                return std::unexpected(recovered.error());
            continue;
        }
        if (!datagram)
            return std::unexpected(datagram.error());
        for (const nlmsghdr *message : split_messages(*datagram)) {
            if (const auto applied = apply(*message, changes); !applied)
                return std::unexpected(applied.error());
        }
    }
}

// What is still queued is older than the loss. It must not count as seen by the dump to come, which
// would keep links alive whose end was lost; so it is thrown away. This ends, as after a loss the
// kernel queues nothing until the queue is empty.
Result<> LinkMonitor::recover() {
    overrun_ = true;
    for (;;) {
        const auto datagram = events_.receive();
        if (datagram || datagram.error().code == ENOBUFS)
            continue;
        if (datagram.error().code == EAGAIN)
            return request_dump();
        return std::unexpected(datagram.error());
    }
}

Result<> LinkMonitor::request_dump() {
    const auto sequence = send_link_request(events_, 0, NLM_F_DUMP);
    if (!sequence)
        return std::unexpected(sequence.error());
    links_.begin_dump();
    dump_sequence_ = *sequence;
    dump_interrupted_ = false;
    return {};
}

// The answer comes among the events, hence in order with them. If the link is gone by then it is an
// error message, which apply() has no use for.
Result<> LinkMonitor::request_link(int ifindex) {
    const auto sequence = send_link_request(events_, ifindex, 0);
    if (!sequence)
        return std::unexpected(sequence.error());
    return {};
}

Result<> LinkMonitor::apply(const nlmsghdr &message, LinkChanges &changes) {
    const bool answer = dump_sequence_ != 0 && message.nlmsg_seq == dump_sequence_ &&
                        message.nlmsg_pid == events_.port();
    if (answer && (message.nlmsg_flags & NLM_F_DUMP_INTR))
        dump_interrupted_ = true;
    if (answer && (message.nlmsg_type == NLMSG_DONE || message.nlmsg_type == NLMSG_ERROR))
        return finish_dump(message, changes);

    if (const auto ifindex = requeued_link(message))
        return request_link(ifindex);
    if (auto report = decode_link(message)) {
        if (auto event = links_.apply(std::move(*report)))
            return add(std::move(*event), changes);
    }
    return {};
}

Result<> LinkMonitor::add(LinkEvent event, LinkChanges &changes) {
    changes.events.push_back(std::move(event));
    if (const Link *peer = links_.doubtful_peer(changes.events.back()))
        return request_link(peer->ifindex);
    return {};
}

Result<> LinkMonitor::finish_dump(const nlmsghdr &message, LinkChanges &changes) {
    if (const auto [code, words] = decode_acknowledgement(message); code != 0)
        return fail_errno(code, "cannot list links");
    if (dump_interrupted_)
        return request_dump();

    for (LinkEvent &event : links_.end_dump()) {
        if (const auto added = add(std::move(event), changes); !added)
            return added;
    }
    changes.resynced = std::exchange(overrun_, false) || changes.resynced;
    dump_sequence_ = 0;
    return {};
}

Result<> LinkMonitor::refresh_statistics() {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETSTATS;
    request->nlmsg_flags = NLM_F_DUMP;
    auto *filter =
        static_cast<if_stats_msg *>(mnl_nlmsg_put_extra_header(request, sizeof(if_stats_msg)));
    filter->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);

    return requests_.exchange(
        *request,
        [this](const nlmsghdr &message) {
            if (const auto report = decode_statistics(message))
                links_.apply(*report);
        },
        "read the counters of all links");
}

} // namespace bvs::host
