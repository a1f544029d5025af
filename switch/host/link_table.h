// SPDX-License-Identifier: Apache-2.0
//
// All links of a namespace, found by ifindex or name in O(1), and what changed by each report: the
// part of the link monitor that needs no socket.
//
// A dump brackets reports with begin_dump() and end_dump(): links that no report mentioned in
// between are gone. Pointers stay valid until the link they point to vanishes.
#pragma once

#include "switch/host/link.h"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace bvs::host {

struct LinkEvent {
    enum class Kind { appeared, changed, renamed, vanished };

    Kind kind = Kind::appeared;
    Link link;   // as it is now; as it was last known, when vanished
    Link before; // empty when appeared; a renamed link may have changed otherwise, too
};

class LinkTable {
  public:
    struct Entry {
        Link link;
        LinkStatistics statistics; // as of the last report
        std::uint64_t dump = 0;    // the last dump that saw it
    };

    const Link *find(int ifindex) const;
    const Link *find(std::string_view name) const;
    const LinkStatistics *statistics(int ifindex) const;
    const std::unordered_map<int, Entry> &entries() const { return by_index_; }

    // The event, unless the report says nothing new but counters.
    std::optional<LinkEvent> apply(LinkReport report);
    void apply(const StatisticsReport &report); // of a link not known: ignored

    // The other end of the event's link, if its own Link contradicts the event and may be outdated.
    const Link *doubtful_peer(const LinkEvent &event) const;

    void begin_dump() { ++dump_; }
    std::vector<LinkEvent> end_dump();

  private:
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>()(name);
        }
    };

    LinkEvent remove(std::unordered_map<int, Entry>::iterator place);
    void forget_name(const Link &link);

    std::unordered_map<int, Entry> by_index_;
    std::unordered_map<std::string, int, NameHash, std::equal_to<>> by_name_;
    std::uint64_t dump_ = 0;
};

} // namespace bvs::host
