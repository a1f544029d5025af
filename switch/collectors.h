// SPDX-License-Identifier: Apache-2.0
//
// The collectors that an exporter sends datagrams to, by UDP over IPv4 and IPv6, each the same.
//
// Nothing waits: datagrams are queued, and pump() sends so many of them that a collector with a
// socket buffer of ordinary size can follow. One that cannot be reached loses what is sent to it;
// that is counted, and told of in the log now and then. One thread.
#pragma once

#include "netflow/writer.h"
#include "switch/log.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <deque>
#include <list>
#include <set>
#include <string>

namespace bvs::daemon {

class Collectors {
  public:
    // `name` is for the log: "NetFlow of bridge br0". A target is ADDRESS:PORT, IPv6 in brackets.
    Collectors(boost::asio::io_context &io, std::string name, const std::set<std::string> &targets,
               Logger log);

    struct Counts {
        std::uint64_t datagrams = 0; // each to all collectors
        std::uint64_t errors = 0;    // that a collector did not get, as far as the kernel knows
    };

    void add(netflow::Datagrams datagrams);
    void pump(std::size_t most);
    void flush() { pump(queue_.size()); }

    std::size_t waiting() const { return queue_.size(); }
    const Counts &counts() const { return counts_; }
    const std::set<std::string> &targets() const { return targets_; }
    // That the first collector sees; unspecified if it is not known.
    boost::asio::ip::address local_address() const;

  private:
    struct Collector {
        std::string target;
        boost::asio::ip::udp::endpoint endpoint;
        boost::asio::ip::udp::socket socket;
        RateLimit limit{1, 1};
    };

    void add_collector(const std::string &target);
    boost::system::error_code connect(Collector &collector);
    void send(Collector &collector, const netflow::Bytes &datagram);
    void failed(Collector &collector, const boost::system::error_code &error);

    boost::asio::io_context &io_;
    std::string name_;
    std::set<std::string> targets_;
    Logger log_;
    std::list<Collector> collectors_;
    std::deque<netflow::Bytes> queue_;
    Counts counts_;
};

} // namespace bvs::daemon
