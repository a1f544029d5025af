// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/host/message.h"
#include "switch/host/netlink_socket.h"

#include <gtest/gtest.h>

namespace bvs::host {
namespace {

TEST(DecodeAcknowledgement, SuccessIsZero) {
    const auto ack = decode_acknowledgement(Message(NLMSG_ERROR, nlmsgerr{.error = 0}));
    EXPECT_EQ(ack.code, 0);
    EXPECT_TRUE(ack.words.empty());
}

TEST(DecodeAcknowledgement, WordsFollowACappedRequest) {
    Message message(NLMSG_ERROR, nlmsgerr{.error = -EEXIST, .msg = {.nlmsg_len = 100}},
                    NLM_F_CAPPED | NLM_F_ACK_TLVS);
    message.put_text(NLMSGERR_ATTR_MSG, std::string_view("Name taken\0", 11));
    const auto ack = decode_acknowledgement(message);
    EXPECT_EQ(ack.code, EEXIST);
    EXPECT_EQ(ack.words, "Name taken");
}

TEST(DecodeAcknowledgement, WordsFollowAWholeRequest) {
    struct {
        nlmsgerr error{.error = -EINVAL, .msg = {.nlmsg_len = sizeof(nlmsghdr) + 8}};
        char request[8]{};
    } whole;
    Message message(NLMSG_ERROR, whole, NLM_F_ACK_TLVS);
    message.put_text(NLMSGERR_ATTR_MSG, "Bad mtu");
    EXPECT_EQ(decode_acknowledgement(message).words, "Bad mtu");
}

TEST(DecodeAcknowledgement, ARequestLongerThanTheMessageIsNotFollowed) {
    for (const std::uint32_t length : {0u, 15u, 1000u, 0xffffffffu}) {
        Message message(NLMSG_ERROR, nlmsgerr{.error = -EINVAL, .msg = {.nlmsg_len = length}},
                        NLM_F_ACK_TLVS);
        const auto ack = decode_acknowledgement(message);
        EXPECT_EQ(ack.code, EINVAL);
        EXPECT_TRUE(ack.words.empty());
    }
}

TEST(DecodeAcknowledgement, ADumpEndsWithItsOwnCode) {
    EXPECT_EQ(decode_acknowledgement(Message(NLMSG_DONE, int{0})).code, 0);
    EXPECT_EQ(decode_acknowledgement(Message(NLMSG_DONE, int{-EBUSY})).code, EBUSY);
    EXPECT_EQ(decode_acknowledgement(Message(NLMSG_DONE, int{}).cut(sizeof(nlmsghdr))).code,
              EBADMSG);
}

TEST(SplitMessages, EndsAtTheFirstMalformed) {
    Message first(NLMSG_NOOP, int{1}), second(NLMSG_NOOP, int{2});
    std::vector<std::byte> datagram = first.bytes();
    datagram.insert(datagram.end(), second.bytes().begin(), second.bytes().end());
    EXPECT_EQ(split_messages(datagram).size(), 2u);
    datagram.pop_back();
    EXPECT_EQ(split_messages(datagram).size(), 1u);
    EXPECT_TRUE(split_messages({}).empty());
}

} // namespace
} // namespace bvs::host
