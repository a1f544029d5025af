// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link_table.h"

#include <utility>

namespace bvs::host {

const Link *LinkTable::find(int ifindex) const {
    const auto place = by_index_.find(ifindex);
    return place == by_index_.end() ? nullptr : &place->second.link;
}

const Link *LinkTable::find(std::string_view name) const {
    const auto place = by_name_.find(name);
    return place == by_name_.end() ? nullptr : find(place->second);
}

const LinkStatistics *LinkTable::statistics(int ifindex) const {
    const auto place = by_index_.find(ifindex);
    return place == by_index_.end() ? nullptr : &place->second.statistics;
}

std::optional<LinkEvent> LinkTable::apply(LinkReport report) {
    const auto place = by_index_.find(report.link.ifindex);
    if (report.gone) {
        if (place == by_index_.end())
            return std::nullopt;
        return remove(place);
    }
    if (place == by_index_.end()) {
        by_name_[report.link.name] = report.link.ifindex;
        by_index_[report.link.ifindex] = {report.link, report.statistics, dump_};
        return LinkEvent{.kind = LinkEvent::Kind::appeared, .link = std::move(report.link)};
    }

    Entry &entry = place->second;
    entry.statistics = report.statistics;
    entry.dump = dump_;
    if (entry.link == report.link)
        return std::nullopt;

    const bool renamed = entry.link.name != report.link.name;
    if (renamed) {
        forget_name(entry.link);
        by_name_[report.link.name] = report.link.ifindex;
    }
    Link before = std::exchange(entry.link, std::move(report.link));
    return LinkEvent{.kind = renamed ? LinkEvent::Kind::renamed : LinkEvent::Kind::changed,
                     .link = entry.link,
                     .before = std::move(before)};
}

void LinkTable::apply(const StatisticsReport &report) {
    const auto place = by_index_.find(report.ifindex);
    if (place != by_index_.end())
        place->second.statistics = report.statistics;
}

const Link *LinkTable::doubtful_peer(const LinkEvent &event) const {
    if (event.link.kind != "veth" || event.link.peer_other_netns)
        return nullptr;
    const Link *peer = find(event.link.peer_ifindex);
    if (!peer || peer->kind != "veth")
        return nullptr;
    const bool says_here = peer->peer_ifindex == event.link.ifindex && !peer->peer_other_netns;
    const bool is_here = event.kind != LinkEvent::Kind::vanished;
    return says_here == is_here ? nullptr : peer;
}

std::vector<LinkEvent> LinkTable::end_dump() {
    std::vector<LinkEvent> vanished;
    for (auto place = by_index_.begin(); place != by_index_.end();) {
        const auto next = std::next(place);
        if (place->second.dump != dump_)
            vanished.push_back(remove(place));
        place = next;
    }
    return vanished;
}

LinkEvent LinkTable::remove(std::unordered_map<int, Entry>::iterator place) {
    Link before = std::move(place->second.link);
    forget_name(before);
    by_index_.erase(place);
    return {.kind = LinkEvent::Kind::vanished, .link = before, .before = before};
}

// After lost messages another link may already have taken the name.
void LinkTable::forget_name(const Link &link) {
    const auto place = by_name_.find(link.name);
    if (place != by_name_.end() && place->second == link.ifindex)
        by_name_.erase(place);
}

} // namespace bvs::host
