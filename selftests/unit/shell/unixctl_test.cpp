// SPDX-License-Identifier: Apache-2.0
#include "switch/unixctl.h"

#include "selftests/unit/shell/folder.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class UnixctlTest : public testing::Test {
  protected:
    UnixctlTest() {
        commands.add("echo", "WORD...", 1, 2, [](Arguments words) {
            std::string text;
            for (const auto &word : words)
                text += word;
            return text;
        });
        commands.add("refuse", "", 0, 0,
                     [](Arguments) -> Result<std::string> { return fail("no such bridge: br7"); });
        commands.add("large", "", 0, 0, [](Arguments) { return std::string(8u << 20, 'x'); });
    }

    json ask(const std::string &method, const json &params = json::array()) {
        auto text =
            conversation.answer(json{{"id", 3}, {"method", method}, {"params", params}}.dump());
        return text ? json::parse(*text) : json(text.error().message);
    }

    Commands commands;
    Conversation conversation{commands};
};

TEST_F(UnixctlTest, AnswersWithOneResultAndALinesEnd) {
    EXPECT_EQ(ask("echo", {"a", "b"}), (json{{"id", 3}, {"result", "ab\n"}, {"error", nullptr}}));
    EXPECT_EQ(ask("echo", {""}), (json{{"id", 3}, {"result", ""}, {"error", nullptr}}));
    EXPECT_EQ(ask("refuse"),
              (json{{"id", 3}, {"result", nullptr}, {"error", "no such bridge: br7\n"}}));
}

// Word for word what Open vSwitch 3.1 answers; clients compare the first one.
TEST_F(UnixctlTest, MistakesAreWordedAsOpenVSwitchDoes) {
    EXPECT_EQ(ask("x")["error"], "\"x\" is not a valid command (use \"list-commands\" to see a "
                                 "list of valid commands)\n");
    EXPECT_EQ(ask("echo")["error"], "\"echo\" command requires at least 1 arguments\n");
    EXPECT_EQ(ask("echo", {"a", "b", "c"})["error"],
              "\"echo\" command takes at most 2 arguments\n");
    EXPECT_EQ(ask("echo", {1})["error"], "\"echo\" command has non-string argument\n");
    EXPECT_EQ(commands.list(), "The available commands are:\n"
                               "  echo                    WORD...\n"
                               "  large                   \n"
                               "  refuse                  \n");
}

TEST_F(UnixctlTest, AClientMayAskForTextsWithinAnObject) {
    EXPECT_EQ(ask("set-options", {"--format", "json"})["result"], "");
    EXPECT_EQ(ask("echo", {"a"})["result"], (json{{"reply-format", "plain"}, {"reply", "a\n"}}));
    EXPECT_EQ(ask("set-options", {"--format", "text"})["result"], "");
    EXPECT_EQ(ask("echo", {"a"})["result"], "a\n");
    EXPECT_TRUE(ask("set-options", {"--format", "xml"})["error"].is_string());
}

TEST_F(UnixctlTest, WhatIsNoRequestHasNoAnswer) {
    for (const char *text :
         {"[]", "{}", R"({"id": 1, "result": "x", "error": null})",
          R"({"id": null, "method": "echo", "params": []})", R"({"id": 1, "method": 3})"})
        EXPECT_FALSE(conversation.answer(text)) << text;
}

class UnixctlServerTest : public UnixctlTest {
  protected:
    void listen(UnixctlLimits limits) {
        auto made = UnixctlServer::listen(io, path, commands, limits);
        ASSERT_TRUE(made) << made.error().message;
        server = std::move(*made);
    }

    int connect() {
        int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        clients.push_back(fd);
        return fd;
    }

    void run(std::chrono::milliseconds time = 50ms) {
        io.restart();
        io.run_for(time);
    }

