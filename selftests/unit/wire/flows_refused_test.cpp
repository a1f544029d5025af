// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::Refusal;

// An add of OpenFlow 1.3 or 1.5 whose match and instructions are given.
std::string flow_mod(const Dialect &dialect, std::string_view rest) {
    std::size_t size = from_hex(rest).size() + 48;
    return fmt::format("{:02x}0e{:04x}11223344"
                       "0000000000000000 0000000000000000 00 00 0000 0000 8000"
                       "ffffffff ffffffff ffffffff 0000 0000 {}",
                       static_cast<unsigned>(dialect.version), size, rest);
}
std::string match(std::string_view fields) {
    std::size_t size = from_hex(fields).size() + 4;
    return fmt::format("0001{:04x}{}{}", size, fields, std::string(2 * padding8(size), '0'));
}
std::string apply(std::string_view actions) {
    return fmt::format("0001000400000000 0004{:04x}00000000{}", from_hex(actions).size() + 8,
                       actions);
}

struct Bad {
    std::string name;
    std::string bytes; // match and instructions
    Refusal refusal;
};

TEST(FlowsRefused, Matches) {
    const Bad k_cases[] = {
        {"a match of 1.1", "0000000400000000", Refusal::match_bad_type},
        {"a match beyond the message", "0001001000000000", Refusal::match_bad_length},
        {"an unknown field", match("80007f0100"), Refusal::match_bad_field},
        {"a class nobody has", match("12340002 0000"), Refusal::match_bad_field},
        {"a field of a wrong length", match("80000a01 08"), Refusal::match_bad_length},
        {"a field twice", match("80000a020800 80000a020800"), Refusal::match_duplicate},
        {"a port without a protocol", match("80001c02 0050"), Refusal::match_bad_prerequisite},
        {"a value beyond its mask", match("80000510 00000000000000ff 000000000000000f"),
         Refusal::match_bad_wildcards},
        {"a type beyond its mask", match("80000b04 08000700"), Refusal::match_bad_wildcards},
        {"a masked type", match("80000b04 0800ff00"), Refusal::match_bad_mask},
        {"a DSCP of 64", match("80000a020800 80001001 40"), Refusal::match_bad_value},
    };
    for (const Bad &bad : k_cases)
        EXPECT_EQ(refusal(flow_mod(k_of13, bad.bytes), k_of13), bad.refusal) << bad.name;
}

TEST(FlowsRefused, ActionsAndInstructions) {
    const Bad k_cases[] = {
        {"an unknown action", apply("0063000800000000"), Refusal::action_bad_type},
        {"an action of no length", apply("0000000000000000"), Refusal::action_bad_length},
        {"an action cut short", apply("0000000800000001"), Refusal::action_bad_length},
        {"output to no port", apply("00000010 ffffffff 0000 000000000000"),
         Refusal::action_bad_out_port},
        {"nobody's action", apply("ffff0008 12345678"), Refusal::action_bad_experimenter},
        {"learn", apply("ffff0010 00002320 0010 000000000000"),
         Refusal::action_bad_experimenter_type},
        {"ct", apply("ffff0018 00002320 0023 0000 00000000 0000 ff 00000000 00"),
         Refusal::action_bad_experimenter_type},
        {"set_field of nothing known", apply("00190010 80007f04 00000000 00000000"),
         Refusal::action_bad_set_type},
        {"set_field beyond the field", apply("00190010 80000e01 08 00000000000000"),
         Refusal::action_bad_set_argument},
        {"set_field with a mask in 1.3", apply("00190010 00010908 00000001 0000000f"),
         Refusal::action_bad_set_mask},
        {"a load beyond its register",
         apply("ffff0018 00002320 0007 07c3 00010004 0000000000000000"),
         Refusal::action_bad_argument},
        {"a load of more than fits", apply("ffff0018 00002320 0007 0003 00010004 0000000000000010"),
         Refusal::action_bad_argument},
        {"a sample of nothing", apply("ffff0018 00002320 001d 0000 00000001 00000002 00000003"),
         Refusal::action_bad_argument},
        {"a sample in no direction",
         apply("ffff0020 00002320 0029 0064 00000001 00000002 00000003"
               "0005 03 0000000000"),
         Refusal::action_bad_argument},
        {"an unknown instruction", "0001000400000000 0063000800000000",
         Refusal::instruction_unknown},
        {"an instruction cut short", "0001000400000000 0001001000000000",
         Refusal::instruction_bad_length},
        {"two gotos", "0001000400000000 0001000801000000 0001000802000000",
         Refusal::instruction_duplicate},
        {"goto nowhere", "0001000400000000 00010008ff000000", Refusal::instruction_bad_table_id},
    };
    for (const Bad &bad : k_cases)
        EXPECT_EQ(refusal(flow_mod(k_of13, bad.bytes), k_of13), bad.refusal) << bad.name;
}

TEST(FlowsRefused, ClonesWithoutEnd) {
    std::string nested;
    for (unsigned depth = 0; depth < 100; ++depth)
        nested =
            fmt::format("ffff{:04x}00002320002a000000000000{}", nested.size() / 2 + 16, nested);
    EXPECT_EQ(refusal(flow_mod(k_of13, apply(nested)), k_of13), Refusal::action_too_many);
}

// Whatever is cut off, nothing is read beyond the end.
TEST(FlowsRefused, CutAnywhere) {
    std::string whole = flow_mod(k_of13, apply("00000010 00000001 0000 000000000000"));
    Bytes bytes = from_hex(whole);
    for (std::size_t size = k_header; size < bytes.size(); ++size) {
        Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        cut[2] = 0;
        cut[3] = static_cast<std::uint8_t>(size);
        bool ends_after_match = size == 56; // a flow without instructions is one
        EXPECT_EQ(decode(cut, k_of13).has_value(), ends_after_match) << size;
    }
}

} // namespace
} // namespace bvs::wire
