// SPDX-License-Identifier: Apache-2.0
//
// OpenFlow on every bridge (of_service.h has one), and what all bridges share: the datapath's rules
// and the packets that it sends up. Follows the bridges that there are and what the database says
// of them. One thread.
#pragma once

#include "loader/datapath.h"
#include "maps/pipeline_writer.h"
#include "ovsdb/replica.h"
#include "switch/log.h"
#include "switch/of_ports.h"
#include "switch/port_table.h"
#include "switch/record_ring.h"
#include "switch/write_back.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

struct OpenFlowParts {
    boost::asio::io_context &io;
    loader::Datapath &datapath;
    PortTable &table;
    host::LinkControl &link_control;
    FactsOf facts_of;
    QueuesOf queues_of;
    std::string rundir;
    std::string version;
    Logger log;
    // The bridge needs the pipeline, or needs it no more: its ports are to be written anew.
    std::function<void(const std::string &bridge)> pipeline_changed;
};

class OfBridge;
class OfService;

class OpenFlow {
  public:
    using Services = std::map<std::string, std::unique_ptr<OfService>>; // by bridge

    static Result<std::unique_ptr<OpenFlow>> create(OpenFlowParts parts);
    ~OpenFlow();

    // Makes agents for bridges that there are and removes those of others.
    void follow(const ovsdb::Replica &replica, const std::map<std::string, std::uint64_t> &bridges);
    bool needs_pipeline(const std::string &bridge) const;
    OfBridge *bridge(const std::string &name); // null: there is none
    const Services &services() const { return services_; }
    const maps::PipelineWriter &writer() const { return *writer_; }

    void ports_changed(const std::set<std::string> &names); // they came, went or changed
    void every_second();
    void report(WriteBack &write_back) const; // the columns of Controller that are ours

    // A frame of the daemon's own out of a port, past all rules; `oam`: as such, if it is a tunnel
    // of Geneve.
    Result<> send(const LivePort &port, const std::vector<std::uint8_t> &frame, bool oam);
    // One into a bridge, as if from none of its ports, past all rules by NORMAL.
    Result<> send_normal(std::uint16_t bridge, const std::vector<std::uint8_t> &frame);

    int packet_ins_fd() const; // readable: read_packet_ins()
    void read_packet_ins();

  private:
    explicit OpenFlow(OpenFlowParts parts, std::unique_ptr<maps::PipelineWriter> writer,
                      RecordRing<bvs_packet_in> packet_ins);
    std::unique_ptr<OfService> serve(const std::string &bridge, std::uint16_t number);
    Result<> inject(const struct Injection &injection);
    void expire();
    void reclaim();
    void reclaim_soon();
    void take(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes);

    OpenFlowParts parts_;
    std::unique_ptr<maps::PipelineWriter> writer_;
    RecordRing<bvs_packet_in> packet_ins_;
    Services services_;
    // What bridges had in the generation before, until they have it again; by name.
    std::map<std::string, std::vector<std::vector<std::uint8_t>>> former_;
    struct Timer;
    std::unique_ptr<Timer> reclaiming_;
    std::unique_ptr<Timer> expiring_;
};

} // namespace bvs::daemon
