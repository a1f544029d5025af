// SPDX-License-Identifier: Apache-2.0
#include "switch/metrics_service.h"

#include "switch/global_settings.h"
#include "switch/open_metrics.h"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace bvs::daemon {

namespace {

using Clock = std::chrono::steady_clock;

// To make pages takes at most so much of the daemon's time, however often somebody asks.
constexpr int k_share = 10;

constexpr const char *k_setting = "Open_vSwitch.other_config:metrics-listen";

std::string socket_path(const std::string &rundir) {
    return rundir + "/metrics.sock";
}

Result<net::Endpoint> parse_listen_address(const std::string &address) {
    auto endpoint = net::parse_endpoint("tcp:" + address, 0);
    if (!endpoint || !endpoint->port)
        return fail("it is not ADDRESS:PORT, such as 127.0.0.1:9477 or [::1]:9477");
    endpoint->passive = true;
    return *endpoint;
}

const char *remedy(int code) {
    switch (code) {
    case EADDRINUSE:
        return "; choose a port that no other process listens to";
    case EADDRNOTAVAIL:
        return "; choose an address that this host has, or 0.0.0.0 for all of them";
    case EACCES:
        return "; choose a port above 1023";
    default:
        return "";
    }
}

} // namespace

MetricsService::MetricsService(boost::asio::io_context &io, const std::string &rundir,
                               std::function<std::string()> page, Logger log)
    : io_(io), make_page_(std::move(page)), log_(std::move(log)) {
    auto server = net::HttpServer::listen(io_, {.address = socket_path(rundir), .passive = true},
                                          [this](std::string_view path) { return get(path); });
    if (server)
        local_ = std::move(*server);
    else
        log_.err("{}", server.error().message);
}

void MetricsService::follow(const ovsdb::Replica &replica) {
    const auto wish = other_config(&replica).text("metrics-listen");
    const bool news = wish != wish_;
    if (!news && (remote_ || wish.empty()))
        return;
    remote_.reset();
    wish_ = wish;
    if (wish.empty())
        return log_.info("metrics are at the local socket only");
    const auto listening = listen(wish);
    if (listening)
        log_.info("metrics are at http://{}/metrics", wish);
    else if (news)
        log_.warn("{} {}: {}{}; metrics are at the local socket only", k_setting, wish,
                  listening.error().message, remedy(listening.error().code));
}

Result<> MetricsService::listen(const std::string &address) {
    const auto endpoint = parse_listen_address(address);
    if (!endpoint)
        return std::unexpected(endpoint.error());
    auto server = net::HttpServer::listen(io_, *endpoint,
                                          [this](std::string_view path) { return get(path); });
    if (!server)
        return std::unexpected(server.error());
    remote_ = std::move(*server);
    return {};
}

std::optional<net::HttpDocument> MetricsService::get(std::string_view path) {
    if (path != "/metrics")
        return std::nullopt;
    const auto start = Clock::now();
    if (!page_ || start >= good_until_) {
        page_ = std::make_shared<const std::string>(make_page_());
        const auto now = Clock::now();
        good_until_ = now + (k_share - 1) * (now - start);
    }
    return net::HttpDocument{k_open_metrics_type, page_};
}

void remove_metrics_socket(const std::string &rundir) {
    ::unlink(socket_path(rundir).c_str());
}

} // namespace bvs::daemon
