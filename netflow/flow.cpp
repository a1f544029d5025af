// SPDX-License-Identifier: Apache-2.0
#include "netflow/flow.h"

#include <bit>

namespace bvs::netflow {

namespace {

class Hash {
  public:
    explicit Hash(std::uint64_t seed) : hash_(seed) {}

    Hash &operator<<(std::uint64_t value) {
        hash_ = (std::rotl(hash_, 23) ^ value) * 0x9e3779b97f4a7c15ULL;
        return *this;
    }
    Hash &operator<<(const model::IpAddress &address) {
        return *this << address.bits().high << address.bits().low;
    }
    std::size_t get() const { return hash_ ^ hash_ >> 32; }

  private:
    std::uint64_t hash_;
};

} // namespace

// What flows that are told apart at all nearly always differ in.
std::size_t hash_of(const FlowKey &key, std::uint64_t seed) {
    Hash hash(seed);
    hash << key.source << key.destination << model::to_number(key.source_mac)
         << model::to_number(key.destination_mac);
    hash << (static_cast<std::uint64_t>(key.source_port) << 48 |
             static_cast<std::uint64_t>(key.destination_port) << 32 | key.icmp_type << 24 |
             key.icmp_code << 16 | key.protocol << 8 | key.tos);
    hash << (static_cast<std::uint64_t>(key.in_port) << 32 | key.out_port);
    hash << (static_cast<std::uint64_t>(key.vlan) << 32 | key.ethertype) << key.tunnel.key;
    return hash.get();
}

} // namespace bvs::netflow
