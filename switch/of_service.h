// SPDX-License-Identifier: Apache-2.0
//
// OpenFlow of one bridge: its tables, its agent, the sockets <rundir>/<bridge>.mgmt and .snoop, its
// controllers, and what it does without them (fail_mode). One thread.
#pragma once

#include "ofagent/agent.h"
#include "ofagent/controller.h"
#include "ofagent/listener.h"
#include "switch/log.h"
#include "switch/of_bridge.h"
#include "switch/of_ports.h"
#include "switch/of_settings.h"
#include "switch/of_short_way.h"
#include "switch/write_back.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

struct OfServiceParts {
    std::string bridge;
    std::uint16_t number = 0; // the bridge's, in the datapath
    boost::asio::io_context &io;
    maps::PipelineMaps &maps;
    maps::PipelineWriter &writer;
    PortTable &table;
    host::LinkControl &link_control;
    FactsOf facts_of;
    QueuesOf queues_of;
    std::string rundir;
    std::string version;
    Logger log;
    std::function<Result<>(const Injection &)> inject;
    std::function<void()> rules_changed;
    std::function<void()> pipeline_changed;        // needed, or needed no more
    std::vector<std::vector<std::uint8_t>> former; // the bridge's records of the generation before
};

const char *role_word(wire::Role role); // as the column Controller.role has it

struct ControllerReport {
    ovsdb::Uuid row;
    std::string target;
    ofagent::ControllerStatus status;
};

class OfService {
  public:
    explicit OfService(OfServiceParts parts);

    void configure(const OfSettings &settings, const net::TlsFiles &tls);
    void ports_changed(const std::set<std::string> &names);
    void every_second();
    void take(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes);
    std::vector<ControllerReport> controllers() const;
    void report(WriteBack &write_back) const; // the columns of Controller that are ours

    OfBridge &bridge() { return bridge_; }
    const OfBridge &bridge() const { return bridge_; }
    std::uint64_t packet_ins() const { return packet_ins_; } // that the datapath sent up
    bool needs_pipeline() const { return needs_pipeline_; }

  private:
    OfBridgeParts bridge_parts();
    void open_sockets(std::uint32_t versions);
    void settle_flows(const OfSettings &settings);
    void settle_fail_open();
    void settle_in_band();
    void settle_hidden();
    void settle_tls(const net::TlsFiles &tls);
    void settle_controllers(const OfSettings &settings, const net::TlsFiles &tls);

    OfServiceParts parts_;
    OfPorts ports_;
    ShortWay short_way_;
    bool needs_pipeline_ = false;
    OfBridge bridge_;
    ofagent::Agent agent_;
    std::unique_ptr<ofagent::Listener> management_;
    std::unique_ptr<ofagent::Broadcaster> snoop_;
    std::map<std::string, std::unique_ptr<ofagent::Controller>> controllers_; // by target
    net::TlsContext context_;
    OfSettings settings_;
    net::TlsFiles tls_;
    ofagent::Time last_led_ = std::chrono::steady_clock::now(); // by a controller
    std::uint64_t packet_ins_ = 0;
    bool configured_ = false;
};

} // namespace bvs::daemon
