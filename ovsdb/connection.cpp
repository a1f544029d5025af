// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/connection.h"

#include "net/stream.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <utility>
#include <vector>

namespace bvs::ovsdb {

namespace {

namespace asio = boost::asio;

constexpr std::size_t k_read_size = 64 * 1024;

} // namespace

class Connection::Worker : public std::enable_shared_from_this<Worker> {
  public:
    Worker(asio::io_context &io, Remote remote, net::TlsContext tls, Callbacks callbacks)
        : io_(io), remote_(std::move(remote)), tls_(std::move(tls)),
          callbacks_(std::move(callbacks)) {}

    void start() { spawn(&Worker::read_all, &Worker::reading_failed, stop_reading_); }

    void send(std::string_view bytes) {
        if (closed_)
            return;
        pending_ += bytes;
        if (!std::exchange(writing_, true))
            spawn(&Worker::write_all, &Worker::writing_failed, stop_writing_);
    }

    void close() {
        closed_ = true;
        stop_reading_.emit(asio::cancellation_type::terminal);
        stop_writing_.emit(asio::cancellation_type::terminal);
    }

  private:
    using Work = asio::awaitable<void> (Worker::*)();
    using Failed = void (Worker::*)(const boost::system::error_code &);

    void spawn(Work work, Failed failed, asio::cancellation_signal &stop) {
        // The coroutine's frame keeps the object alive.
        auto run = [](std::shared_ptr<Worker> self, Work the_work,
                      Failed the_failed) -> asio::awaitable<void> {
            try {
                co_await (self.get()->*the_work)();
            } catch (const boost::system::system_error &error) {
                (self.get()->*the_failed)(error.code());
            }
        };
        asio::co_spawn(io_, run(shared_from_this(), work, failed),
                       asio::bind_cancellation_slot(stop.slot(), asio::detached));
    }

    asio::awaitable<void> read_all() {
        stream_ = co_await net::open_stream(io_, remote_, tls_);
        if (!closed_)
            callbacks_.connected();
        std::vector<char> buffer(k_read_size);
        while (!closed_) {
            auto size = co_await stream_->read(asio::buffer(buffer));
            if (!closed_)
                callbacks_.bytes({buffer.data(), size});
        }
    }

    asio::awaitable<void> write_all() {
        while (!closed_ && !pending_.empty()) {
            auto bytes = std::exchange(pending_, {});
            co_await stream_->write(asio::buffer(bytes));
        }
        writing_ = false;
    }

    // The reader tells why: what the server said before it closed, such as an alert of TLS, is
    // still to be read. Nothing more is written.
    void writing_failed(const boost::system::error_code &) {}

    void reading_failed(const boost::system::error_code &code) {
        if (closed_)
            return;
        bool was_connected = stream_ != nullptr;
        close();
        bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
        callbacks_.failed(
            {was_connected
                 ? fmt::format("connection to {} lost: {}", remote_.to_string(),
                               ended ? "the server closed it" : code.message())
                 : fmt::format("cannot connect to {}: {}", remote_.to_string(), code.message()),
             code.category() == boost::system::system_category() ? code.value() : 0});
    }

    asio::io_context &io_;
    Remote remote_;
    net::TlsContext tls_;
    Callbacks callbacks_;
    net::StreamPtr stream_;
    std::string pending_;
    asio::cancellation_signal stop_reading_;
    asio::cancellation_signal stop_writing_;
    bool writing_ = false;
    bool closed_ = false;
};

Connection::Connection(asio::io_context &io, Remote remote, net::TlsContext tls,
                       Callbacks callbacks)
    : worker_(
          std::make_shared<Worker>(io, std::move(remote), std::move(tls), std::move(callbacks))) {
    worker_->start();
}

void Connection::send(std::string_view bytes) {
    worker_->send(bytes);
}

void Connection::close() {
    worker_->close();
}

} // namespace bvs::ovsdb
