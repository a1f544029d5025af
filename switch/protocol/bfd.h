// SPDX-License-Identifier: Apache-2.0
//
// One session of Bidirectional Forwarding Detection: whether an interface reaches its peer, and the
// peer it. RFC 5880, 6.8 (asynchronous mode, no authentication, no echo) over one hop (RFC 5881),
// with what ovs-vswitchd.conf.db(5) adds: decay_min_rx, forwarding_if_rx, cpath_down.
//
// Invariants: packets are sent with jitter, at most one a second while the session is not up, none
// while the peer wants none; a change of interval is polled for before it may hurt the peer. An
// answer to a poll is sent by the next run() whatever the interval.
// Errors: receive() says why a frame was no good, and then it changed nothing. Thread: any one at a
// time. Randomness comes by constructor, times are the caller's steady clock.
#pragma once

#include "switch/protocol/bfd_packet.h"
#include "switch/protocol/bfd_settings.h"

#include <functional>
#include <string>
#include <vector>

namespace bvs::protocol {

struct BfdWishes {
    std::vector<Bytes> frames;     // to be sent
    bool changed = false;          // status() or forwarding()
    std::vector<std::string> news; // sentences for the log
};

class Bfd {
  public:
    using Random = std::function<std::uint32_t()>;

    // `mac` is the interface's own.
    Bfd(std::string name, const model::Mac &mac, const BfdSettings &settings, Random random,
        Time now);

    void configure(const model::Mac &mac, const BfdSettings &settings);

    // Whether a frame that decodes is for this session; other frames are the pipeline's.
    bool takes(const BfdFrame &frame, std::uint64_t tunnel_key) const;
    Result<> receive(const BfdFrame &frame, Time now);
    // How many packets, of any kind, the interface has received; asked for while wants_traffic().
    void traffic(std::uint64_t packets, Time now);
    bool wants_traffic() const;
    // What a person says of forwarding; nothing: it is decided here.
    void set_forwarding(std::optional<bool> says) {
        says_ = says;
        changed_ = true;
    }

    BfdWishes run(Time now);
    Time next() const;

    BfdState state() const { return state_; }
    bool forwarding() const { return forwards_; } // as of the last run()
    bool oam() const { return settings_.oam; }
    model::StringMap status() const;  // the column Interface.bfd_status
    std::string show(Time now) const; // ovs-appctl bfd/show

  private:
    struct Remote {
        std::uint32_t discriminator = 0; // 0: not known
        BfdState state = BfdState::down;
        BfdDiagnostic diagnostic = BfdDiagnostic::none;
        std::uint8_t multiplier = 0;
        bool demand = false;
        Milliseconds min_tx{0};
        Milliseconds min_rx{1};
        std::string flags = "none";
    };

    bool decays() const { return settings_.decay_min_rx.count() > 0; }
    Milliseconds wished_rx() const;
    Milliseconds wished_tx() const;
    Milliseconds send_interval() const;
    Milliseconds receive_interval() const;
    bool sends_periodically() const;
    void apply_wishes();
    void enter(BfdState state, BfdDiagnostic diagnostic);
    void follow(const BfdPacket &packet);
    void look_for_traffic(Time now);
    bool decide_forwarding(Time now) const;
    void send(BfdWishes &wishes, bool final);
    void schedule(Time now);

    std::string name_;
    model::Mac mac_;
    BfdSettings settings_;
    Random random_;
    std::uint32_t discriminator_;
    std::uint16_t source_port_;

    BfdState state_ = BfdState::down;
    BfdDiagnostic diagnostic_ = BfdDiagnostic::none;
    Remote remote_;
    std::optional<Time> expires_; // the session, if nothing is heard
    std::optional<Time> heard_;
    Time sends_at_;
    std::optional<Time> sent_;
    bool polls_ = false;
    bool owes_final_ = false;
    // In force; those told are the wished ones, and the peer has not agreed to them while we poll.
    Milliseconds tx_, rx_;

    bool decayed_ = false;
    std::optional<std::uint64_t> packets_; // received, when last told
    std::uint64_t packets_of_window_ = 0;  // when the window began
    std::uint64_t control_packets_ = 0;    // within it
    Time window_ends_;
    std::optional<Time> traffic_until_; // there is traffic

    std::optional<bool> says_;
    bool forwards_ = false;
    std::uint64_t flaps_ = 0;
    bool changed_ = true;
    std::vector<std::string> news_;
};

} // namespace bvs::protocol
