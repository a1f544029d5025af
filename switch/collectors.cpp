// SPDX-License-Identifier: Apache-2.0
#include "switch/collectors.h"

#include <boost/asio/buffer.hpp>
#include <charconv>
#include <utility>

namespace bvs::daemon {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

namespace {

std::optional<udp::endpoint> parse(std::string_view target) {
    const auto colon = target.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    auto host = target.substr(0, colon);
    const auto number = target.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, wrong] = std::from_chars(number.data(), number.data() + number.size(), port);
    if (wrong != std::errc() || end != number.data() + number.size() || !port)
        return std::nullopt;
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    return error ? std::nullopt : std::optional(udp::endpoint(address, port));
}

} // namespace

Collectors::Collectors(asio::io_context &io, std::string name, const std::set<std::string> &targets,
                       Logger log)
    : io_(io), name_(std::move(name)), targets_(targets), log_(std::move(log)) {
    for (const auto &target : targets)
        add_collector(target);
}

void Collectors::add_collector(const std::string &target) {
    const auto endpoint = parse(target);
    if (!endpoint) {
        log_.warn("{}: target {} is no ADDRESS:PORT (an IPv6 address in brackets), and is left out",
                  name_, target);
        return;
    }
    collectors_.push_back({.target = target, .endpoint = *endpoint, .socket = udp::socket(io_)});
    connect(collectors_.back());
}

// A socket that could not be had, say for want of a route, is tried again with the next datagram.
error_code Collectors::connect(Collector &collector) {
    auto &socket = collector.socket;
    error_code error;
    socket.close(error);
    if (!socket.open(collector.endpoint.protocol(), error) && !socket.non_blocking(true, error) &&
        !socket.connect(collector.endpoint, error))
        return {};
    error_code ignored;
    socket.close(ignored);
    return error;
}

void Collectors::add(netflow::Datagrams datagrams) {
    for (auto &datagram : datagrams)
        queue_.push_back(std::move(datagram));
}

void Collectors::pump(std::size_t most) {
    for (; most && !queue_.empty(); --most) {
        for (auto &collector : collectors_)
            send(collector, queue_.front());
        queue_.pop_front();
        ++counts_.datagrams;
    }
}

// What ICMP said of an earlier datagram comes back with this one, which was not sent then.
void Collectors::send(Collector &collector, const netflow::Bytes &datagram) {
    if (!collector.socket.is_open())
        if (const auto error = connect(collector))
            return failed(collector, error);
    error_code error;
    collector.socket.send(asio::buffer(datagram), 0, error);
    if (!error)
        return;
    failed(collector, error);
    if (error != asio::error::connection_refused)
        return;
    collector.socket.send(asio::buffer(datagram), 0, error);
}

void Collectors::failed(Collector &collector, const error_code &error) {
    ++counts_.errors;
    log_.warn(collector.limit, "{}: collector {} cannot be reached: {}; what it misses is lost",
              name_, collector.target, error.message());
}

asio::ip::address Collectors::local_address() const {
    if (collectors_.empty())
        return {};
    error_code error;
    const auto local = collectors_.front().socket.local_endpoint(error);
    return error ? asio::ip::address() : local.address();
}

} // namespace bvs::daemon
