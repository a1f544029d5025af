// SPDX-License-Identifier: Apache-2.0
#include "ofagent/requests.h"

#include "ofagent/agent.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::ofagent {

using model::Refusal;

OfSwitch &Requests::of_switch() const {
    return session_.agent_.of_switch();
}

Answer<> Requests::as_writer() const {
    if (session_.is_slave())
        return model::refuse(Refusal::is_slave, "a slave may not change the switch");
    return {};
}

Answer<> Requests::operator()(const wire::EchoRequest &request) {
    reply(wire::EchoReply{.data = request.data});
    return {};
}

Answer<> Requests::operator()(const wire::BarrierRequest &) {
    reply(wire::BarrierReply{});
    return {};
}

// ---- the connection's own settings ------------------------------------------------------------

Answer<> Requests::operator()(const wire::GetConfigRequest &) {
    reply(wire::GetConfigReply{
        .config = {.fragments = static_cast<wire::Fragments>(of_switch().fragments()),
                   .invalid_ttl_to_controller = session_.invalid_ttl_to_controller_,
                   .miss_send_len = session_.miss_send_len_}});
    return {};
}

Answer<> Requests::operator()(const wire::SetConfig &request) {
    const auto &config = request.config;
    if (!session_.is_slave())
        if (auto set = of_switch().set_fragments(static_cast<std::uint8_t>(config.fragments)); !set)
            return set;
    session_.miss_send_len_ = config.miss_send_len;
    if (session_.dialect_.version < wire::Version::of13) {
        session_.invalid_ttl_to_controller_ = config.invalid_ttl_to_controller;
        session_.async_.ask_for_invalid_ttl(config.invalid_ttl_to_controller);
    }
    return {};
}

Answer<> Requests::operator()(const wire::RoleRequest &request) {
    if (auto settled = session_.agent_.settle_role(session_, request); !settled)
        return settled;
    if (request.role != wire::Role::no_change)
        session_.role_ = request.role;
    wire::RoleReply answer;
    answer.role = session_.role_;
    answer.generation = session_.agent_.generation();
    reply(answer);
    return {};
}

Answer<> Requests::operator()(const wire::GetAsyncRequest &) {
    reply(wire::GetAsyncReply{.config = session_.async_.config()});
    return {};
}

Answer<> Requests::operator()(const wire::SetAsync &request) {
    return session_.async_.set(request);
}

Answer<> Requests::operator()(const wire::SetFlowFormat &request) {
    session_.dialect_.flow_format = request.format;
    return {};
}

Answer<> Requests::operator()(const wire::SetTableIdInCommand &request) {
    session_.dialect_.table_id_in_command = request.on;
    return {};
}

Answer<> Requests::operator()(const wire::SetPacketInFormat &request) {
    session_.dialect_.packet_in_format = request.format;
    return {};
}

Answer<> Requests::operator()(const wire::SetControllerId &request) {
    session_.controller_id_ = request.id;
    return {};
}

// ---- changes ----------------------------------------------------------------------------------

Answer<> Requests::send_buffered(std::uint32_t buffer, std::uint32_t in_port,
                                 model::Actions actions) {
    auto kept = session_.agent_.buffers().take(buffer);
    if (!kept)
        return std::unexpected(kept.error());
    return of_switch().packet_out({.in_port = in_port == model::port::any ? kept->in_port : in_port,
                                   .actions = std::move(actions),
                                   .packet = std::move(kept->packet)});
}

Answer<> Requests::operator()(const model::PacketOut &request) {
    if (auto may = as_writer(); !may)
        return may;
    if (request.buffer != model::k_no_buffer)
        return send_buffered(request.buffer, request.in_port, request.actions);
    return of_switch().packet_out(request);
}

Answer<> Requests::operator()(const model::FlowMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    auto mod = request;
    mod.lenient_actions = session_.dialect_.version == wire::Version::of10;
    if (auto done = of_switch().flow_mod(mod); !done)
        return done;
    const bool removes = request.command == model::FlowCommand::remove ||
                         request.command == model::FlowCommand::remove_strict;
    if (request.buffer == model::k_no_buffer || removes)
        return {};
    return send_buffered(request.buffer, model::port::any,
                         {model::action::Output{.port = model::port::table}});
}

Answer<> Requests::operator()(const model::GroupMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    if (auto done = of_switch().group_mod(request); !done)
        return done;
    session_.agent_.forward(session_, {.xid = xid_, .body = request}, Async::Forwarded::group_mod);
    return {};
}

Answer<> Requests::operator()(const model::MeterMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    if (auto done = of_switch().meter_mod(request); !done)
        return done;
    session_.agent_.forward(session_, {.xid = xid_, .body = request}, Async::Forwarded::meter_mod);
    return {};
}

Answer<> Requests::operator()(const model::TlvMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    return of_switch().tlv_mod(request);
}

Answer<> Requests::operator()(const model::PortMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    return of_switch().port_mod(request);
}

Answer<> Requests::operator()(const wire::TableMod &request) {
    if (auto may = as_writer(); !may)
        return may;
    return of_switch().table_mod(request.config);
}

Answer<> Requests::operator()(const wire::BundleAdd &request) {
    if (auto may = as_writer(); !may)
        return may;
    return session_.bundles_.add(request, xid_);
}

Answer<> Requests::operator()(const wire::BundleControl &request) {
    if (auto may = as_writer(); !may)
        return may;
    auto done = [&]() -> Answer<> {
        switch (request.step) {
        case wire::BundleStep::open_request:
            return session_.bundles_.open(request);
        case wire::BundleStep::close_request:
            return session_.bundles_.close(request);
        case wire::BundleStep::commit_request:
            return commit(request);
        case wire::BundleStep::discard_request:
            return session_.bundles_.discard(request);
        default:
            return model::refuse(Refusal::bundle_bad_type, "a switch does not take bundle replies");
        }
    }();
    if (!done)
        return done;
    auto answer = request;
    answer.step = static_cast<wire::BundleStep>(static_cast<unsigned>(request.step) + 1);
    reply(answer);
    return {};
}

// The message that failed is named by an error of its own, before the one for the commit.
Answer<> Requests::commit(const wire::BundleControl &request) {
    auto entries = session_.bundles_.take(request);
    if (!entries)
        return std::unexpected(entries.error());
    std::vector<Change> changes;
    changes.reserve(entries->size());
    for (auto &entry : *entries)
        changes.push_back(std::move(entry.change));
    const auto done = of_switch().commit(changes);
    if (done)
        return {};
    const auto &failed = (*entries)[done.error().index];
    session_.refuse(done.error().error, failed.xid, failed.raw);
    return model::refuse(Refusal::bundle_message_failed, done.error().error.why);
}

// ---- what the peer wants to hear of -----------------------------------------------------------

Answer<> Requests::operator()(const wire::FlowMonitorStart &request) {
    auto flows = session_.monitors_.start(request, of_switch());
    if (!flows)
        return std::unexpected(flows.error());
    reply(wire::FlowMonitorReply{.updates = std::move(*flows)});
    return {};
}

Answer<> Requests::operator()(const wire::FlowMonitorCancel &request) {
    return session_.monitors_.cancel(request.monitor);
}

} // namespace bvs::ofagent
