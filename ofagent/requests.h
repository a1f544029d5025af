// SPDX-License-Identifier: Apache-2.0
//
// What each message makes a session do: one function a message. The answer is sent here; a refusal
// is returned, and the session sends the error with the message that caused it.
#pragma once

#include "ofagent/session.h"

namespace bvs::ofagent {

class Requests {
  public:
    Requests(Session &session, std::uint32_t xid, Time now)
        : session_(session), xid_(xid), now_(now) {}

    // A message that only a switch sends, or one that this switch has no use for.
    template <class Body>
    Answer<> operator()(const Body &) {
        return model::refuse(model::Refusal::bad_type, "a switch does not take such messages");
    }

    Answer<> operator()(const wire::ErrorMessage &) { return {}; }
    Answer<> operator()(const wire::EchoRequest &request);
    Answer<> operator()(const wire::EchoReply &) { return {}; }
    Answer<> operator()(const wire::FeaturesRequest &);
    Answer<> operator()(const wire::GetConfigRequest &);
    Answer<> operator()(const wire::SetConfig &request);
    Answer<> operator()(const wire::BarrierRequest &);

    Answer<> operator()(const model::PacketOut &request);
    Answer<> operator()(const model::FlowMod &request);
    Answer<> operator()(const model::GroupMod &request);
    Answer<> operator()(const model::MeterMod &request);
    Answer<> operator()(const model::TlvMod &request);
    Answer<> operator()(const model::PortMod &request);
    Answer<> operator()(const wire::TableMod &request);
    Answer<> operator()(const wire::BundleControl &request);
    Answer<> operator()(const wire::BundleAdd &request);

    Answer<> operator()(const wire::RoleRequest &request);
    Answer<> operator()(const wire::GetAsyncRequest &);
    Answer<> operator()(const wire::SetAsync &request);
    Answer<> operator()(const wire::SetFlowFormat &request);
    Answer<> operator()(const wire::SetTableIdInCommand &request);
    Answer<> operator()(const wire::SetPacketInFormat &request);
    Answer<> operator()(const wire::SetControllerId &request);
    Answer<> operator()(const wire::FlowMonitorStart &request);
    Answer<> operator()(const wire::FlowMonitorCancel &request);

    Answer<> operator()(const wire::TlvTableRequest &);
    Answer<> operator()(const wire::DescriptionRequest &);
    Answer<> operator()(const wire::FlowStatsRequest &request);
    Answer<> operator()(const wire::AggregateRequest &request);
    Answer<> operator()(const wire::TableStatsRequest &);
    Answer<> operator()(const wire::TableFeaturesRequest &request);
    Answer<> operator()(const wire::TableDescRequest &);
    Answer<> operator()(const wire::PortStatsRequest &request);
    Answer<> operator()(const wire::PortDescRequest &request);
    Answer<> operator()(const wire::QueueStatsRequest &request);
    Answer<> operator()(const wire::QueueDescRequest &request);
    Answer<> operator()(const wire::QueueGetConfigRequest &request);
    Answer<> operator()(const wire::GroupStatsRequest &request);
    Answer<> operator()(const wire::GroupDescRequest &request);
    Answer<> operator()(const wire::GroupFeaturesRequest &);
    Answer<> operator()(const wire::MeterStatsRequest &request);
    Answer<> operator()(const wire::MeterConfigRequest &request);
    Answer<> operator()(const wire::MeterFeaturesRequest &);

  private:
    OfSwitch &of_switch() const;
    void reply(wire::Body body) { session_.send(xid_, std::move(body)); }
    Answer<> as_writer() const; // a slave may read only
    Answer<> has_port(std::uint32_t port) const;
    Answer<> commit(const wire::BundleControl &request);
    Answer<> send_buffered(std::uint32_t buffer, std::uint32_t in_port, model::Actions actions);

    Session &session_;
    std::uint32_t xid_;
    Time now_;
};

} // namespace bvs::ofagent
