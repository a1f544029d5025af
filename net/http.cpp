// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

#include "net/accept.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <list>

namespace bvs::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// ---- one request ------------------------------------------------------------------------------

namespace {

std::string answer(http::status status, std::string_view type, std::string_view text,
                   bool with_text = true, std::string_view more_fields = {}) {
    return fmt::format("HTTP/1.1 {} {}\r\n"
                       "Content-Type: {}\r\n"
                       "Content-Length: {}\r\n"
                       "Cache-Control: no-store\r\n"
                       "Connection: close\r\n"
                       "{}\r\n{}",
                       static_cast<unsigned>(status), std::string(http::obsolete_reason(status)),
                       type, text.size(), more_fields, with_text ? text : std::string_view());
}

std::string refuse(http::status status, std::string_view why, std::string_view more_fields = {}) {
    return answer(status, "text/plain; charset=utf-8", fmt::format("{}\n", why), true, more_fields);
}

} // namespace

class HttpExchange::Parser : public http::request_parser<http::empty_body> {
  public:
    std::string unread;
};

HttpExchange::HttpExchange(const HttpGet &get, const HttpLimits &limits)
    : parser_(std::make_unique<Parser>()), get_(get) {
    parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
}

HttpExchange::~HttpExchange() = default;

std::optional<std::string> HttpExchange::feed(std::string_view bytes) {
    auto &unread = parser_->unread;
    unread += bytes;
    boost::system::error_code error;
    while (!parser_->is_header_done() && !error)
        unread.erase(0, parser_->put(asio::buffer(unread), error));
    if (error == http::error::need_more)
        return std::nullopt;
    if (error == http::error::header_limit)
        return refuse(http::status::request_header_fields_too_large, "the request is too large");
    if (error)
        return refuse(http::status::bad_request, "this is no request of HTTP/1.1");
    return respond();
}

std::string HttpExchange::respond() const {
    const auto &request = parser_->get();
    const bool is_head = request.method() == http::verb::head;
    if (request.version() >= 11 && request.count(http::field::host) != 1)
        return refuse(http::status::bad_request, "the request does not say for which host it is");
    if (!is_head && request.method() != http::verb::get)
        return refuse(http::status::method_not_allowed, "documents can only be read",
                      "Allow: GET, HEAD\r\n");
    const std::string_view target(request.target().data(), request.target().size());
    const auto document = get_(target.substr(0, target.find('?')));
    if (!document)
        return refuse(http::status::not_found, "there is no such document");
    return answer(http::status::ok, document->type, *document->text, !is_head);
}

// ---- the server -------------------------------------------------------------------------------

class HttpServer::Host : public std::enable_shared_from_this<Host> {
  public:
    Host(asio::io_context &io, AcceptorPtr acceptor, HttpGet get, HttpLimits limits)
        : io_(io), acceptor_(std::move(acceptor)), get_(std::move(get)), limits_(limits) {}

    Acceptor &acceptor() { return *acceptor_; }
    bool closed() const { return closed_; }
    bool has_room() const { return !closed_; }

    void add(StreamPtr stream) {
        if (clients_.size() == limits_.connections) {
            clients_.front()->close();
            clients_.pop_front();
        }
        const Client client = std::move(stream);
        clients_.push_back(client);
        asio::co_spawn(io_, serve(shared_from_this(), client), asio::detached);
    }

    void close() {
        closed_ = true;
        acceptor_->close();
        for (const auto &client : clients_)
            client->close();
        clients_.clear();
    }

  private:
    using Client = std::shared_ptr<Stream>;

    static asio::awaitable<void> serve(std::shared_ptr<Host> self, Client client) {
        asio::steady_timer deadline(self->io_, self->limits_.patience);
        deadline.async_wait([client](const boost::system::error_code &error) {
            if (!error)
                client->close();
        });
        try {
            co_await self->converse(*client);
        } catch (const boost::system::system_error &) {
            client->close(); // it has gone, or its time is over
        }
        std::erase(self->clients_, client);
    }

    asio::awaitable<void> converse(Stream &client) {
        HttpExchange exchange(get_, limits_);
        std::array<char, 2048> bytes;
        std::optional<std::string> answer;
        while (!answer) {
            const auto size = co_await client.read(asio::buffer(bytes));
            if (closed_)
                co_return;
            answer = exchange.feed({bytes.data(), size});
        }
        co_await client.write(asio::buffer(*answer));
    }

    asio::io_context &io_;
    AcceptorPtr acceptor_;
    HttpGet get_;
    HttpLimits limits_;
    std::list<Client> clients_; // the oldest first
    bool closed_ = false;
};

Result<std::unique_ptr<HttpServer>>
HttpServer::listen(asio::io_context &io, const Endpoint &endpoint, HttpGet get, HttpLimits limits) {
    auto acceptor = net::listen(io, endpoint, nullptr);
    if (!acceptor)
        return std::unexpected(acceptor.error());
    auto host = std::make_shared<Host>(io, std::move(*acceptor), std::move(get), limits);
    asio::co_spawn(io, accept_all(host), asio::detached);
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(host)));
}

HttpServer::HttpServer(std::shared_ptr<Host> host) : host_(std::move(host)) {}

HttpServer::~HttpServer() {
    host_->close();
}

} // namespace bvs::net
