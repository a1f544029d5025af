// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link_monitor.h"

#include <array>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace bvs::host {

namespace {

// If the link is gone by then the answer is an error message, which has no use for anybody.
Result<> ask_for_link(NetlinkFollower &follower, int ifindex) {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETLINK;
    auto *link = static_cast<ifinfomsg *>(mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg)));
    link->ifi_index = ifindex;
    return follower.ask(*request);
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

// The table while messages are read, and what they change.
class Reader final : public NetlinkFollower::Table {
  public:
    explicit Reader(LinkTable &links) : links_(links) {}

    void begin_dump() override { links_.begin_dump(); }

    Result<> end_dump(NetlinkFollower &follower) override {
        for (LinkEvent &event : links_.end_dump())
            if (const auto added = add(std::move(event), follower); !added)
                return added;
        return {};
    }

    Result<> apply(const nlmsghdr &message, NetlinkFollower &follower) override {
        if (const auto ifindex = requeued_link(message))
            return ask_for_link(follower, ifindex);
        if (auto report = decode_link(message))
            if (auto event = links_.apply(std::move(*report)))
                return add(std::move(*event), follower);
        return {};
    }

    std::vector<LinkEvent> take_events() { return std::move(events_); }

  private:
    Result<> add(LinkEvent event, NetlinkFollower &follower) {
        events_.push_back(std::move(event));
        if (const Link *peer = links_.doubtful_peer(events_.back()))
            return ask_for_link(follower, peer->ifindex);
        return {};
    }

    LinkTable &links_;
    std::vector<LinkEvent> events_;
};

} // namespace

LinkMonitor::LinkMonitor(NetlinkFollower follower, NetlinkSocket requests, LinkTable links)
    : follower_(std::move(follower)), requests_(std::move(requests)), links_(std::move(links)) {}

Result<LinkMonitor> LinkMonitor::open(std::size_t receive_buffer) {
    auto requests = NetlinkSocket::open(true);
    if (!requests)
        return std::unexpected(requests.error());
    LinkTable links;
    Reader reader(links);
    auto follower = NetlinkFollower::open({.name = "links",
                                           .groups = {RTNLGRP_LINK, RTNLGRP_TC},
                                           .request = RTM_GETLINK,
                                           .header = sizeof(ifinfomsg)},
                                          receive_buffer, reader);
    if (!follower)
        return std::unexpected(follower.error());
    return LinkMonitor(std::move(*follower), std::move(*requests), std::move(links));
}

Result<LinkChanges> LinkMonitor::poll() {
    Reader reader(links_);
    const auto resynced = follower_.poll(reader);
    if (!resynced)
        return std::unexpected(resynced.error());
    return LinkChanges{.events = reader.take_events(), .resynced = *resynced};
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
