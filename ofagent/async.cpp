// SPDX-License-Identifier: Apache-2.0
#include "ofagent/async.h"

#include <fmt/format.h>

namespace bvs::ofagent {

namespace {

template <class Reason>
constexpr std::uint32_t bit(Reason reason) {
    return 1U << static_cast<unsigned>(reason);
}

bool wanted(const std::uint32_t (&masks)[2], bool slave, std::uint32_t reason) {
    return masks[slave] & reason;
}

} // namespace

Async::Async(bool anything) {
    if (!anything)
        return;
    using In = model::PacketInReason;
    config_.packet_in[0] = bit(In::no_match) | bit(In::action) | bit(In::action_set) |
                           bit(In::group) | bit(In::packet_out);
    config_.port_status[0] = config_.port_status[1] = bit(model::PortChange::added) |
                                                      bit(model::PortChange::removed) |
                                                      bit(model::PortChange::modified);
    config_.flow_removed[0] = (1U << 6) - 1;
    config_.role_status[0] = config_.role_status[1] = 7;
}

bool Async::packet_in(model::PacketInReason reason, bool slave) const {
    return wanted(config_.packet_in, slave, bit(reason));
}

bool Async::port_status(model::PortChange change, bool slave) const {
    return wanted(config_.port_status, slave, bit(change));
}

bool Async::flow_removed(model::RemovedReason reason, bool slave) const {
    return wanted(config_.flow_removed, slave, bit(reason));
}

bool Async::table_status(bool vacancy_up, bool slave) const {
    constexpr std::uint32_t down = 1 << 3, up = 1 << 4; // OFPTR_*
    return wanted(config_.table_status, slave, vacancy_up ? up : down);
}

bool Async::requestforward(Forwarded what, bool slave) const {
    return wanted(config_.requestforward, slave, bit(what));
}

// Properties come in pairs: the even one for slaves, the odd one for masters (OFPACPT_*).
model::Answer<> Async::set(const wire::SetAsync &change) {
    auto config = config_;
    std::uint32_t(*const masks[])[2] = {&config.packet_in,    &config.port_status,
                                        &config.flow_removed, &config.role_status,
                                        &config.table_status, &config.requestforward};
    for (const auto &[type, mask] : change.properties) {
        if (type / 2 >= std::size(masks))
            return model::refuse(model::Refusal::async_unsupported,
                                 fmt::format("there is no asynchronous message of type {}", type));
        (*masks[type / 2])[type % 2 == 0] = mask;
    }
    config_ = config;
    return {};
}

void Async::ask_for_invalid_ttl(bool on) {
    const auto mask = bit(model::PacketInReason::invalid_ttl);
    if (on)
        config_.packet_in[0] |= mask;
    else
        config_.packet_in[0] &= ~mask;
}

} // namespace bvs::ofagent
