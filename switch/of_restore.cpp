// SPDX-License-Identifier: Apache-2.0
//
// How OfBridge takes over what a daemon left in a datapath of another layout: the records of its
// flows, groups and meters, and of the TLV table, from which they are made anew. Their counters
// start anew as well.
#include "switch/of_bridge.h"
#include "switch/of_record.h"

namespace bvs::daemon {

using model::Answer;

namespace {

// Those that others lead to must be there first, in whatever order they are found.
void restore_groups(OfDraft &draft, std::vector<RecordedGroup> groups) {
    for (bool more = true; more;) {
        more = false;
        std::erase_if(groups, [&](const RecordedGroup &group) {
            draft.at(group.about.created);
            const bool made = draft.add(group.mod).has_value();
            more |= made;
            return made;
        });
    }
}

} // namespace

bool OfBridge::restore(const std::vector<std::vector<std::uint8_t>> &records) {
    std::vector<RecordedGroup> groups;
    std::vector<RecordedMeter> meters;
    std::vector<RecordedFlow> flows;
    for (const auto &record : records) {
        if (auto group = recorded_group(record))
            groups.push_back(std::move(*group));
        else if (auto meter = recorded_meter(record))
            meters.push_back(std::move(*meter));
        else if (const auto options = recorded_tlv_table(record))
            (void)tlv_mod(options->mod);
        else if (auto flow = recorded_flow(record); !flow)
            continue;
        else if (flow->about.priority)
            failed_open_ |= flow->about.priority == fail_open_flow().priority;
        else
            flows.push_back(std::move(*flow));
    }
    const auto done = carry_out([&](OfDraft &draft) -> Answer<> {
        for (const auto &meter : meters) {
            draft.at(meter.about.created);
            (void)draft.add(meter.mod);
        }
        restore_groups(draft, std::move(groups));
        for (auto &flow : flows) {
            flow.mod.lenient_actions = true; // it was let in before
            draft.at(flow.about.created);
            (void)draft.add(flow.mod);
        }
        return {};
    });
    if (failed_open_)
        set_hidden();
    return done.has_value();
}

} // namespace bvs::daemon
