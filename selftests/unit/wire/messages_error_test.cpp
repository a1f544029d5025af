// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/error.h"
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::Refusal;

constexpr Dialect k_of11{.version = Version::of11};
constexpr Dialect k_of12{.version = Version::of12};

Body error(Refusal refusal, std::uint16_t type, std::uint16_t code) {
    return ErrorMessage{.refusal = refusal, .type = type, .code = code, .data = {1, 2, 3, 4}};
}

const Case k_cases[] = {
    {"table full, 1.0", k_of10, error(Refusal::flow_table_full, 3, 0),
     "01010010 11223344 0003 0000 01020304"},
    {"table full, 1.3", k_of13, error(Refusal::flow_table_full, 5, 1),
     "04010010 11223344 0005 0001 01020304"},
    {"a table that 1.0 has no error for", k_of10, error(Refusal::bad_table_id, 0xb0c2, 0),
     "01010018 11223344 b0c2 0000 00002320 0001 0200 01020304"},
    {"instruction twice, 1.1", k_of11, error(Refusal::instruction_duplicate, 0xb0c2, 0),
     "02010018 11223344 b0c2 0000 00002320 0003 0100 01020304"},
    {"instruction twice, 1.2", k_of12, error(Refusal::instruction_duplicate, 0xffff, 2600),
     "03010014 11223344 ffff 0a28 4f4e4600 01020304"},
    {"instruction twice, 1.5", k_of15, error(Refusal::instruction_duplicate, 3, 9),
     "06010010 11223344 0003 0009 01020304"},
    {"bundle, 1.3", k_of13, error(Refusal::bundle_message_failed, 0xffff, 2313),
     "04010014 11223344 ffff 0909 4f4e4600 01020304"},
    {"bundle, 1.4", k_of14, error(Refusal::bundle_message_failed, 17, 13),
     "05010010 11223344 0011 000d 01020304"},
    {"property, 1.2", k_of12, error(Refusal::features_bad_type, 0xffff, 25),
     "03010014 11223344 ffff 0019 00002320 01020304"},
    {"property, 1.5", k_of15, error(Refusal::features_bad_type, 14, 0),
     "06010010 11223344 000e 0000 01020304"},
    {"unknown", k_of13, ErrorMessage{.type = 99, .code = 98, .data = {1}},
     "0401000d 11223344 0063 0062 01"},
    {"unknown experimenter", k_of13, ErrorMessage{.type = 0xffff, .code = 1, .data = {1, 2, 3, 4}},
     "04010010 11223344 ffff 0001 01020304"},
    {"experimenter without a number", k_of13,
     ErrorMessage{.type = 0xffff, .code = 0, .data = {0, 0, 0, 0}},
     "04010010 11223344 ffff 0000 00000000"},
};