    static void send(int fd, const std::string &text) {
        EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), ssize_t(text.size()));
    }

    // What has come so far; nothing at all if the server has closed.
    static std::optional<std::string> receive(int fd) {
        std::string text(4096, '\0');
        auto got = ::recv(fd, text.data(), text.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return std::nullopt;
        text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return text;
    }

    ~UnixctlServerTest() override {
        for (int fd : clients)
            ::close(fd);
    }

    Folder folder;
    std::string path = folder / "x.ctl";
    boost::asio::io_context io;
    std::unique_ptr<UnixctlServer> server;
    std::vector<int> clients;
    const std::string hello = R"({"id": 0, "method": "echo", "params": ["hello"]})";
};

TEST_F(UnixctlServerTest, AnswersRequestsInPiecesAndInARow) {
    listen({});
    int fd = connect();
    for (char c : hello) {
        send(fd, std::string(1, c));
        run(1ms);
    }
    EXPECT_THAT(receive(fd).value_or(""), testing::HasSubstr("hello\\n"));
    send(fd, hello + hello);
    run();
    auto text = receive(fd).value_or("");
    EXPECT_NE(text.find("hello"), text.rfind("hello"));
}

TEST_F(UnixctlServerTest, OthersMayNotConnect) {
    ::umask(0);
    listen({});
    ::umask(022);
    struct stat found = {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0770u);
}

TEST_F(UnixctlServerTest, TheSocketGoesWithTheServerAndAStaleOneIsReplaced) {
    write_text(path, "left over");
    listen({});
    server.reset();
    run();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixctlServerTest, NonsenseAndExcessEndTheConnection) {
    listen({.message_bytes = 1000});
    int nonsense = connect(), large = connect(), good = connect();
    send(nonsense, "GET / HTTP/1.1\r\n");
    send(large, "{\"id\": 0, \"method\": \"" + std::string(2000, 'x'));
    send(good, hello);
    run();
    EXPECT_FALSE(receive(nonsense));
    EXPECT_FALSE(receive(large));
    EXPECT_THAT(receive(good).value_or(""), testing::HasSubstr("hello"));
}

TEST_F(UnixctlServerTest, TooManyAreTurnedAwayUntilOneLeaves) {
    listen({.connections = 2});
    int first = connect();
    connect();
    int third = connect();
    run();
    EXPECT_FALSE(receive(third));
    ::shutdown(first, SHUT_RDWR);
    run();
    int fourth = connect();
    send(fourth, hello);
    run();
    EXPECT_THAT(receive(fourth).value_or(""), testing::HasSubstr("hello"));
}

TEST_F(UnixctlServerTest, WhoTakesNoAnswersIsLeftAndOthersDoNotNotice) {
    listen({.reading_timeout = 1s});
    int slow = connect(), good = connect();
    for (int i = 0; i < 3; ++i)
        send(slow, R"({"id": 0, "method": "large", "params": []})");
    send(good, hello);
    std::string answer;
    for (int tries = 0; answer.empty() && tries < 100; ++tries) { // large answers take their time
        run(100ms);
        answer = receive(good).value_or("");
    }
    EXPECT_THAT(answer, testing::HasSubstr("hello"));
    run(2s);
    std::size_t taken = 0;
    while (auto text = receive(slow))
        taken += text->size();
    EXPECT_LT(taken, 8u << 20);
}

TEST_F(UnixctlServerTest, SocketsOfTheDeadGoAndOthersStay) {
    auto alive = path = control_socket_path(folder.path(), 1);
    listen({});
    auto stale = control_socket_path(folder.path(), 2), other = folder / "ovs-vswitchd.x.ctl";
    int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    stale.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    ::close(fd); // as a process that is killed does
    write_text(other, "no socket");
    remove_stale_sockets(folder.path());
    EXPECT_FALSE(std::filesystem::exists(stale));
    EXPECT_TRUE(std::filesystem::exists(alive));
    EXPECT_TRUE(std::filesystem::exists(other));
}

TEST_F(UnixctlServerTest, APathThatIsTooLongIsAnError) {
    path = folder / std::string(200, 'x');
    auto made = UnixctlServer::listen(io, path, commands);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, testing::HasSubstr("107"));
}

} // namespace

} // namespace bvs::daemon
