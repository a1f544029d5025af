// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/blocking.h"

#include <boost/asio/io_context.hpp>
#include <cerrno>

namespace bvs::ovsdb {

namespace asio = boost::asio;

class BlockingClient::Loop {
  public:
    Result<> connect(std::string_view remotes, ClientOptions options, Timeout timeout, bool retry) {
        auto parsed = parse_remotes(remotes);
        if (!parsed)
            return std::unexpected(parsed.error());
        ClientCallbacks callbacks{
            .ready = [this](const ReadyEvent &event) { see(event.changes); },
            .changes = [this](const Changes &changes) { see(changes); },
            .lock = {},
            .disconnected = [this](const Error &error) { failures_++, error_ = error; }};
        auto client = Client::create(io_, remotes, std::move(options), std::move(callbacks));
        if (!client)
            return std::unexpected(client.error());
        client_ = std::move(*client);
        client_->start();
        auto over = [&] { return client_->ready() || (!retry && failures_ >= parsed->size()); };
        bool in_time = run_until(over, timeout);
        if (client_->ready())
            return {};
        if (!in_time && error_.message.empty())
            return timed_out("no answer from the database");
        return std::unexpected(error_);
    }

    Result<Outcome> transact(const Transaction &transaction, Timeout timeout) {
        // The answer may come after the time is over and this call has returned.
        auto outcome = std::make_shared<std::optional<Result<Outcome>>>();
        client_->transact(transaction, [outcome](auto result) { *outcome = std::move(result); });
        if (!run_until([&] { return outcome->has_value(); }, timeout))
            return timed_out("no answer to a transaction from the database");
        return std::move(**outcome);
    }

    Result<> wait_until(const std::function<bool(const Replica &)> &holds, Timeout timeout) {
        if (holds(replica()))
            return {};
        if (watch([&](const Changes &) { return !holds(replica()); }, timeout))
            return {};
        return timed_out("what was waited for did not come");
    }

    bool watch(const std::function<bool(const Changes &)> &see, Timeout timeout) {
        bool over = false;
        see_ = [&](const Changes &changes) { over = over || !see(changes); };
        run_until([&] { return over; }, timeout);
        see_ = {};
        return over;
    }

    const Replica &replica() const { return client_->replica(); }

  private:
    static std::unexpected<Error> timed_out(std::string_view what) {
        return std::unexpected(Error{fmt::format("{} in the time given", what), ETIMEDOUT});
    }

    void see(const Changes &changes) {
        if (see_)
            see_(changes);
    }

    // Whether `over` became true in time.
    template <class Over>
    bool run_until(Over over, Timeout timeout) {
        auto end = timeout ? Clock::now() + *timeout : Time::max();
        while (!over()) {
            auto ran = timeout ? io_.run_one_until(end) : io_.run_one();
            if (ran == 0)
                return over();
        }
        return true;
    }

    asio::io_context io_;
    std::unique_ptr<Client> client_;
    std::function<void(const Changes &)> see_;
    std::size_t failures_ = 0;
    Error error_;
};

BlockingClient::BlockingClient(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
BlockingClient::~BlockingClient() = default;

Result<std::unique_ptr<BlockingClient>> BlockingClient::connect(std::string_view remotes,
                                                                ClientOptions options,
                                                                Timeout timeout, bool retry) {
    auto loop = std::make_unique<Loop>();
    if (auto good = loop->connect(remotes, std::move(options), timeout, retry); !good)
        return std::unexpected(good.error());
    return std::unique_ptr<BlockingClient>(new BlockingClient(std::move(loop)));
}

Result<Outcome> BlockingClient::transact(const Transaction &transaction, Timeout timeout) {
    return loop_->transact(transaction, timeout);
}

Result<> BlockingClient::wait_until(const std::function<bool(const Replica &)> &holds,
                                    Timeout timeout) {
    return loop_->wait_until(holds, timeout);
}

bool BlockingClient::watch(const std::function<bool(const Changes &)> &see, Timeout timeout) {
    return loop_->watch(see, timeout);
}

const Replica &BlockingClient::replica() const {
    return loop_->replica();
}

} // namespace bvs::ovsdb
