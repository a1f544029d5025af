// SPDX-License-Identifier: Apache-2.0
//
// The controller's end of an OpenFlow connection, for a tool that does one thing and ends: each
// call returns when it is done, when the peer has ended, or when the time given for the whole
// connection is over (an error with code ETIMEDOUT). It has an io_context of its own, and goes on
// reading while it writes, so that neither side waits for the other for ever.
#pragma once

#include "base/result.h"
#include "net/endpoint.h"
#include "net/tls.h"
#include "ofagent/wire/message.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace bvs::ctl {

inline constexpr std::uint32_t k_all_versions = 0b1111110; // bit n: version n; 1.0 to 1.5

struct OpenFlowSettings {
    std::uint32_t versions = k_all_versions;
    std::optional<std::chrono::milliseconds> timeout; // none: for ever, once there is a connection
    net::TlsFiles tls;
};

class OpenFlowClient {
  public:
    // Agrees on the highest version that both sides know. In OpenFlow 1.0 Nicira's flow format and
    // table numbers are switched on.
    static Result<std::unique_ptr<OpenFlowClient>> connect(const net::Endpoint &endpoint,
                                                           const OpenFlowSettings &settings);
    // Says nothing, and hears what others tell each other, in whatever version.
    static Result<std::unique_ptr<OpenFlowClient>> overhear(const net::Endpoint &endpoint,
                                                            const OpenFlowSettings &settings);
    ~OpenFlowClient();

    const wire::Dialect &dialect() const;

    // The xid, which is one more than that of the message before. It may stay here until there is
    // more to send or something to be received.
    Result<std::uint32_t> send(wire::Body body);
    Result<std::uint32_t> send_in_bundle(wire::Body body, std::uint32_t bundle,
                                         std::uint16_t flags);

    // The next message; echo requests are answered and not shown.
    Result<wire::Message> receive();

    // All parts of the answer; the switch's refusal is an error.
    Result<std::vector<wire::Body>> ask(wire::Body request);
    // The one answer of a kind.
    template <class Reply>
    Result<Reply> ask_for(wire::Body request) {
        auto parts = ask(std::move(request));
        if (!parts)
            return std::unexpected(parts.error());
        auto *reply = std::get_if<Reply>(&parts->front());
        return reply ? Result<Reply>(std::move(*reply)) : unexpected_answer(parts->front());
    }
    // What the parts of the answer list, in one list.
    template <class Reply, class Item>
    Result<std::vector<Item>> list(wire::Body request, std::vector<Item> Reply::*items) {
        auto parts = ask(std::move(request));
        if (!parts)
            return std::unexpected(parts.error());
        std::vector<Item> all;
        for (auto &part : *parts) {
            auto *reply = std::get_if<Reply>(&part);
            if (!reply)
                return unexpected_answer(part);
            all.insert(all.end(), std::make_move_iterator((reply->*items).begin()),
                       std::make_move_iterator((reply->*items).end()));
        }
        return all;
    }

  private:
    class Loop;
    explicit OpenFlowClient(std::unique_ptr<Loop> loop);
    static std::unexpected<Error> unexpected_answer(const wire::Body &body);

    std::unique_ptr<Loop> loop_;
};

// "OpenFlow 1.3"
std::string version_name(wire::Version version);

// The switch's refusal, as the standard names it.
std::string describe(const wire::ErrorMessage &error);

} // namespace bvs::ctl
