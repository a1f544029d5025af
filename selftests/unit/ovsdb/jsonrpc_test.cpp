// SPDX-License-Identifier: Apache-2.0
//
// Bytes in, messages out.
#include "ovsdb/jsonrpc.h"
#include "ovsdb/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::ovsdb {
namespace {

using testing::HasSubstr;

// All texts that come of the pieces; an error ends the list as "error: ...".
std::vector<std::string> split(const std::vector<std::string_view> &pieces,
                               std::size_t limit = k_message_limit) {
    Splitter splitter(limit);
    std::vector<std::string> texts;
    for (auto piece : pieces) {
        splitter.feed(piece);
        for (;;) {
            auto text = splitter.next();
            if (!text) {
                texts.push_back("error: " + text.error().message);
                return texts;
            }
            if (!*text)
                break;
            texts.emplace_back(**text);
        }
    }
    return texts;
}

const std::string k_stream = " {}[]\n{\"a\":\"}]\\\"\\\\\"}\t[[1],{\"b\":[\"[\"]}]\r\n"
                             "{\"id\":null,\"method\":\"\\u007d\xc3\xa9\",\"params\":[]}";
const std::vector<std::string> k_texts{
    "{}", "[]", R"({"a":"}]\"\\"})", R"([[1],{"b":["["]}])",
    "{\"id\":null,\"method\":\"\\u007d\xc3\xa9\",\"params\":[]}"};

TEST(Splitter, FindsEveryValue) {
    EXPECT_EQ(split({k_stream}), k_texts);
}

TEST(Splitter, FindsThemWhereverTheBytesAreCut) {
    std::string_view stream = k_stream;
    for (std::size_t i = 0; i <= stream.size(); i++)
        for (std::size_t j = i; j <= stream.size(); j++)
            EXPECT_EQ(split({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}),
                      k_texts)
                << i << ' ' << j;
}

TEST(Splitter, FindsThemByteByByte) {
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < k_stream.size(); i++)
        bytes.push_back(std::string_view(k_stream).substr(i, 1));
    EXPECT_EQ(split(bytes), k_texts);
}

TEST(Splitter, NamesTheOffsetOfWhatCannotBegin) {
    EXPECT_EQ(split({"{} ", " x"}),
              (std::vector<std::string>{
                  "{}", "error: offset 4: 'x' where a JSON object or array has to begin"}));
    EXPECT_THAT(split({"]"}).back(), HasSubstr("offset 0: ']'"));
    EXPECT_THAT(split({std::string_view("\0", 1)}).back(), HasSubstr("offset 0: byte 0x00"));
    EXPECT_THAT(split({"12"}).back(), HasSubstr("offset 0"));
}

TEST(Splitter, AnErrorIsFinal) {
    Splitter splitter;
    splitter.feed("x{}");
    auto first = splitter.next();
    splitter.feed("{}");
    ASSERT_FALSE(first);
    EXPECT_EQ(splitter.next().error(), first.error());
}

TEST(Splitter, RefusesWhatIsTooLongOrTooDeep) {
    EXPECT_EQ(split({"[12345]"}, 7), std::vector<std::string>{"[12345]"});
    EXPECT_THAT(split({"[]", "[123456]"}, 7).back(),
                HasSubstr("offset 9: the message is longer than 7 bytes"));
    EXPECT_EQ(split({std::string(k_depth_limit, '[') + std::string(k_depth_limit, ']')}).size(), 1);
    EXPECT_THAT(split({std::string(k_depth_limit + 1, '[')}).back(), HasSubstr("brackets"));
}

TEST(Splitter, KnowsWhenAValueIsHalfReceived) {
    Splitter splitter;
    EXPECT_TRUE(splitter.idle());
    splitter.feed("[1");
    EXPECT_FALSE(*splitter.next());
    EXPECT_FALSE(splitter.idle());
    splitter.feed("]");
    EXPECT_TRUE(*splitter.next());
    EXPECT_TRUE(splitter.idle());
}

TEST(Decode, TellsMessagesApart) {
    EXPECT_EQ(decode(R"({"id":0,"method":"fdb/show","params":["br0"]})"),
              Message(Request{0, "fdb/show", {"br0"}}));
    EXPECT_EQ(decode(R"({"id":null,"method":"update","params":[]})"),
              Message(Notification{"update", Json::array()}));
    EXPECT_EQ(decode(R"({"method":"stolen"})"), Message(Notification{"stolen", Json::array()}));
    EXPECT_EQ(decode(R"({"id":"echo","result":[],"error":null})"),
              Message(Response{"echo", Json::array(), nullptr}));
    EXPECT_EQ(decode(R"({"id":7,"result":null,"error":"no"})"),
              Message(Response{7, nullptr, "no"}));
}

TEST(Decode, SaysWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "offset"},
        {"{", "offset 2"},
        {R"({"id":1,})", "offset 9"},
        {"{\"a\":\"\xff\"}", "offset 7"},
        {R"({"a":"\ud800"})", "offset"},
        {"[1e999]", "not JSON"},
        {"[]", "object, not array"},
        {"{}", "needs"},
        {R"({"id":1})", "needs"},
        {R"({"id":1,"method":5,"params":[]})", "string, not number"},
        {R"({"id":1,"method":"x","params":{}})", "\"x\" has to be an array, not object"},
        {R"({"result":1,"error":null})", "\"id\""},
    };
    for (const auto &[text, part] : cases) {
        auto message = decode(text);
        ASSERT_FALSE(message) << text;
        EXPECT_THAT(message.error().message, HasSubstr(part)) << text;
    }
}

TEST(Encode, ComesBackAsItWas) {
    const std::vector<Message> messages{
        Request{"echo", "echo", Json::array()},
        Request{5, "transact", {"Zoo", {{"op", "select"}}}},
        Notification{"update", {nullptr, 1, "\"\\\n"}},
        Response{5, {{"x", {1.5, true}}}, nullptr},
        Response{"a", nullptr, "why"},
    };
    for (const auto &message : messages) {
        EXPECT_EQ(decode(encode(message)), message);
        EXPECT_EQ(split({encode(message)}), std::vector<std::string>{encode(message)});
    }
}

TEST(Encode, ReplacesInvalidUtf8) {
    EXPECT_EQ(encode(Response{1, "a\xff", nullptr}),
              "{\"error\":null,\"id\":1,\"result\":\"a\xef\xbf\xbd\"}");
}

} // namespace
} // namespace bvs::ovsdb
