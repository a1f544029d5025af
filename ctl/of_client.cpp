// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_client.h"

#include "net/stream.h"
#include "ofagent/text/refusal.h"
#include "ofagent/wire/codec.h"
#include "ofagent/wire/session.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <deque>

namespace bvs::ctl {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using wire::Version;

namespace {

// How long a peer may take to say hello, if the user has not said so.
constexpr std::chrono::seconds k_patience{10};
constexpr std::size_t k_batch = 64 * 1024; // is sent at once

std::string names_of(std::uint32_t versions) {
    std::vector<std::string> names;
    for (unsigned number = 1; number < 32; number++)
        if (versions & 1U << number)
            names.push_back(version_name(static_cast<Version>(number)));
    return fmt::format("{}", fmt::join(names, ", "));
}

Error explain(const boost::system::error_code &code, const net::Endpoint &endpoint) {
    std::string_view remedy;
    const bool local = endpoint.kind == net::Endpoint::Kind::unix_socket;
    if (local && code == boost::system::errc::no_such_file_or_directory)
        remedy = "; 'bvsctl list-br' names the bridges, and --rundir the directory of a bvsd's "
                 "sockets";
    else if (code == asio::error::access_denied)
        remedy = "; try it as root";
    else if (code == asio::error::connection_refused)
        remedy = local ? "; nobody listens there: start bvsd" : "; nobody listens there";
    return {fmt::format("cannot connect to {}: {}{}", endpoint.to_string(), code.message(), remedy),
            code.value()};
}

} // namespace

std::string version_name(Version version) {
    return fmt::format("OpenFlow 1.{}", static_cast<unsigned>(version) - 1);
}

std::string describe(const wire::ErrorMessage &error) {
    if (!error.refusal)
        return fmt::format("error type {}, code {} (without a name)", error.type, error.code);
    std::string text(text::refusal_name(*error.refusal));
    if (*error.refusal == model::Refusal::hello_incompatible)
        text += fmt::format(" ({})", std::string(error.data.begin(), error.data.end()));
    return text;
}

class OpenFlowClient::Loop {
  public:
    Loop(net::Endpoint endpoint, const OpenFlowSettings &settings)
        : endpoint_(std::move(endpoint)), settings_(settings) {
        if (settings.timeout)
            end_ = Clock::now() + *settings.timeout;
    }

    Result<> open() {
        net::TlsContext tls;
        if (endpoint_.kind == net::Endpoint::Kind::ssl) {
            auto loaded = net::load_tls(settings_.tls);
            if (!loaded)
                return std::unexpected(loaded.error());
            tls = std::move(*loaded);
        }
        asio::co_spawn(io_, carry(std::move(tls)), asio::detached);
        if (!run_until([&] { return stream_ || error_; }, hello_end()))
            return late("a connection");
        return error_ ? Result<>(std::unexpected(*error_)) : Result<>();
    }

    Result<> shake_hands() {
        dialect_.version = static_cast<Version>(std::bit_width(settings_.versions) - 1);
        if (auto sent = send(wire::Hello{settings_.versions}); !sent)
            return std::unexpected(sent.error());
        auto bytes = next(hello_end());
        if (!bytes)
            return std::unexpected(bytes.error());
        const auto header = wire::read_header(*bytes);
        auto message = wire::decode(*bytes, {.version = static_cast<Version>(header->version)});
        const auto *hello = message ? std::get_if<wire::Hello>(&message->body) : nullptr;
        if (!hello)
            return fail("{} does not speak OpenFlow: it began without a HELLO",
                        endpoint_.to_string());
        const auto common = hello->versions & settings_.versions;
        if (!common)
            return fail("{} speaks {}, and bvsctl was told to speak {}; -O names other versions",
                        endpoint_.to_string(), names_of(hello->versions),
                        names_of(settings_.versions));
        dialect_.version = static_cast<Version>(std::bit_width(common) - 1);
        return dialect_.version == Version::of10 ? extend() : Result<>();
    }

    const wire::Dialect &dialect() const { return dialect_; }

