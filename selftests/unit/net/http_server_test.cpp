// SPDX-License-Identifier: Apache-2.0
//
// The server with real clients, of which none may be in the others' way.
#include "net/http.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace bvs::net {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view k_request = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";

class HttpServerTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string folder = testing::TempDir() + "http.XXXXXX";
        ASSERT_TRUE(::mkdtemp(folder.data()));
        path_ = folder + "/sock";
    }
    void TearDown() override {
        for (int fd : clients_)
            ::close(fd);
        std::filesystem::remove_all(std::filesystem::path(path_).parent_path());
    }

    void start(HttpLimits limits) {
        auto server = HttpServer::listen(
            io_, {.address = path_, .passive = true},
            [this](std::string_view) { return HttpDocument{"text/x", text_}; }, limits);
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    // The server sees it before anything else happens.
    int connect(std::string_view bytes) {
        sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
        clients_.push_back(fd);
        io_.poll();
        return fd;
    }

    // What a client gets until the server closes; "open" behind it if it does not.
    std::string hear(int fd, std::chrono::milliseconds most = 0ms) {
        const auto end = std::chrono::steady_clock::now() + most;
        std::string heard;
        for (;;) {
            io_.poll();
            std::array<char, 65536> bytes;
            const auto size = ::read(fd, bytes.data(), bytes.size());
            if (size > 0)
                heard.append(bytes.data(), static_cast<std::size_t>(size));
            else if (size == 0 || errno != EAGAIN)
                return heard;
            else if (std::chrono::steady_clock::now() >= end)
                return heard + "open";
        }
    }

    static bool is_answer(const std::string &heard) {
        return heard.starts_with("HTTP/1.1 200 OK") && heard.ends_with("hello\n");
    }

    boost::asio::io_context io_;
    std::string path_;
    std::shared_ptr<const std::string> text_ = std::make_shared<const std::string>("hello\n");
    std::unique_ptr<HttpServer> server_;
    std::vector<int> clients_;
};

TEST_F(HttpServerTest, AnswersAndCloses) {
    start({});
    EXPECT_TRUE(is_answer(hear(connect(k_request), 5s)));
}

TEST_F(HttpServerTest, TheSocketIsForOwnerAndGroup) {
    start({});
    struct stat status = {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07, 0U);
    server_.reset();
    EXPECT_NE(::stat(path_.c_str(), &status), 0);
}

TEST_F(HttpServerTest, ClosesASlowClientWhenItsTimeIsOver) {
    start({.patience = 50ms});
    const int silent = connect(""), half = connect("GET /pa");
    EXPECT_EQ(hear(silent, 5s), "");
    EXPECT_EQ(hear(half, 5s), "");
}

TEST_F(HttpServerTest, ClosesAClientThatDoesNotTakeItsAnswer) {
    text_ = std::make_shared<const std::string>(std::string(64u << 20, 'x'));
    start({.patience = 50ms});
    const int deaf = connect(k_request);
    io_.run_for(100ms);
    EXPECT_LT(hear(deaf, 5s).size(), text_->size());
}

TEST_F(HttpServerTest, TheOldestMakesRoomForANewOne) {
    start({.connections = 2, .patience = 60s});
    const int first = connect("GET"), second = connect("GET"), third = connect(k_request);
    EXPECT_TRUE(is_answer(hear(third, 5s)));
    EXPECT_EQ(hear(first, 5s), "");
    EXPECT_EQ(hear(second), "open");
}

TEST_F(HttpServerTest, EndsWithClientsUnderWay) {
    start({});
    const int client = connect("GET /page");
    server_.reset();
    EXPECT_EQ(hear(client, 5s), "");
}

} // namespace
} // namespace bvs::net
