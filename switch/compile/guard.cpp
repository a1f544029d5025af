// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/guard.h"

#include <netinet/in.h>

namespace bvs::compile {

namespace {

using model::Field;
using model::Needs;

constexpr std::uint64_t k_ipv4 = 0x0800, k_ipv6 = 0x86dd, k_arp = 0x0806, k_rarp = 0x8035;
constexpr std::uint64_t k_solicit = 135, k_advert = 136;

enum class If : std::uint8_t { equal, different };

// y, how many instructions it skips, is filled in when all of them are there.
bvs_instruction skip(If when, std::uint8_t word, unsigned lowest, std::uint64_t mask,
                     std::uint64_t value) {
    bvs_instruction made{};
    made.op = BVS_OP_SKIP;
    made.word = word;
    made.a = mask << lowest;
    made.b = value << lowest;
    made.z = when == If::different;
    return made;
}

#define SKIP(when, name, value)                                                                    \
    skip(when, BVS_WORD_##name, BVS_LOWEST_##name, bvs_low_bits(BVS_BITS_##name), value)

class Conditions {
  public:
    void need(Needs needs);
    std::vector<bvs_instruction> finish(std::uint32_t body);

  private:
    void layer(std::uint64_t bit) {
        made_.push_back(skip(If::equal, BVS_WORD_layers, BVS_LOWEST_layers, bit, std::uint64_t{0}));
    }
    void type(std::uint64_t type) { made_.push_back(SKIP(If::different, eth_type, type)); }
    // The first one skips the second.
    void type(std::uint64_t one, std::uint64_t other) {
        made_.push_back(SKIP(If::equal, eth_type, one));
        made_.back().y = 1;
        type(other);
    }
    void transport(std::uint64_t protocol) {
        made_.push_back(SKIP(If::different, ip_proto, protocol));
        layer(BVS_LAYER_L4);
    }
    void discovery() {
        need(Needs::icmpv6);
        layer(BVS_LAYER_ND);
    }

    std::vector<bvs_instruction> made_;
};

void Conditions::need(Needs needs) {
    switch (needs) {
    case Needs::nothing:
    case Needs::in_port:
        return;
    case Needs::vlan:
        made_.push_back(skip(If::equal, BVS_WORD_vlan_tci, BVS_LOWEST_vlan_tci, BVS_VLAN_PRESENT,
                             std::uint64_t{0}));
        return;
    case Needs::mpls:
        return layer(BVS_LAYER_MPLS);
    case Needs::pbb:
        return layer(BVS_LAYER_PBB);
    case Needs::ip:
        return type(k_ipv4, k_ipv6);
    case Needs::ipv4:
        return type(k_ipv4);
    case Needs::ipv6:
        return type(k_ipv6);
    case Needs::arp:
        return type(k_arp, k_rarp);
    case Needs::tcp:
        return need(Needs::ip), transport(IPPROTO_TCP);
    case Needs::udp:
        return need(Needs::ip), transport(IPPROTO_UDP);
    case Needs::sctp:
        return need(Needs::ip), transport(IPPROTO_SCTP);
    case Needs::icmpv4:
        return type(k_ipv4), transport(IPPROTO_ICMP);
    case Needs::icmpv6:
        return type(k_ipv6), transport(IPPROTO_ICMPV6);
    case Needs::nd:
        return discovery();
    case Needs::nd_solicit:
        return discovery(), made_.push_back(SKIP(If::different, tp_src, k_solicit));
    case Needs::nd_advert:
        return discovery(), made_.push_back(SKIP(If::different, tp_src, k_advert));
    }
}

std::vector<bvs_instruction> Conditions::finish(std::uint32_t body) {
    for (auto place = made_.rbegin(); place != made_.rend(); ++place, ++body)
        if (!place->y)
            place->y = body;
    return std::move(made_);
}

} // namespace

std::vector<bvs_instruction> guard(Field field, std::uint32_t body) {
    Conditions conditions;
    // It is written only where there is a tag, though it is matched where there is none.
    conditions.need(field == Field::vlan_vid ? Needs::vlan : model::info(field).needs);
    return conditions.finish(body);
}

} // namespace bvs::compile