    // Bundled messages have the xid of the message around them.
    Result<std::uint32_t> send_in_bundle(wire::Body body, std::uint32_t bundle,
                                         std::uint16_t flags) {
        const wire::Message inner{.xid = next_xid_, .body = std::move(body)};
        return send(wire::BundleAdd{.bundle = bundle,
                                    .flags = flags,
                                    .message = std::make_shared<const wire::Message>(inner),
                                    .raw = wire::encode(inner, dialect_)});
    }

    Result<std::uint32_t> send(wire::Body body) {
        if (error_ && inbox_.empty())
            return std::unexpected(*error_);
        const wire::Message message{.xid = next_xid_, .body = std::move(body)};
        const auto bytes = wire::encode(message, dialect_);
        if (bytes.empty())
            return fail("{} has no such message; -O names other versions",
                        version_name(dialect_.version));
        output_.insert(output_.end(), bytes.begin(), bytes.end());
        if (output_.size() >= k_batch)
            if (auto sent = flush(); !sent)
                return std::unexpected(sent.error());
        return next_xid_++;
    }

    Result<> flush() {
        if (output_.empty())
            return {};
        bool done = false;
        asio::co_spawn(io_, write(std::exchange(output_, {}), done), asio::detached);
        if (!run_until([&] { return done || error_; }, end_))
            return late("that it takes what is sent");
        return {};
    }

    Result<wire::Message> receive() {
        for (;;) {
            auto bytes = next(end_);
            if (!bytes)
                return std::unexpected(bytes.error());
            auto dialect = dialect_;
            dialect.version = static_cast<Version>(bytes->front());
            auto message = wire::decode(*bytes, dialect);
            if (!message)
                return fail("a message from {} makes no sense: {}", endpoint_.to_string(),
                            message.error().why);
            auto *echo = std::get_if<wire::EchoRequest>(&message->body);
            if (!echo || silent_)
                return std::move(*message);
            const auto answer = wire::encode(
                {.xid = message->xid, .body = wire::EchoReply{std::move(echo->data)}}, dialect_);
            output_.insert(output_.end(), answer.begin(), answer.end());
        }
    }

    void keep_silent() { silent_ = true; }

  private:
    // Reads for as long as there is a connection.
    asio::awaitable<void> carry(net::TlsContext tls) {
        try {
            stream_ = co_await net::open_stream(io_, endpoint_, std::move(tls));
        } catch (const boost::system::system_error &error) {
            error_ = explain(error.code(), endpoint_);
            co_return;
        }
        try {
            std::array<std::uint8_t, 65536> buffer;
            while (!error_) {
                const auto size = co_await stream_->read(asio::buffer(buffer));
                take(wire::ByteSpan(buffer).first(size));
            }
        } catch (const boost::system::system_error &error) {
            lost(error.code());
        }
    }

    asio::awaitable<void> write(wire::Bytes bytes, bool &done) {
        try {
            co_await stream_->write(asio::buffer(bytes));
            done = true;
        } catch (const boost::system::system_error &error) {
            lost(error.code());
        }
    }

    void lost(const boost::system::error_code &code) {
        const bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
        if (!error_)
            error_ =
                Error{fmt::format("{} closed the connection{}", endpoint_.to_string(),
                                  ended ? std::string() : fmt::format(" ({})", code.message()))};
    }

    void take(wire::ByteSpan bytes) {
        input_.insert(input_.end(), bytes.begin(), bytes.end());
        wire::ByteSpan rest = input_;
        while (const auto header = wire::read_header(rest)) {
            if (header->length < wire::k_header) {
                error_ =
                    Error{fmt::format("{} does not speak OpenFlow: it sent a message of length {}",
                                      endpoint_.to_string(), header->length)};
                break;
            }
            if (header->length > rest.size())
                break;
            inbox_.emplace_back(rest.begin(), rest.begin() + header->length);
            rest = rest.subspan(header->length);
        }
        input_.erase(input_.begin(), input_.end() - static_cast<std::ptrdiff_t>(rest.size()));
    }

