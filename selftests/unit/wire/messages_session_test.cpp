// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

const std::vector<model::TlvMapping> k_mappings = {
    {.option_class = 0x102, .type = 0x80, .bytes = 4, .index = 0},
    {.option_class = 0xffff, .type = 1, .bytes = 8, .index = 63}};

const Case k_cases[] = {
    {"hello of 1.0", k_of10, Hello{.versions = 1 << 1}, "0100000811223344"},
    {"hello of 1.0 and 1.3", k_of13, Hello{.versions = 1 << 1 | 1 << 4},
     "04000010112233440001000800000012"},
    {"hello of 1.5", k_of15, Hello{.versions = 1 << 6}, "06000010112233440001000800000040"},
    {"hello up to 1.4", k_of14, Hello{.versions = 0x3e}, "0500001011223344000100080000003e"},
    {"echo request, 1.0", k_of10, EchoRequest{{1, 2, 3}}, "0102000b11223344010203"},
    {"echo request, 1.3", k_of13, EchoRequest{{1, 2, 3}}, "0402000b11223344010203"},
    {"echo request, 1.4", k_of14, EchoRequest{{1, 2, 3}}, "0502000b11223344010203"},
    {"echo request, 1.5", k_of15, EchoRequest{{1, 2, 3}}, "0602000b11223344010203"},
    {"echo reply, 1.0", k_of10, EchoReply{{}}, "0103000811223344"},
    {"echo reply, 1.3", k_of13, EchoReply{{}}, "0403000811223344"},
    {"echo reply, 1.4", k_of14, EchoReply{{}}, "0503000811223344"},
    {"echo reply, 1.5", k_of15, EchoReply{{}}, "0603000811223344"},
    {"features request, 1.0", k_of10, FeaturesRequest{}, "0105000811223344"},
    {"features request, 1.3", k_of13, FeaturesRequest{}, "0405000811223344"},
    {"features request, 1.4", k_of14, FeaturesRequest{}, "0505000811223344"},
    {"features request, 1.5", k_of15, FeaturesRequest{}, "0605000811223344"},
    {"features of 1.0", k_of10,
     FeaturesReply{.datapath_id = 0x20000000001,
                   .buffers = 256,
                   .tables = 254,
                   .capabilities = 0xc7,
                   .ports = {model::PortDescription{.number = model::port::local,
                                                    .address = {2, 0, 0, 0, 0, 1},
                                                    .name = "br0"}}},
     "0106005011223344000002000000000100000100fe000000000000c700000ffffffe020000000001"
     "62723000000000000000000000000000000000000000000000000000000000000000000000000000"},
    {"features, 1.3", k_of13,
     FeaturesReply{.datapath_id = 0x20000000001,
                   .buffers = 0,
                   .tables = 254,
                   .auxiliary_id = 1,
                   .capabilities = 0x4f,
                   .ports = {}},
     "0406002011223344000002000000000100000000fe0100000000004f00000000"},
    {"features, 1.4", k_of14,
     FeaturesReply{.datapath_id = 0x20000000001,
                   .buffers = 0,
                   .tables = 254,
                   .auxiliary_id = 1,
                   .capabilities = 0x4f,
                   .ports = {}},
     "0506002011223344000002000000000100000000fe0100000000004f00000000"},
    {"features, 1.5", k_of15,
     FeaturesReply{.datapath_id = 0x20000000001,
                   .buffers = 0,
                   .tables = 254,
                   .auxiliary_id = 1,
                   .capabilities = 0x4f,
                   .ports = {}},
     "0606002011223344000002000000000100000000fe0100000000004f00000000"},
    {"get config request, 1.0", k_of10, GetConfigRequest{}, "0107000811223344"},
    {"get config request, 1.3", k_of13, GetConfigRequest{}, "0407000811223344"},
    {"get config request, 1.4", k_of14, GetConfigRequest{}, "0507000811223344"},
    {"get config request, 1.5", k_of15, GetConfigRequest{}, "0607000811223344"},
    {"get config reply, 1.0", k_of10,
     GetConfigReply{{.fragments = Fragments::nx_match, .miss_send_len = 65535}},
     "0108000c112233440003ffff"},
    {"get config reply, 1.3", k_of13,
     GetConfigReply{{.fragments = Fragments::nx_match, .miss_send_len = 65535}},
     "0408000c112233440003ffff"},
    {"get config reply, 1.4", k_of14,
     GetConfigReply{{.fragments = Fragments::nx_match, .miss_send_len = 65535}},
     "0508000c112233440003ffff"},
    {"get config reply, 1.5", k_of15,
     GetConfigReply{{.fragments = Fragments::nx_match, .miss_send_len = 65535}},
     "0608000c112233440003ffff"},
    {"set config with TTL, 1.0", k_of10,
     SetConfig{
         {.fragments = Fragments::drop, .invalid_ttl_to_controller = true, .miss_send_len = 0}},
     "0109000c1122334400050000"},
    {"set config, 1.0", k_of10, SetConfig{{.fragments = Fragments::normal, .miss_send_len = 128}},
     "0109000c1122334400000080"},
    {"set config, 1.3", k_of13, SetConfig{{.fragments = Fragments::normal, .miss_send_len = 128}},
     "0409000c1122334400000080"},
    {"set config, 1.4", k_of14, SetConfig{{.fragments = Fragments::normal, .miss_send_len = 128}},
     "0509000c1122334400000080"},
    {"set config, 1.5", k_of15, SetConfig{{.fragments = Fragments::normal, .miss_send_len = 128}},
     "0609000c1122334400000080"},
    {"barrier request, 1.0", k_of10, BarrierRequest{}, "0112000811223344"},
    {"barrier request, 1.3", k_of13, BarrierRequest{}, "0414000811223344"},
    {"barrier request, 1.4", k_of14, BarrierRequest{}, "0514000811223344"},
    {"barrier request, 1.5", k_of15, BarrierRequest{}, "0614000811223344"},
    {"barrier reply, 1.0", k_of10, BarrierReply{}, "0113000811223344"},
    {"barrier reply, 1.3", k_of13, BarrierReply{}, "0415000811223344"},
    {"barrier reply, 1.4", k_of14, BarrierReply{}, "0515000811223344"},
    {"barrier reply, 1.5", k_of15, BarrierReply{}, "0615000811223344"},
    {"description request, 1.0", k_of10, DescriptionRequest{}, "0110000c1122334400000000"},
    {"description request, 1.3", k_of13, DescriptionRequest{}, "04120010112233440000000000000000"},
    {"description request, 1.4", k_of14, DescriptionRequest{}, "05120010112233440000000000000000"},
    {"description request, 1.5", k_of15, DescriptionRequest{}, "06120010112233440000000000000000"},
    {"flow format, 1.0", k_of10, SetFlowFormat{FlowFormat::nxm},
     "0104001411223344000023200000000c00000002"},
    {"table in command, 1.0", k_of10, SetTableIdInCommand{true},
     "0104001811223344000023200000000f0100000000000000"},
    {"packet-in format, 1.0", k_of10, SetPacketInFormat{PacketInFormat::nxt_packet_in2},
     "0104001411223344000023200000001000000002"},
    {"packet-in format, 1.3", k_of13, SetPacketInFormat{PacketInFormat::nxt_packet_in2},
     "0404001411223344000023200000001000000002"},
    {"packet-in format, 1.4", k_of14, SetPacketInFormat{PacketInFormat::nxt_packet_in2},
     "0504001411223344000023200000001000000002"},
    {"packet-in format, 1.5", k_of15, SetPacketInFormat{PacketInFormat::nxt_packet_in2},
     "0604001411223344000023200000001000000002"},
    {"controller id, 1.0", k_of10, SetControllerId{0x1234},
     "010400181122334400002320000000140000000000001234"},
    {"controller id, 1.3", k_of13, SetControllerId{0x1234},
     "040400181122334400002320000000140000000000001234"},
    {"controller id, 1.4", k_of14, SetControllerId{0x1234},
     "050400181122334400002320000000140000000000001234"},
    {"controller id, 1.5", k_of15, SetControllerId{0x1234},
     "060400181122334400002320000000140000000000001234"},
    {"mappings to be added, 1.0", k_of10, model::TlvMod{.mappings = k_mappings},
     "0104002811223344 00002320 00000018 0000000000000000 0102800400000000 ffff0108003f0000"},
    {"mappings to be removed, 1.3", k_of13,
     model::TlvMod{.command = model::TlvCommand::remove, .mappings = k_mappings},
     "0404002811223344 00002320 00000018 0001000000000000 0102800400000000 ffff0108003f0000"},
    {"all mappings to be removed, 1.5", k_of15,
     model::TlvMod{.command = model::TlvCommand::clear, .mappings = {}},
     "0604001811223344 00002320 00000018 0002000000000000"},
    {"mappings request, 1.0", k_of10, TlvTableRequest{}, "0104001011223344 00002320 00000019"},
    {"mappings request, 1.5", k_of15, TlvTableRequest{}, "0604001011223344 00002320 00000019"},
    {"mappings, 1.0", k_of10, TlvTableReply{208, 64, k_mappings},
     "0104003011223344 00002320 0000001a 000000d0 0040 00000000000000000000"
     "0102800400000000 ffff0108003f0000"},
    {"mappings, 1.4", k_of14, TlvTableReply{208, 64, {}},
     "0504002011223344 00002320 0000001a 000000d0 0040 00000000000000000000"},
};

