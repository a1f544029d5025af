// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd.h"

#include <algorithm>

namespace bvs::protocol {

namespace {

using namespace std::chrono_literals;

// While the session is not up nobody may send more often (RFC 5880, 6.8.3).
constexpr Milliseconds k_slow = 1s;
// A look for traffic takes at least so long, since counters of devices may lag.
constexpr Milliseconds k_least_window = 2s;
constexpr int k_most_silent_intervals = 100; // without control packets, though there is traffic
constexpr std::uint16_t k_first_port = 49152, k_ports = 16384; // RFC 5881, 4

Milliseconds whole(Microseconds span) {
    return std::chrono::ceil<Milliseconds>(span);
}

std::string flags_of(const BfdPacket &packet) {
    std::string text;
    const auto add = [&](bool holds, std::string_view name) {
        if (holds)
            text += (text.empty() ? "" : " ") + std::string(name);
    };
    add(packet.poll, "poll");
    add(packet.final, "final");
    add(packet.control_plane_independent, "cpi");
    add(packet.demand, "demand");
    return text.empty() ? "none" : text;
}

} // namespace

Bfd::Bfd(std::string name, const model::Mac &mac, const BfdSettings &settings, Random random,
         Time now)
    : name_(std::move(name)), mac_(mac), settings_(settings), random_(std::move(random)),
      discriminator_(std::max(random_(), 1u)),
      source_port_(static_cast<std::uint16_t>(k_first_port + random_() % k_ports)), sends_at_(now),
      tx_(settings.min_tx), rx_(settings.min_rx), window_ends_(now + k_least_window) {
    if (settings_.cpath_down)
        diagnostic_ = BfdDiagnostic::concatenated_path_down;
    apply_wishes();
}

void Bfd::configure(const model::Mac &mac, const BfdSettings &settings) {
    if (mac == mac_ && settings == settings_)
        return;
    if (settings.min_rx != settings_.min_rx || settings.decay_min_rx != settings_.decay_min_rx)
        decayed_ = false;
    const bool other_path = settings.cpath_down != settings_.cpath_down;
    mac_ = mac;
    settings_ = settings;
    if (other_path)
        enter(state_,
              settings.cpath_down ? BfdDiagnostic::concatenated_path_down : BfdDiagnostic::none);
    apply_wishes();
}

bool Bfd::takes(const BfdFrame &frame, std::uint64_t tunnel_key) const {
    if (settings_.check_tunnel_key && tunnel_key != 0)
        return false;
    if (settings_.remote_destination && frame.destination != *settings_.remote_destination)
        return false;
    return !settings_.checks_ip || frame.destination_ip == settings_.source_ip;
}

Milliseconds Bfd::wished_rx() const {
    return decayed_ ? settings_.decay_min_rx : settings_.min_rx;
}

Milliseconds Bfd::wished_tx() const {
    return state_ == BfdState::up ? settings_.min_tx : std::max(settings_.min_tx, k_slow);
}

// Until the peer has answered a poll, we send no less often than it expects, and expect no more
// than it sends (RFC 5880, 6.8.3).
void Bfd::apply_wishes() {
    if (tx_ == wished_tx() && rx_ == wished_rx())
        return;
    const bool is_up = state_ == BfdState::up;
    tx_ = is_up ? std::min(tx_, wished_tx()) : wished_tx();
    rx_ = is_up ? std::max(rx_, wished_rx()) : wished_rx();
    polls_ = is_up;
    // What is told next counts from the last packet on, also for the peer.
    if (sent_)
        schedule(*sent_);
}

Milliseconds Bfd::send_interval() const {
    return std::max(tx_, remote_.min_rx);
}

Milliseconds Bfd::receive_interval() const {
    return std::max(rx_, remote_.min_tx);
}

// Not to a peer that wants none, or one that is well and asks when it wants to know.
bool Bfd::sends_periodically() const {
    const bool only_on_demand =
        remote_.demand && state_ == BfdState::up && remote_.state == BfdState::up && !polls_;
    return remote_.min_rx.count() > 0 && !only_on_demand;
}

void Bfd::enter(BfdState state, BfdDiagnostic diagnostic) {
    if (settings_.cpath_down && diagnostic == BfdDiagnostic::none)
        diagnostic = BfdDiagnostic::concatenated_path_down;
    if (state == state_ && diagnostic == diagnostic_)
        return;
    news_.push_back(fmt::format("{}: BFD is {} ({}), and was {} ({})", name_, to_string(state),
                                to_string(diagnostic), to_string(state_), to_string(diagnostic_)));
    state_ = state;
    diagnostic_ = diagnostic;
    changed_ = true;
    if (state != BfdState::up) {
        decayed_ = false;
        polls_ = false;
    }
    apply_wishes();
}

Result<> Bfd::receive(const BfdFrame &frame, Time now) {
    const auto &packet = frame.packet;
    if (packet.your_discriminator != 0 && packet.your_discriminator != discriminator_)
        return fail("{}: a BFD packet for discriminator {:#x}; this session's is {:#x}", name_,
                    packet.your_discriminator, discriminator_);
    changed_ |= packet.state != remote_.state || packet.diagnostic != remote_.diagnostic;
    const bool other_pace = remote_.min_rx != whole(packet.required_min_rx);
    remote_ = {.discriminator = packet.my_discriminator,
               .state = packet.state,
               .diagnostic = packet.diagnostic,
               .multiplier = packet.multiplier,
               .demand = packet.demand,
               .min_tx = whole(packet.desired_min_tx),
               .min_rx = whole(packet.required_min_rx),
               .flags = flags_of(packet)};
    if (packet.final && polls_) {
        polls_ = false;
        tx_ = wished_tx();
        rx_ = wished_rx();
    }
    control_packets_++;
    follow(packet);
    owes_final_ |= packet.poll;
    heard_ = now;
    expires_ = now + packet.multiplier * receive_interval();
    if (other_pace)
        schedule(sent_.value_or(now));
    return {};
}

// RFC 5880, 6.2 and 6.8.6.
void Bfd::follow(const BfdPacket &packet) {
    const bool they_are_down = packet.state == BfdState::admin_down ||
                               (packet.state == BfdState::down && state_ == BfdState::up);
    if (they_are_down) {
        if (state_ != BfdState::down)
            enter(BfdState::down, BfdDiagnostic::neighbor_down);
        return;
    }
    if (state_ == BfdState::down && packet.state == BfdState::down)
        enter(BfdState::init, diagnostic_);
    else if (state_ == BfdState::down && packet.state == BfdState::init)
        enter(BfdState::up, diagnostic_);
    else if (state_ == BfdState::init && packet.state >= BfdState::init)
        enter(BfdState::up, diagnostic_);
}

bool Bfd::wants_traffic() const {
    return decays() || settings_.forwarding_if_rx;
}

void Bfd::traffic(std::uint64_t packets, Time now) {
    if (!packets_)
        packets_of_window_ = packets;
    else if (packets > *packets_)
        traffic_until_ = now + std::max(settings_.multiplier * receive_interval(), k_least_window);
    packets_ = packets;
}

// Where nothing comes but control packets, they may come less often.
void Bfd::look_for_traffic(Time now) {
    if (now < window_ends_)
        return;
    if (decays() && state_ == BfdState::up && packets_) {
        const auto received = *packets_ - packets_of_window_;
        const bool idle = received <= control_packets_ + 1; // one may not be counted yet
        if (idle != decayed_) {
            decayed_ = idle;
            apply_wishes();
        }
    }
    packets_of_window_ = packets_.value_or(0);
    control_packets_ = 0;
    window_ends_ = now + std::max(settings_.decay_min_rx, k_least_window);
}

bool Bfd::decide_forwarding(Time now) const {
    if (says_)
        return *says_;
    switch (remote_.diagnostic) {
    case BfdDiagnostic::path_down:
    case BfdDiagnostic::concatenated_path_down:
    case BfdDiagnostic::reverse_concatenated_path_down:
        return false;
    default:
        break;
    }
    const bool heard_lately = heard_ && now < *heard_ + k_most_silent_intervals * wished_rx();
    const bool has_traffic = settings_.forwarding_if_rx && traffic_until_ && now < *traffic_until_;
    return state_ == BfdState::up || (has_traffic && heard_lately);
}

void Bfd::schedule(Time now) {
    // 75 to 100 % of the interval, and to 90 % where each single packet counts (6.8.7).
    const std::uint32_t range = settings_.multiplier == 1 ? 15 : 25;
    const auto share = 75 + random_() % (range + 1);
    sends_at_ = now + std::chrono::duration_cast<Time::duration>(send_interval()) * share / 100;
}

void Bfd::send(BfdWishes &wishes, bool final) {
    BfdFrame frame{.source = settings_.local_source.value_or(mac_),
                   .destination = settings_.local_destination,
                   .source_ip = settings_.source_ip,
                   .destination_ip = settings_.destination_ip,
                   .source_port = source_port_};
    frame.packet = {.diagnostic = diagnostic_,
                    .state = state_,
                    .poll = polls_ && !final,
                    .final = final,
                    .multiplier = settings_.multiplier,
                    .my_discriminator = discriminator_,
                    .your_discriminator = remote_.discriminator,
                    .desired_min_tx = wished_tx(),
                    .required_min_rx = wished_rx()};
    wishes.frames.push_back(encode_bfd_frame(frame));
}

BfdWishes Bfd::run(Time now) {
    if (expires_ && now >= *expires_) {
        expires_.reset();
        remote_ = {};
        changed_ = true;
        if (state_ >= BfdState::init)
            enter(BfdState::down, BfdDiagnostic::detection_expired);
    }
    if (wants_traffic())
        look_for_traffic(now);
    BfdWishes wishes;
    if (std::exchange(owes_final_, false))
        send(wishes, true);
    if (now >= sends_at_) {
        if (sends_periodically()) {
            send(wishes, false);
            sent_ = now;
        }
        schedule(now);
    }
    if (const bool forwards = decide_forwarding(now); forwards != forwards_) {
        forwards_ = forwards;
        flaps_++;
        changed_ = true;
    }
    wishes.changed = std::exchange(changed_, false);
    wishes.news = std::exchange(news_, {});
    return wishes;
}

Time Bfd::next() const {
    if (owes_final_ || changed_)
        return Time::min();
    auto next = sends_at_;
    const auto consider = [&](const std::optional<Time> &time) {
        if (time)
            next = std::min(next, *time);
    };
    consider(expires_);
    if (wants_traffic())
        consider(window_ends_);
    if (forwards_ && !says_ && state_ != BfdState::up)
        consider(traffic_until_);
    return next;
}

model::StringMap Bfd::status() const {
    return {{"forwarding", forwards_ ? "true" : "false"},
            {"state", std::string(to_string(state_))},
            {"diagnostic", std::string(to_string(diagnostic_))},
            {"remote_state", std::string(to_string(remote_.state))},
            {"remote_diagnostic", std::string(to_string(remote_.diagnostic))},
            {"flap_count", std::to_string(flaps_)}};
}

std::string Bfd::show(Time now) const {
    const auto distance = [&](const std::optional<Time> &time) {
        return time ? fmt::format("now {:+}ms",
                                  std::chrono::duration_cast<Milliseconds>(*time - now).count())
                    : std::string("never");
    };
    return fmt::format(
        "  Forwarding: {}\n  Detect Multiplier: {}\n  Concatenated Path Down: {}\n"
        "  TX Interval: Approx {}ms\n  RX Interval: Approx {}ms\n"
        "  Detect Time: {}\n  Next TX Time: {}\n  Last TX Time: {}\n\n"
        "  Local Flags: {}\n  Local Session State: {}\n  Local Diagnostic: {}\n"
        "  Local Discriminator: {:#x}\n"
        "  Local Minimum TX Interval: {}ms\n  Local Minimum RX Interval: {}ms\n\n"
        "  Remote Flags: {}\n  Remote Session State: {}\n  Remote Diagnostic: {}\n"
        "  Remote Discriminator: {:#x}\n"
        "  Remote Minimum TX Interval: {}ms\n  Remote Minimum RX Interval: {}ms\n"
        "  Remote Detect Multiplier: {}\n",
        forwards_, settings_.multiplier, settings_.cpath_down, send_interval().count(),
        receive_interval().count(), distance(expires_), distance(sends_at_), distance(sent_),
        polls_ ? "poll" : "none", to_string(state_), to_string(diagnostic_), discriminator_,
        wished_tx().count(), wished_rx().count(), remote_.flags, to_string(remote_.state),
        to_string(remote_.diagnostic), remote_.discriminator, remote_.min_tx.count(),
        remote_.min_rx.count(), remote_.multiplier);
}

} // namespace bvs::protocol
