// SPDX-License-Identifier: Apache-2.0
//
// The loop of whoever listens. Heavy to include: for .cpp files.
#pragma once

#include "net/stream.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace bvs::net {

// Gives the host each that connects, for which there is room, until the host is closed. It is kept
// alive meanwhile.
template <class Host>
boost::asio::awaitable<void> accept_all(std::shared_ptr<Host> host) {
    constexpr std::chrono::seconds k_pause{1}; // after a lack of descriptors, say
    boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
    while (!host->closed()) {
        StreamPtr stream;
        try {
            stream = co_await host->acceptor().accept();
        } catch (const boost::system::system_error &) {
            stream = nullptr;
        }
        if (stream && host->has_room()) {
            host->add(std::move(stream));
        } else if (!stream && !host->closed()) {
            pause.expires_after(k_pause);
            co_await pause.async_wait(boost::asio::use_awaitable);
        }
    }
}

} // namespace bvs::net
