// SPDX-License-Identifier: Apache-2.0
//
// Groups: OpenFlow 1.5.1, 5.10 and 7.3.4.3; selection methods as NTR's extension and Open vSwitch
// have them.
#pragma once

#include "switch/model/action.h"
#include "switch/model/flow.h"
#include "switch/model/match.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bvs::model {

inline constexpr std::uint32_t k_max_group = 0xffffff00;
inline constexpr std::uint32_t k_all_groups = 0xfffffffc;

enum class GroupType : std::uint8_t { all = 0, select = 1, indirect = 2, fast_failover = 3 };

// `insert` and `remove_bucket` are OpenFlow 1.5's and Nicira's.
enum class GroupCommand : std::uint8_t {
    add,
    modify,
    add_or_modify,
    remove,
    insert,
    remove_bucket
};

// Places for `insert` and `remove_bucket`; also bucket ids from 0 to max.
namespace bucket_place {
inline constexpr std::uint32_t max = 0xffffff00;
inline constexpr std::uint32_t first = 0xfffffffd;
inline constexpr std::uint32_t last = 0xfffffffe;
inline constexpr std::uint32_t all = 0xffffffff;
} // namespace bucket_place

struct Bucket {
    std::uint32_t id = bucket_place::all; // `all`: none was given
    std::uint16_t weight = 0;             // of select groups; 0 is never chosen
    std::uint32_t watch_port = port::any;
    std::uint32_t watch_group = k_any_group;
    Actions actions; // an action set in the order it was sent

    bool operator==(const Bucket &) const = default;
};

struct GroupProperties {
    std::string selection_method; // "hash", "dp_hash"; empty: the default
    std::uint64_t selection_param = 0;
    std::vector<FieldMatch> fields; // of "hash": the masks say which bits count

    bool operator==(const GroupProperties &) const = default;
};

struct GroupMod {
    GroupCommand command = GroupCommand::add;
    GroupType type = GroupType::all;
    std::uint32_t group = 0;
    std::uint32_t place = bucket_place::all; // of insert and remove_bucket
    std::vector<Bucket> buckets;
    GroupProperties properties;

    bool operator==(const GroupMod &) const = default;
};

struct GroupDescription {
    std::uint32_t group = 0;
    GroupType type = GroupType::all;
    std::vector<Bucket> buckets;
    GroupProperties properties;

    bool operator==(const GroupDescription &) const = default;
};

struct GroupStats {
    std::uint32_t group = 0;
    std::uint32_t references = 0;
    FlowCounters counters;
    std::chrono::nanoseconds duration{};
    std::vector<FlowCounters> buckets;

    bool operator==(const GroupStats &) const = default;
};

} // namespace bvs::model
