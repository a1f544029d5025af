// SPDX-License-Identifier: Apache-2.0
//
// Whatever a guest sends as IGMP, MLD or PIM: the table keeps to its size, and forgets all in time.
#include "selftests/fuzz/protocol/mend.h"
#include "switch/protocol/snooping.h"

#include <cstdlib>

namespace {

using namespace bvs::protocol;

constexpr std::size_t k_table = 10;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static_cast<void>(decode_group_message({data, size}));
    const auto message = decode_group_message(mended({data, size}));
    if (!message)
        return 0;
    for (const auto &change : message->changes)
        claim(change.group.is_multicast());
    claim(message->changes.empty() || message->kind == GroupMessage::Kind::report);
    Time now{std::chrono::hours(1)};
    Snooping table({.table_size = k_table, .flood_unregistered = false});
    for (const PortId port : {1u, 2u})
        table.receive(0, port, *message, now);
    claim(table.groups().size() <= k_table);
    for (const auto &key : table.groups())
        claim(!table.deliver(key.vlan, key.group).ports.empty());
    for (auto next = table.next(); next; next = table.next()) {
        claim(*next > now);
        now = *next;
        table.run(now);
    }
    claim(table.groups().empty());
    return 0;
}