    // A message that was there before the connection ended counts.
    Result<wire::Bytes> next(std::optional<Clock::time_point> end) {
        if (auto sent = flush(); !sent)
            return std::unexpected(sent.error());
        if (!run_until([&] { return !inbox_.empty() || error_; }, end))
            return late("an answer");
        if (inbox_.empty())
            return std::unexpected(*error_);
        auto bytes = std::move(inbox_.front());
        inbox_.pop_front();
        return bytes;
    }

    // What OpenFlow 1.0 needs to say as much as Open vSwitch does in it.
    Result<> extend() {
        const wire::Body settings[] = {wire::SetFlowFormat{wire::FlowFormat::nxm},
                                       wire::SetTableIdInCommand{true}};
        for (const auto &setting : settings)
            if (auto sent = send(setting); !sent)
                return std::unexpected(sent.error());
        dialect_.flow_format = wire::FlowFormat::nxm;
        dialect_.table_id_in_command = true;
        return {};
    }

    std::optional<Clock::time_point> hello_end() const {
        return end_ ? end_ : Clock::now() + k_patience;
    }

    std::unexpected<Error> late(std::string_view what) const {
        return std::unexpected(Error{
            fmt::format("{}: {} did not come in time", endpoint_.to_string(), what), ETIMEDOUT});
    }

    template <class Over>
    bool run_until(Over over, std::optional<Clock::time_point> end) {
        while (!over())
            if ((end ? io_.run_one_until(*end) : io_.run_one()) == 0)
                return over();
        return true;
    }

    net::Endpoint endpoint_;
    OpenFlowSettings settings_;
    std::optional<Clock::time_point> end_;
    asio::io_context io_;
    net::StreamPtr stream_;
    wire::Dialect dialect_;
    bool silent_ = false;
    std::uint32_t next_xid_ = 1;
    wire::Bytes output_, input_;
    std::deque<wire::Bytes> inbox_;
    std::optional<Error> error_; // there will be nothing more to read
};

OpenFlowClient::OpenFlowClient(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
OpenFlowClient::~OpenFlowClient() = default;

Result<std::unique_ptr<OpenFlowClient>> OpenFlowClient::connect(const net::Endpoint &endpoint,
                                                                const OpenFlowSettings &settings) {
    auto loop = std::make_unique<Loop>(endpoint, settings);
    auto done = loop->open();
    if (done)
        done = loop->shake_hands();
    if (!done)
        return std::unexpected(done.error());
    return std::unique_ptr<OpenFlowClient>(new OpenFlowClient(std::move(loop)));
}

Result<std::unique_ptr<OpenFlowClient>> OpenFlowClient::overhear(const net::Endpoint &endpoint,
                                                                 const OpenFlowSettings &settings) {
    auto loop = std::make_unique<Loop>(endpoint, settings);
    loop->keep_silent();
    if (auto done = loop->open(); !done)
        return std::unexpected(done.error());
    return std::unique_ptr<OpenFlowClient>(new OpenFlowClient(std::move(loop)));
}

const wire::Dialect &OpenFlowClient::dialect() const {
    return loop_->dialect();
}

Result<std::uint32_t> OpenFlowClient::send(wire::Body body) {
    return loop_->send(std::move(body));
}

Result<std::uint32_t> OpenFlowClient::send_in_bundle(wire::Body body, std::uint32_t bundle,
                                                     std::uint16_t flags) {
    return loop_->send_in_bundle(std::move(body), bundle, flags);
}

Result<wire::Message> OpenFlowClient::receive() {
    return loop_->receive();
}

Result<std::vector<wire::Body>> OpenFlowClient::ask(wire::Body request) {
    const auto xid = send(std::move(request));
    if (!xid)
        return std::unexpected(xid.error());
    std::vector<wire::Body> parts;
    for (;;) {
        auto message = receive();
        if (!message)
            return std::unexpected(message.error());
        if (message->xid != *xid)
            continue;
        if (const auto *error = std::get_if<wire::ErrorMessage>(&message->body))
            return fail("the switch answers {}", describe(*error));
        parts.push_back(std::move(message->body));
        if (!message->more)
            return parts;
    }
}

std::unexpected<Error> OpenFlowClient::unexpected_answer(const wire::Body &) {
    return fail("the switch answered something else than what was asked for");
}

} // namespace bvs::ctl
