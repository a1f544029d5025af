// SPDX-License-Identifier: Apache-2.0
//
// A bridge's OpenFlow agent: what its sessions have in common. It carries events to those that want
// them, and settles who is master (OpenFlow 1.5.1, 6.3.7). Sessions enter and leave by themselves.
// One thread.
#pragma once

#include "ofagent/of_switch.h"
#include "ofagent/packet_buffers.h"
#include "ofagent/session.h"

#include <optional>
#include <vector>

namespace bvs::ofagent {

class Agent : public OfEvents {
  public:
    explicit Agent(OfSwitch &of_switch) : switch_(of_switch) {}

    OfSwitch &of_switch() { return switch_; }
    PacketBuffers &buffers() { return buffers_; }

    void enter(Session &session) { sessions_.push_back(&session); }
    void leave(Session &session);

    // Is there one of before OpenFlow 1.3, when tables sent up what they had no rule for?
    bool wants_misses() const;

    // Refuses a generation that is older than what was seen; a new master demotes the one before.
    Answer<> settle_role(Session &session, const wire::RoleMessage &request);
    std::optional<std::uint64_t> generation() const { return generation_; }

    // Others may want to hear of what was done for one of them.
    void forward(const Session &author, const wire::Message &request, Async::Forwarded what);

    // While it lives, changes of the bridge are the session's doing.
    class Authorship {
      public:
        Authorship(Agent &agent, const Session &session, std::uint32_t xid) : agent_(agent) {
            agent.author_ = &session;
            agent.xid_ = xid;
        }
        ~Authorship() { agent_.author_ = nullptr; }
        Authorship(const Authorship &) = delete;
        Authorship &operator=(const Authorship &) = delete;

      private:
        Agent &agent_;
    };

    void packet_in(const model::PacketIn &packet) override;
    void flow_changed(const FlowChange &change) override;
    void flow_removed(const model::FlowRemoved &removed) override;
    void port_changed(model::PortChange change, const model::PortDescription &port) override;
    void table_status(const model::TableConfig &table, bool vacancy_up) override;

  private:
    OfSwitch &switch_;
    PacketBuffers buffers_;
    std::vector<Session *> sessions_;
    std::optional<std::uint64_t> generation_;
    const Session *author_ = nullptr;
    std::uint32_t xid_ = 0;
};

} // namespace bvs::ofagent
