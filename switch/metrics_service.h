// SPDX-License-Identifier: Apache-2.0
//
// Where the page of metrics can be had by HTTP, as /metrics: always at <rundir>/metrics.sock, for
// owner and group, and at a TCP address if the configuration names one. One thread.
#pragma once

#include "net/http.h"
#include "ovsdb/replica.h"
#include "switch/log.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace bvs::daemon {

class MetricsService {
  public:
    MetricsService(boost::asio::io_context &io, const std::string &rundir,
                   std::function<std::string()> page, Logger log);

    // Open_vSwitch.other_config:metrics-listen, ADDRESS:PORT. What cannot be had is told of once,
    // and tried again whenever this is called.
    void follow(const ovsdb::Replica &replica);

  private:
    Result<> listen(const std::string &address);
    std::optional<net::HttpDocument> get(std::string_view path);

    boost::asio::io_context &io_;
    std::function<std::string()> make_page_;
    Logger log_;
    std::shared_ptr<const std::string> page_;
    std::chrono::steady_clock::time_point good_until_; // of the page
    std::unique_ptr<net::HttpServer> local_;
    std::unique_ptr<net::HttpServer> remote_;
    std::string wish_; // address of `remote_`, or that it should have
};

// What a daemon that is not running any more has left.
void remove_metrics_socket(const std::string &rundir);

} // namespace bvs::daemon
