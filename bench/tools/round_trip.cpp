// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/round_trip.h"

#include "bench/tools/place.h"

#include <algorithm>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace bvs::bench {

namespace {

constexpr std::uint16_t k_port = 7001;
constexpr double k_warm_up = 0.1; // seconds

void send_at_once(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A switch that lost the connection ends the run instead of hanging it.
    const timeval patience = {.tv_sec = 2, .tv_usec = 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Result<Descriptor> listen_in(const std::string &netns, const sockaddr_in &address) {
    auto listener = socket_in(netns, SOCK_STREAM, 0);
    if (!listener)
        return listener;
    const int on = 1;
    setsockopt(listener->get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener->get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) ||
        listen(listener->get(), 1))
        return fail_errno(errno, "cannot listen in {}", netns);
    return listener;
}

// Until the asker closes.
void answer(int listener) {
    const Descriptor peer(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer || !pin_to_cpu(1))
        return;
    send_at_once(peer.get());
    char byte = 0;
    while (recv(peer.get(), &byte, 1, 0) == 1)
        if (send(peer.get(), &byte, 1, MSG_NOSIGNAL) != 1)
            return;
}

Result<std::vector<double>> ask(int socket, double seconds) {
    std::vector<double> taken;
    char byte = 'x';
    double before = monotonic_seconds();
    const double begin = before + k_warm_up, end = begin + seconds;
    while (before < end) {
        if (send(socket, &byte, 1, MSG_NOSIGNAL) != 1 || recv(socket, &byte, 1, 0) != 1)
            return fail_errno(errno, "the connection broke after {} round trips", taken.size());
        const double after = monotonic_seconds();
        if (before >= begin)
            taken.push_back(after - before);
        before = after;
    }
    if (taken.empty())
        return fail("no round trip in {} s", seconds);
    return taken;
}

std::string summary(std::vector<double> taken, double seconds) {
    const auto percentile = [&taken](double share) {
        const auto place = static_cast<std::size_t>(share * static_cast<double>(taken.size() - 1));
        std::nth_element(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(place),
                         taken.end());
        return taken[place] * 1e6;
    };
    return fmt::format(
        R"({{"per_second": {:.1f}, "p50_us": {:.2f}, "p99_us": {:.2f}, "p999_us": {:.2f}}})",
        static_cast<double>(taken.size()) / seconds, percentile(0.5), percentile(0.99),
        percentile(0.999));
}

} // namespace

Result<std::string> round_trip(const RoundTripOptions &options) {
    const auto address = address_of(options.address, k_port);
    if (!address)
        return std::unexpected(address.error());
    const auto listener = listen_in(options.to, *address);
    if (!listener)
        return std::unexpected(listener.error());
    auto asker = socket_in(options.from, SOCK_STREAM, 0);
    if (!asker)
        return std::unexpected(asker.error());
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());
    const timeval patience = {.tv_sec = 5, .tv_usec = 0};
    setsockopt(asker->get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(asker->get(), reinterpret_cast<const sockaddr *>(&*address), sizeof *address))
        return fail_errno(errno, "cannot connect from {} to {}", options.from, options.address);
    send_at_once(asker->get());
    std::jthread answerer(answer, listener->get());
    auto taken = ask(asker->get(), options.seconds);
    *asker = Descriptor(); // ends the answerer
    if (!taken)
        return std::unexpected(taken.error());
    return summary(std::move(*taken), options.seconds);
}

} // namespace bvs::bench
