// SPDX-License-Identifier: Apache-2.0
//
// The TLV table of OfBridge: which of Geneve's options its flows and groups may name.
#include "switch/of_bridge.h"
#include "switch/of_record.h"

namespace bvs::daemon {

using model::Answer;

model::OptionSet OfBridge::options_in_use() const {
    model::OptionSet used = 0;
    flows_.for_each({}, [&](model::FlowId, const model::Flow &flow) {
        used |= model::options_in(flow.match.match()) | model::options_in(*flow.instructions);
    });
    for (const auto &[number, group] : groups_.all())
        used |= model::options_in(group->description.buckets, group->description.properties);
    return used;
}

// A change is seen entry by entry: of those that nobody uses yet, or any more.
Answer<> OfBridge::tlv_mod(const model::TlvMod &mod) {
    const auto used = mod.command == model::TlvCommand::add ? 0 : options_in_use();
    auto wanted = options_;
    if (auto changed = wanted.change(mod, used); !changed)
        return changed;
    const auto record =
        wanted.mappings().empty() ? std::vector<std::uint8_t>() : record_of(wanted, parts_.number);
    if (auto set = parts_.writer.set_tlv_table(parts_.number, wanted.entries(), record); !set)
        return model::refuse(model::Refusal::tlv_table_full, set.error().message);
    options_ = wanted;
    return {};
}

} // namespace bvs::daemon
