// SPDX-License-Identifier: Apache-2.0
//
// Actions and instructions as values, independent of the version of OpenFlow they came in: OpenFlow
// 1.5.1, 7.2.6 and 5.8; Nicira's as ovs-actions(7) describes them. What was sent is kept such that
// it can be given back as it was sent.
#pragma once

#include "switch/model/field.h"

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace bvs::model {

// Reserved port numbers, OpenFlow 1.5.1, 7.2.1: as 32 bits. In 1.0 their low 16 bits.
namespace port {
inline constexpr std::uint32_t max = 0xffffff00;
inline constexpr std::uint32_t in_port = 0xfffffff8;
inline constexpr std::uint32_t table = 0xfffffff9;
inline constexpr std::uint32_t normal = 0xfffffffa;
inline constexpr std::uint32_t flood = 0xfffffffb;
inline constexpr std::uint32_t all = 0xfffffffc;
inline constexpr std::uint32_t controller = 0xfffffffd;
inline constexpr std::uint32_t local = 0xfffffffe;
inline constexpr std::uint32_t any = 0xffffffff;
} // namespace port

inline constexpr std::uint16_t k_no_buffer_bytes = 0xffff; // OFPCML_NO_BUFFER: the whole packet

struct Action;
using Actions = std::vector<Action>;

namespace action {

struct Output {
    std::uint32_t port = 0;
    std::uint16_t max_len = 0; // of a packet-in
    bool operator==(const Output &) const = default;
};
struct OutputField { // output:reg0[]
    Subfield source;
    std::uint16_t max_len = 0;
    bool operator==(const OutputField &) const = default;
};
struct Enqueue { // OpenFlow 1.0
    std::uint32_t port = 0;
    std::uint32_t queue = 0;
    bool operator==(const Enqueue &) const = default;
};
struct Group {
    std::uint32_t group = 0;
    bool operator==(const Group &) const = default;
};
struct SetField {
    Field field = Field::in_port;
    Value value;
    Value mask;
    TlvPlace tlv = {};
    bool operator==(const SetField &) const = default;
};
struct Load { // NXAST_REG_LOAD
    Subfield destination;
    Value value;
    bool operator==(const Load &) const = default;
};
struct Move { // NXAST_REG_MOVE, copy_field
    Subfield source;
    Subfield destination;
    bool operator==(const Move &) const = default;
};
// OpenFlow 1.0's: both make a tag if there is none, which set_field does not.
struct SetVlanVid {
    std::uint16_t vid = 0;
    bool operator==(const SetVlanVid &) const = default;
};
struct SetVlanPcp {
    std::uint8_t pcp = 0;
    bool operator==(const SetVlanPcp &) const = default;
};
struct PushVlan {
    std::uint16_t eth_type = 0;
    bool operator==(const PushVlan &) const = default;
};
struct PopVlan {
    bool operator==(const PopVlan &) const = default;
};
struct PushMpls {
    std::uint16_t eth_type = 0;
    bool operator==(const PushMpls &) const = default;
};
struct PopMpls {
    std::uint16_t eth_type = 0;
    bool operator==(const PopMpls &) const = default;
};
struct PushPbb {
    std::uint16_t eth_type = 0;
    bool operator==(const PushPbb &) const = default;
};
struct PopPbb {
    bool operator==(const PopPbb &) const = default;
};
struct SetMplsTtl {
    std::uint8_t ttl = 0;
    bool operator==(const SetMplsTtl &) const = default;
};
struct DecMplsTtl {
    bool operator==(const DecMplsTtl &) const = default;
};
struct SetIpTtl {
    std::uint8_t ttl = 0;
    bool operator==(const SetIpTtl &) const = default;
};
struct DecIpTtl {
    std::vector<std::uint16_t> controllers; // empty: the plain action
    bool operator==(const DecIpTtl &) const = default;
};
struct CopyTtlOut {
    bool operator==(const CopyTtlOut &) const = default;
};
struct CopyTtlIn {
    bool operator==(const CopyTtlIn &) const = default;
};
struct SetQueue {
    std::uint32_t queue = 0;
    bool operator==(const SetQueue &) const = default;
};
struct PopQueue {
    bool operator==(const PopQueue &) const = default;
};
struct Meter {
    std::uint32_t meter = 0;
    bool operator==(const Meter &) const = default;
};
struct Resubmit {
    std::uint32_t in_port = port::in_port; // port::in_port: as it is
    std::optional<std::uint8_t> table;     // nothing: the current one, in NXAST_RESUBMIT's form
    bool operator==(const Resubmit &) const = default;
};
struct Controller {
    std::uint16_t max_len = k_no_buffer_bytes;
    std::uint8_t reason = 1; // OFPR_ACTION
    std::uint16_t id = 0;
    bool operator==(const Controller &) const = default;
};
struct Note {
    std::vector<std::uint8_t> bytes;
    bool operator==(const Note &) const = default;
};
struct StackPush {
    Subfield source;
    bool operator==(const StackPush &) const = default;
};
struct StackPop {
    Subfield destination;
    bool operator==(const StackPop &) const = default;
};
struct Clone {
    Actions actions;
    bool operator==(const Clone &) const;
};
struct Exit {
    bool operator==(const Exit &) const = default;
};
// Which fields a choice of link is hashed from: enum nx_hash_fields.
enum class HashFields : std::uint16_t {
    eth_src = 0,
    symmetric_l4 = 1,
    symmetric_l3l4 = 2,
    symmetric_l3l4_udp = 3,
    nw_src = 4,
    nw_dst = 5,
    symmetric_l3 = 6,
};
struct Multipath {
    HashFields fields = HashFields::eth_src;
    std::uint16_t basis = 0;
    std::uint16_t algorithm = 0; // modulo_n, hash_threshold, hrw, iter_hash
    std::uint16_t max_link = 0;  // highest number of a link
    std::uint32_t argument = 0;
    Subfield destination;
    bool operator==(const Multipath &) const = default;
};
struct Bundle {
    std::uint16_t algorithm = 0; // active_backup, hrw
    HashFields fields = HashFields::eth_src;
    std::uint16_t basis = 0;
    std::vector<std::uint32_t> members;
    std::optional<Subfield> destination; // bundle_load
    bool operator==(const Bundle &) const = default;
};
struct FinTimeout {
    std::uint16_t idle = 0;
    std::uint16_t hard = 0;
    bool operator==(const FinTimeout &) const = default;
};
enum class SampleDirection : std::uint8_t { none, ingress, egress };
struct Sample {
    std::uint16_t probability = 0;
    std::uint32_t collector_set = 0;
    std::uint32_t domain = 0;
    std::uint32_t point = 0;
    std::uint32_t port = port::any; // sampled there instead of where the action is
    SampleDirection direction = SampleDirection::none;
    bool operator==(const Sample &) const = default;
};

} // namespace action

struct Action
    : std::variant<action::Output, action::OutputField, action::Enqueue, action::Group,
                   action::SetField, action::Load, action::Move, action::SetVlanVid,
                   action::SetVlanPcp, action::PushVlan, action::PopVlan, action::PushMpls,
                   action::PopMpls, action::PushPbb, action::PopPbb, action::SetMplsTtl,
                   action::DecMplsTtl, action::SetIpTtl, action::DecIpTtl, action::CopyTtlOut,
                   action::CopyTtlIn, action::SetQueue, action::PopQueue, action::Meter,
                   action::Resubmit, action::Controller, action::Note, action::StackPush,
                   action::StackPop, action::Clone, action::Exit, action::Multipath, action::Bundle,
                   action::FinTimeout, action::Sample> {
    using variant::variant;
};

// In a header, and defaulted only where Action is complete: without `inline` it would be two.
// NOLINTNEXTLINE(readability-redundant-inline-specifier)
inline bool action::Clone::operator==(const Clone &) const = default;

struct WriteMetadata {
    std::uint64_t value = 0;
    std::uint64_t mask = 0;
    bool operator==(const WriteMetadata &) const = default;
};

// In the order in which they are carried out, OpenFlow 1.5.1, 5.5. In OpenFlow 1.0 only `apply`.
struct Instructions {
    std::optional<std::uint32_t> meter;
    Actions apply;
    bool clear = false;
    Actions write;
    std::optional<WriteMetadata> metadata;
    std::optional<std::uint8_t> goto_table;

    bool operator==(const Instructions &) const = default;
};

} // namespace bvs::model