TEST(MessagesSession, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

TEST(MessagesSession, MappingsThatAreNone) {
    EXPECT_EQ(refusal("0104001811223344 00002320 00000018 0003000000000000", k_of10),
              model::Refusal::tlv_bad_command);
    EXPECT_EQ(refusal("0104001c11223344 00002320 00000018 0000000000000000 01028004", k_of10),
              model::Refusal::bad_length);
    EXPECT_EQ(refusal("0104001411223344 00002320 00000018 00000000", k_of10),
              model::Refusal::bad_length);
}

TEST(MessagesSession, DescriptionBothWays) {
    Description description{"BVS", "tc and XDP", "0.1", "None", "br0"};
    for (const auto &dialect : {k_of10, k_of13, k_of14, k_of15}) {
        auto decoded = decode(encode({.body = description}, dialect), dialect);
        ASSERT_TRUE(decoded) << decoded.error().why;
        EXPECT_TRUE(decoded->body == Body(description));
    }
}

TEST(MessagesSession, HelloOfAnotherVersion) {
    for (const auto *hex : {"0600000800000001", "0700001000000001 0001000800000040"}) {
        auto decoded = decode(from_hex(hex), k_of10);
        ASSERT_TRUE(decoded) << decoded.error().why;
        EXPECT_TRUE(std::get<Hello>(decoded->body).versions & 1 << 6);
    }
}

TEST(MessagesSession, PortsThatDoNotFitAreLeftOut) {
    FeaturesReply features;
    features.ports.resize(2000);
    Bytes bytes = encode({.body = features}, k_of10);
    EXPECT_LE(bytes.size(), 0xffffu);
    EXPECT_TRUE(decode(bytes, k_of10));
}

} // namespace
} // namespace bvs::wire
