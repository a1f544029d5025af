// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Http : public testing::Test {
  protected:
    // In pieces of so many bytes; what came for it, and nothing while there is to come more.
    std::string ask(std::string_view request, std::size_t piece = 1000) {
        HttpExchange exchange(get_, {});
        for (; !request.empty(); request.remove_prefix(std::min(piece, request.size())))
            if (auto answer = exchange.feed(request.substr(0, piece)))
                return *answer;
        return {};
    }

    HttpGet get_ = [](std::string_view path) -> std::optional<HttpDocument> {
        if (path != "/page")
            return std::nullopt;
        return HttpDocument{"text/x", std::make_shared<const std::string>("hello\n")};
    };
};

TEST_F(Http, AnswersWithTheDocument) {
    constexpr auto k_request = "GET /page HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";
    const auto whole = ask(k_request);
    EXPECT_EQ(whole, "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 6\r\n"
                     "Cache-Control: no-store\r\nConnection: close\r\n\r\nhello\n");
    EXPECT_EQ(ask(k_request, 1), whole);
    EXPECT_EQ(ask(k_request, 7), whole);
    EXPECT_EQ(ask("GET /page?x=/y HTTP/1.0\r\n\r\n"), whole);
}

TEST_F(Http, HeadIsWithoutTheText) {
    const auto answer = ask("HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(Http, WaitsForTheRestOfARequest) {
    EXPECT_EQ(ask(""), "");
    EXPECT_EQ(ask("GET /page HTTP/1.1\r\nHost: x\r\n"), "");
}

TEST_F(Http, RefusesWhatItDoesNotHave) {
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
    const auto posted = ask("POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
    EXPECT_THAT(posted, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
    EXPECT_THAT(posted, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST_F(Http, RefusesWhatMakesNoSense) {
    for (const auto *request :
         {"\r\n\r\n\r\n", "GET\r\n\r\n", "GET /page HTTP/2.0\r\nHost: x\r\n\r\n",
          "GET /page HTTP/1.1\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
          "GET /page HTTP/1.1\r\nHost x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
          "GET /page HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"})
        EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << request;
}

TEST_F(Http, HasALimit) {
    const auto request = "GET /page HTTP/1.1\r\nHost: x\r\nX: " + std::string(9000, 'x');
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    EXPECT_THAT(ask("GET /" + std::string(9000, 'x')), Not(StartsWith("HTTP/1.1 200")));
}

} // namespace
} // namespace bvs::net
