// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/answers.h"

#include "bench/tools/place.h"

#include <algorithm>
#include <array>
#include <linux/icmp.h>
#include <poll.h>
#include <sys/socket.h>

namespace bvs::bench {

namespace {

constexpr double k_interval = 0.001;
constexpr std::uint16_t k_id = 0xbe9c;
constexpr std::size_t k_ip_header = 20; // raw sockets show it, and echoes carry no options

std::uint16_t checksum(const icmphdr &header) {
    std::array<std::uint16_t, sizeof header / 2> words = {};
    std::memcpy(words.data(), &header, sizeof header);
    std::uint32_t sum = 0;
    for (const auto word : words)
        sum += word;
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
}

icmphdr request(std::uint32_t sequence) {
    icmphdr header = {};
    header.type = ICMP_ECHO;
    header.un.echo.id = k_id;
    header.un.echo.sequence = static_cast<std::uint16_t>(sequence);
    header.checksum = checksum(header);
    return header;
}

bool take_answer(int socket) {
    std::array<char, 128> packet = {};
    icmphdr header = {};
    const auto length = recv(socket, packet.data(), packet.size(), MSG_DONTWAIT);
    if (length < static_cast<ssize_t>(k_ip_header + sizeof header))
        return false;
    std::memcpy(&header, packet.data() + k_ip_header, sizeof header);
    return header.type == ICMP_ECHOREPLY && header.un.echo.id == k_id;
}

struct Tally {
    double first = 0;
    double last = 0;
    double longest_gap = 0;
    std::uint32_t sent = 0;
    std::uint32_t answered = 0;

    void note(double now) {
        if (answered++ == 0)
            first = now;
        else
            longest_gap = std::max(longest_gap, now - last);
        last = now;
    }
};

} // namespace

Result<std::string> answers(const AnswersOptions &options) {
    const auto address = address_of(options.address, 0);
    if (!address)
        return std::unexpected(address.error());
    const auto socket = socket_in(options.from, SOCK_RAW, IPPROTO_ICMP);
    if (!socket)
        return std::unexpected(socket.error());
    Tally tally;
    const double begin = monotonic_seconds();
    double next = begin;
    for (double now = begin; now < begin + options.seconds; now = monotonic_seconds()) {
        if (now >= next) {
            const auto echo = request(tally.sent++);
            // An error is a request without answer.
            sendto(socket->get(), &echo, sizeof echo, MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr *>(&*address), sizeof *address);
            next = std::max(next + k_interval, now);
        }
        pollfd readable = {.fd = socket->get(), .events = POLLIN, .revents = 0};
        poll(&readable, 1, 1);
        while (take_answer(socket->get()))
            tally.note(monotonic_seconds());
        if (options.first && tally.answered)
            break;
    }
    return fmt::format(R"({{"first": {}, "sent": {}, "answered": {}, "longest_gap_ms": {:.3f}}})",
                       tally.answered ? fmt::format("{:.6f}", tally.first) : "null", tally.sent,
                       tally.answered, tally.longest_gap * 1e3);
}

} // namespace bvs::bench
