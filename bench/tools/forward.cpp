// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/forward.h"

#include "bench/tools/datagram.h"
#include "bench/tools/place.h"
#include "bench/tools/yardstick.h"
#include "loader/attachment.h"
#include "selftests/fixture/frame.h"

#include <algorithm>
#include <array>
#include <bpf/bpf.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace bvs::bench {

namespace {

using namespace fixture;

constexpr std::uint64_t k_source = mac(0xbe9c);

// What one run needs of the kernel, and takes back.
class Line {
  public:
    explicit Line(const ForwardOptions &options)
        : options_(options), pins_({options.pin_dir + "/sink", options.pin_dir + "/port"}) {}
    Line(const Line &) = delete;
    Line &operator=(const Line &) = delete;
    ~Line() {
        for (const auto &pin : pins_)
            loader::detach_link(pin);
    }

    Result<> open(const Yardstick &yardstick);
    // One frame from the sink, so that the switch knows where it is.
    Result<> announce() const;
    Result<> inject(const Yardstick &yardstick, std::uint32_t packets) const;

  private:
    const char *maker() const {
        return options_.new_flows ? "bench_inject_new_flow" : "bench_inject";
    }

    const ForwardOptions &options_;
    std::array<std::string, 2> pins_;
    Descriptor wire_; // a packet socket at the sink
    sockaddr_ll sink_ = {};
    std::uint64_t sink_mac_ = 0;
    std::uint32_t port_ = 0;
};

Result<> Line::open(const Yardstick &yardstick) {
    if (auto entered = enter_netns(options_.sink_netns); !entered)
        return entered;
    const auto sink = netdev(options_.sink);
    if (!sink)
        return std::unexpected(sink.error());
    wire_ = Descriptor(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    ifreq request = {};
    options_.sink.copy(request.ifr_name, sizeof request.ifr_name - 1);
    if (!wire_ || ioctl(wire_.get(), SIOCGIFHWADDR, &request))
        return fail_errno(errno, "cannot read the address of {}", options_.sink);
    for (int i = 0; i < 6; ++i)
        sink_mac_ = sink_mac_ << 8 | static_cast<std::uint8_t>(request.ifr_hwaddr.sa_data[i]);
    sink_ = {.sll_family = AF_PACKET, .sll_ifindex = static_cast<int>(*sink), .sll_halen = 6};
    if (auto ok = attach_ingress(yardstick.program("bench_sink"), *sink, pins_[0]); !ok)
        return ok;

    if (auto entered = enter_netns(options_.port_netns); !entered)
        return entered;
    const auto port = netdev(options_.port);
    if (!port)
        return std::unexpected(port.error());
    port_ = *port;
    // A veth has receive queues that live frames may claim to come from only with an XDP program.
    return loader::attach_xdp(yardstick.program(maker()), port_, pins_[1]);
}

Result<> Line::announce() const {
    const auto frame = Frame{.dst = k_broadcast, .src = sink_mac_, .payload = Bytes(46)}.bytes();
    if (sendto(wire_.get(), frame.data(), frame.size(), 0,
               reinterpret_cast<const sockaddr *>(&sink_), sizeof sink_) < 0)
        return fail_errno(errno, "cannot send from {}", options_.sink);
    return {};
}

Result<> Line::inject(const Yardstick &yardstick, std::uint32_t packets) const {
    const auto frame =
        Frame{.dst = sink_mac_, .src = k_source, .type = ETH_P_IP, .payload = datagram()}.bytes();
    xdp_md context = {};
    context.data_end = static_cast<__u32>(frame.size());
    context.ingress_ifindex = port_;
    bpf_test_run_opts run = {};
    run.sz = sizeof run;
    run.data_in = frame.data();
    run.data_size_in = static_cast<__u32>(frame.size());
    run.ctx_in = &context;
    run.ctx_size_in = sizeof context;
    run.repeat = static_cast<int>(packets);
    run.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
    if (bpf_prog_test_run_opts(yardstick.program(maker()), &run))
        return fail_errno(errno, "the kernel makes no live frames for {}", options_.port);
    return {};
}

std::uint64_t count(const maps::Array<yardstick_arrivals> &arrivals) {
    std::uint64_t packets = 0;
    for (std::size_t cpu = 0; cpu < arrivals.size(); ++cpu)
        packets += arrivals.get(cpu).packets;
    return packets;
}

struct Burst {
    double seconds = 0;
    std::uint64_t arrived = 0;
};

Result<Burst> burst(const Line &line, const Yardstick &yardstick,
                    const maps::Array<yardstick_arrivals> &arrivals, std::uint32_t packets) {
    const auto before = count(arrivals);
    const double begin = monotonic_seconds();
    if (auto sent = line.inject(yardstick, packets); !sent)
        return std::unexpected(sent.error());
    double last = monotonic_seconds();
    auto arrived = count(arrivals) - before;
    // A switch with a thread of its own is done when nothing more arrives.
    while (arrived < packets) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        const auto now = count(arrivals) - before;
        if (now == arrived)
            break;
        arrived = now;
        last = monotonic_seconds();
    }
    return Burst{.seconds = last - begin, .arrived = arrived};
}

} // namespace

Result<std::string> forward(const ForwardOptions &options) {
    const auto yardstick = Yardstick::load();
    if (!yardstick)
        return std::unexpected(yardstick.error());
    const auto arrivals = yardstick->arrivals();
    if (!arrivals)
        return std::unexpected(arrivals.error());
    Line line(options);
    if (auto opened = line.open(*yardstick); !opened)
        return std::unexpected(opened.error());
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());

    std::vector<double> costs;
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; i <= options.bursts; ++i) {
        if (auto announced = line.announce(); !announced)
            return std::unexpected(announced.error());
        const auto done = burst(line, *yardstick, *arrivals, options.packets);
        if (!done)
            return std::unexpected(done.error());
        if (i == 0) // warm-up
            continue;
        total += done->arrived;
        if (done->arrived)
            costs.push_back(done->seconds * 1e9 / static_cast<double>(done->arrived));
    }
    if (costs.empty())
        return fail("no frame from {} arrived at {}", options.port, options.sink);
    std::ranges::sort(costs);
    const double sent = static_cast<double>(options.packets) * options.bursts;
    return fmt::format(R"({{"ns_per_packet": {:.1f}, "arrived": {}, "lost": {:.4f}}})",
                       costs[costs.size() / 2], total, 1 - static_cast<double>(total) / sent);
}

} // namespace bvs::bench
