// SPDX-License-Identifier: Apache-2.0
//
// Traces of packets: of one that somebody describes, which goes nowhere; and of real ones that pass
// through a bridge, for one client at a time, who has to ask for them again and again or the
// tracing ends. One thread.
#pragma once

#include "base/result.h"
#include "loader/datapath.h"
#include "switch/model/packet.h"
#include "switch/port_table.h"
#include "switch/trace_ring.h"
#include "switch/trace_text.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bvs::daemon {

class OfBridge;
class OpenFlow;

struct TracerParts { // outlive the tracer
    loader::Datapath &datapath;
    PortTable &table;
    OpenFlow &openflow;
    // The bridge's ports must send packets through the pipeline, or must no longer.
    std::function<void(const std::string &bridge)> pipeline_changed;
};

class Tracer {
  public:
    struct Told {
        Trace trace;
        TraceTexts texts;
    };

    // Ends what a former daemon traced.
    static Result<std::unique_ptr<Tracer>> create(TracerParts parts);

    // Of a packet that looks as the match says, or of these bytes, which then come in with the
    // match's port, mark and priority.
    Result<Told> trace(const std::string &bridge, const model::Match &match,
                       const std::optional<model::Bytes> &frame);

    // Of real packets that match, at most this many. Returns what the client has to name.
    Result<std::uint32_t> start(const std::string &bridge, const model::Match &match,
                                std::uint64_t packets);
    struct Found {
        std::vector<Told> traces; // since the last call
        bool done = false;        // there will be no more
    };
    Result<Found> take(std::uint32_t client);
    Result<> stop(std::uint32_t client);
    bool follows(const std::string &bridge) const { return live_ && live_->bridge == bridge; }

    int fd() const { return ring_.fd(); } // readable: read()
    void read();
    void every_second(); // forgets a client who went away

  private:
    struct Live {
        std::uint32_t client = 0;
        std::string bridge;
        std::uint16_t number = 0;
        std::uint64_t allowed = 0; // packets that the datapath may still be told to trace
        std::uint64_t wanted = 0;  // packets still to be found
        std::vector<Told> found;
        std::chrono::steady_clock::time_point asked;
    };

    Tracer(TracerParts parts, TraceRing ring) : parts_(std::move(parts)), ring_(std::move(ring)) {}
    Result<Live *> find(std::uint32_t client);
    void allow(std::uint64_t packets);
    void finish();
    Told tell(const OfBridge &bridge, std::span<const bvs_trace_event> events) const;
    std::string megaflow(const OfBridge &bridge, const bvs_flow &flow) const;
    std::string port_name(std::uint32_t number) const;
    maps::PipelineMaps &maps() const { return *parts_.datapath.maps().pipeline; }

    TracerParts parts_;
    TraceRing ring_;
    std::uint32_t last_number_ = 0;
    std::uint32_t last_client_ = 0;
    std::optional<Told> own_; // of the packet under way
    std::optional<Live> live_;
};

} // namespace bvs::daemon