TEST(MessagesError, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

TEST(MessagesError, EachRefusalHasANumberIn15) {
    ErrorNumber none = error_number(Refusal::meter_exists, Version::of10);
    EXPECT_EQ(none, (ErrorNumber{0x2320, 1, 521}));
    ErrorNumber none15{0x2320, 0, 10};
    for (unsigned n = 0; n <= static_cast<unsigned>(Refusal::hello_eperm); n++) {
        auto refusal = static_cast<Refusal>(n);
        ErrorNumber number = error_number(refusal, Version::of15);
        EXPECT_NE(number, none15) << n;
        EXPECT_EQ(find_refusal(number, Version::of15), refusal) << n;
    }
}

TEST(MessagesError, ANumberMeansOneRefusalThatHasIt) {
    for (unsigned v = 1; v <= 6; v++) {
        auto version = static_cast<Version>(v);
        for (unsigned n = 0; n <= static_cast<unsigned>(Refusal::hello_eperm); n++) {
            ErrorNumber number = error_number(static_cast<Refusal>(n), version);
            if (auto refusal = find_refusal(number, version)) {
                EXPECT_EQ(error_number(*refusal, version), number) << n << " in " << v;
            }
        }
    }
}

TEST(MessagesError, BringsTheBeginningOfTheOffender) {
    Bytes offender(200, 0xab);
    Bytes bytes = encode_error({Refusal::bad_length, "too short"}, k_xid, offender, Version::of13);
    EXPECT_EQ(to_hex(bytes), "0401004c1122334400010006" + to_hex(Bytes(64, 0xab)));
    bytes = encode_error({Refusal::bad_length, ""}, k_xid, Bytes(10, 1), Version::of10);
    EXPECT_EQ(to_hex(bytes), "010100161122334400010006" + to_hex(Bytes(10, 1)));
}

TEST(MessagesError, FailedHelloHasWords) {
    Bytes bytes = encode_error({Refusal::hello_incompatible, "no"}, k_xid, Bytes(8), Version::of10);
    EXPECT_EQ(to_hex(bytes), "0101000e11223344000000006e6f");
}

struct Malformed {
    const char *name;
    Dialect dialect;
    const char *hex;
    Refusal refusal;
};

// A header's length and xid, then what is wrong.
const Malformed k_malformed[] = {
    {"wrong length", k_of13, "0414000900000000", Refusal::bad_length},
    {"another version", k_of13, "0114000800000000", Refusal::bad_version},
    {"unknown type", k_of13, "0463000800000000", Refusal::bad_type},
    {"type of another version", k_of13, "041f000800000000", Refusal::bad_type},
    {"unknown experimenter", k_of13, "0404001000000000 00001234 00000001",
     Refusal::bad_experimenter},
    {"unknown message of Nicira", k_of13, "0404001000000000 00002320 0000ffff",
     Refusal::bad_experimenter_type},
    {"unknown multipart", k_of13, "0412001000000000 00630000 00000000", Refusal::bad_multipart},
    {"barrier with content", k_of13, "0414000c00000000 00000000", Refusal::bad_length},
    {"fragments of 1.3 with TTL", k_of13, "0409000c00000000 0004 0080", Refusal::config_bad_flags},
    {"unknown role", k_of13, "0418001800000000 00000004 00000000 0000000000000000",
     Refusal::role_bad},
    {"group of unknown type", k_of13, "040f001000000000 0000 04 00 00000001",
     Refusal::group_bad_type},
    {"unknown group command", k_of13, "040f001000000000 0003 00 00 00000001",
     Refusal::group_bad_command},
    {"bucket beyond the message", k_of13,
     "040f002000000000 0000 00 00 00000001 0018 0000 ffffffff ffffffff 00000000",
     Refusal::group_bad_bucket},
    {"bucket number twice", k_of15,
     "060f002800000000 0000 00 00 00000001 0010 0000 ffffffff 0008 0000 00000001 0008 0000 "
     "00000001",
     Refusal::group_bad_bucket},
    {"meter with two units", k_of13, "041d001000000000 0000 0003 00000001",
     Refusal::meter_bad_flags},
    {"unknown band", k_of13,
     "041d002000000000 0000 0001 00000001 0003 0010 00000001 00000000 00000000",
     Refusal::meter_bad_band},
    {"unknown meter command", k_of13, "041d001000000000 0003 0001 00000001",
     Refusal::meter_bad_command},
    {"unknown port config", k_of13,
     "0410002800000000 00000001 00000000 020000000001 0000 00000000 00000080 00000000 "
     "00000000",
     Refusal::port_bad_config},
    {"unknown table config", k_of14, "0511001000000000 ff000000 00000010",
     Refusal::table_bad_config},
    {"property without length", k_of14, "0511001400000000 ff000000 00000000 0003 0000",
     Refusal::features_bad_length},
    {"vacancy upside down", k_of14, "0511001800000000 ff000000 00000008 0003 0008 50 14 0000",
     Refusal::features_bad_argument},
    {"unknown asynchronous property", k_of14, "051c001000000000 000c 0008 00000000",
     Refusal::async_unsupported},
    {"unknown asynchronous reason", k_of14, "051c001000000000 0003 0008 00000008",
     Refusal::async_invalid},
    {"unknown bundle control", k_of14, "0521001000000000 00000001 0009 0000",
     Refusal::bundle_bad_type},
    {"bundle within a bundle", k_of14,
     "0522002000000000 00000001 0000 0000 0521001000000000 00000001 0000 0000",
     Refusal::bundle_message_unsupported},
    {"message longer than its bundle's", k_of14,
     "0522001800000000 00000001 0000 0000 0514000900000000", Refusal::bundle_message_bad_length},
    {"another transaction in a bundle", k_of14,
     "0522001800000000 00000001 0000 0000 0514000800000001", Refusal::bundle_message_bad_xid},
    {"unknown flow monitor flag", k_of14,
     "0512002800000000 0010 0000 00000000 00000001 ffffffff ffffffff 0080 ff 00 "
     "0001 0004 00000000",
     Refusal::monitor_bad_flags},
    {"unknown flow monitor command", k_of14,
     "0512002800000000 0010 0000 00000000 00000001 ffffffff ffffffff 0001 ff 03 "
     "0001 0004 00000000",
     Refusal::monitor_bad_command},
};

TEST(MessagesError, MalformedMessagesAreRefused) {
    for (const auto &one : k_malformed)
        EXPECT_EQ(refusal(one.hex, one.dialect), one.refusal) << one.name;
}

} // namespace
} // namespace bvs::wire
