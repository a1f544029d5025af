// SPDX-License-Identifier: Apache-2.0
#include "switch/host/queueing.h"

#include "switch/host/attribute.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <linux/gen_stats.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace bvs::host {

namespace {

using model::QosType;

constexpr std::uint32_t k_port_class = k_our_qdisc | 0xfffe;
constexpr std::uint32_t k_htb_version = 3;
constexpr std::uint32_t k_rate_to_quantum = 10;
constexpr std::uint32_t k_most_quantum = 200'000; // bytes
constexpr unsigned k_tick_shift = 6;              // the kernel's unit of bursts: 64 ns
constexpr std::uint32_t k_most = std::numeric_limits<std::uint32_t>::max();

std::uint32_t at_most_32_bits(std::uint64_t number) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, k_most));
}

std::uint32_t class_of(std::uint32_t queue) {
    return k_our_qdisc | (queue + 1);
}

class Request {
  public:
    Request(std::uint16_t type, int ifindex, std::uint32_t parent, std::uint32_t handle,
            int flags = 0)
        : header_(mnl_nlmsg_put_header(bytes_.data())) {
        header_->nlmsg_type = type;
        header_->nlmsg_flags = static_cast<std::uint16_t>(flags);
        auto *tc = static_cast<tcmsg *>(mnl_nlmsg_put_extra_header(header_, sizeof(tcmsg)));
        tc->tcm_family = AF_UNSPEC;
        tc->tcm_ifindex = ifindex;
        tc->tcm_parent = parent;
        tc->tcm_handle = handle;
    }

    nlmsghdr &message() { return *header_; }

    void put_kind(std::string_view kind) {
        mnl_attr_put_strz(header_, TCA_KIND, std::string(kind).c_str());
    }
    template <class T>
    void put(std::uint16_t type, const T &value) {
        mnl_attr_put(header_, type, sizeof value, &value);
    }
    // Everything put by `inside` lies within an attribute of this type.
    void nest(std::uint16_t type, const auto &inside) {
        nlattr *start = mnl_attr_nest_start(header_, type);
        inside();
        mnl_attr_nest_end(header_, start);
    }

  private:
    alignas(nlmsghdr) std::array<char, 512> bytes_{};
    nlmsghdr *header_;
};

// ---- what the root is told -------------------------------------------------------------------

void put_codel(Request &request, const auto &value) {
    request.nest(TCA_OPTIONS, [&] {
        request.put(TCA_CODEL_TARGET, value("target"));
        request.put(TCA_CODEL_LIMIT, value("limit"));
        request.put(TCA_CODEL_INTERVAL, value("interval"));
    });
}

// The number of flows cannot be changed later.
void put_fq_codel(Request &request, const auto &value, bool present) {
    request.nest(TCA_OPTIONS, [&] {
        request.put(TCA_FQ_CODEL_TARGET, value("target"));
        request.put(TCA_FQ_CODEL_LIMIT, value("limit"));
        request.put(TCA_FQ_CODEL_INTERVAL, value("interval"));
        request.put(TCA_FQ_CODEL_QUANTUM, value("quantum"));
        if (!present)
            request.put(TCA_FQ_CODEL_FLOWS, value("flows"));
    });
}

void put_netem(Request &request, const auto &value) {
    constexpr unsigned ns_per_us = 1000;
    const auto ticks = [](std::uint64_t us) {
        return at_most_32_bits(us * ns_per_us >> k_tick_shift);
    };
    tc_netem_qopt options{};
    options.latency = ticks(value("latency"));
    options.jitter = ticks(value("jitter"));
    options.limit = value("limit");
    options.loss = static_cast<std::uint32_t>(std::uint64_t{k_most} * value("loss") / 100);
    request.put(TCA_OPTIONS, options);
}

void put_root(Request &request, const model::Qos &qos, bool present) {
    const auto value = [&qos](std::string_view name) { return qos.parameters.find(name)->second; };
    switch (qos.type) {
    case QosType::htb:
        request.nest(TCA_OPTIONS, [&] {
            request.put(TCA_HTB_INIT, tc_htb_glob{.version = k_htb_version,
                                                  .rate2quantum = k_rate_to_quantum,
                                                  .defcls = class_of(0) & TC_H_MIN_MASK,
                                                  .debug = 0,
                                                  .direct_pkts = 0});
        });
        break;
    case QosType::hfsc:
        request.put(TCA_OPTIONS, tc_hfsc_qopt{.defcls = static_cast<std::uint16_t>(class_of(0) &
                                                                                   TC_H_MIN_MASK)});
        break;
    case QosType::sfq: {
        tc_sfq_qopt options{};
        options.quantum = value("quantum");
        options.perturb_period = static_cast<int>(value("perturb"));
        request.put(TCA_OPTIONS, options);
        break;
    }
    case QosType::codel:
        put_codel(request, value);
        break;
    case QosType::fq_codel:
        put_fq_codel(request, value, present);
        break;
    case QosType::netem:
        put_netem(request, value);
        break;
    case QosType::noop:
        break;
    }
}

// ---- classes ---------------------------------------------------------------------------------

tc_ratespec htb_rate(std::uint64_t bytes_per_second) {
    tc_ratespec rate{};
    rate.linklayer = TC_LINKLAYER_ETHERNET;
    rate.mpu = ETH_ZLEN;
    rate.rate = at_most_32_bits(bytes_per_second);
    return rate;
}

// How long a burst takes at a rate: bits and bits a second.
std::uint32_t htb_ticks(std::uint64_t burst, std::uint64_t rate) {
    const double seconds = static_cast<double>(burst) / static_cast<double>(rate);
    return static_cast<std::uint32_t>(
        std::min(seconds * 1e9 / (1 << k_tick_shift), double{k_most}));
}

// The kernel's own way to find a quantum complains of those that are a frame or less.
std::uint32_t htb_quantum(const model::Queue &queue, std::uint32_t least) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
        queue.min_rate / 8 / k_rate_to_quantum, least, std::max(least, k_most_quantum)));
}

void put_htb(Request &request, const model::Queue &queue, std::uint32_t mtu) {
    const auto rate = queue.min_rate / 8, ceiling = queue.max_rate / 8;
    tc_htb_opt options{};
    options.rate = htb_rate(rate);
    options.ceil = htb_rate(ceiling);
    options.buffer = htb_ticks(queue.burst, queue.min_rate);
    options.cbuffer = htb_ticks(queue.burst, queue.max_rate);
    options.quantum = htb_quantum(queue, mtu);
    options.prio = std::min<std::uint32_t>(queue.priority, TC_HTB_NUMPRIO - 1);
    request.nest(TCA_OPTIONS, [&] {
        request.put(TCA_HTB_PARMS, options);
        request.put(TCA_HTB_RATE64, rate);
        request.put(TCA_HTB_CEIL64, ceiling);
    });
}

void put_hfsc(Request &request, const model::Queue &queue) {
    const tc_service_curve least{.m1 = 0, .d = 0, .m2 = at_most_32_bits(queue.min_rate / 8)};
    const tc_service_curve most{.m1 = 0, .d = 0, .m2 = at_most_32_bits(queue.max_rate / 8)};
    request.nest(TCA_OPTIONS, [&] {
        request.put(TCA_HFSC_RSC, least);
        request.put(TCA_HFSC_FSC, least);
        request.put(TCA_HFSC_USC, most);
    });
}

// ---- answers ---------------------------------------------------------------------------------

const tcmsg *tc_header(const nlmsghdr &message, std::uint16_t type) {
    if (message.nlmsg_type != type || message.nlmsg_len < NLMSG_LENGTH(sizeof(tcmsg)))
        return nullptr;
    return static_cast<const tcmsg *>(mnl_nlmsg_get_payload(&message));
}

// Beside the 32 bits of packets that the older structure has room for.
void read_counters(const nlattr *nest, QueueCounters &counters) {
    std::optional<std::uint64_t> packets;
    for_each_nested(nest, [&](const nlattr *attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case TCA_STATS_BASIC: { // 12 bytes, though the structure's size is 16
            const auto *start = static_cast<const char *>(mnl_attr_get_payload(attribute));
            gnet_stats_basic basic{};
            std::memcpy(&basic, start,
                        std::min<std::size_t>(sizeof basic, mnl_attr_get_payload_len(attribute)));
            counters.bytes = basic.bytes;
            counters.packets = basic.packets;
            break;
        }
        case TCA_STATS_PKT64:
            packets = attribute_value<std::uint64_t>(attribute);
            break;
        case TCA_STATS_QUEUE:
            counters.drops = attribute_value<gnet_stats_queue>(attribute).drops;
            break;
        }
    });
    counters.packets = packets.value_or(counters.packets);
}

std::optional<std::uint32_t> queue_of(std::uint32_t handle) {
    const auto minor = handle & TC_H_MIN_MASK;
    if ((handle & TC_H_MAJ_MASK) != k_our_qdisc || minor == 0 || minor > model::k_most_queue + 1)
        return std::nullopt;
    return minor - 1;
}

} // namespace

std::optional<Qdisc> decode_qdisc(const nlmsghdr &message) {
    const auto *tc = tc_header(message, RTM_NEWQDISC);
    if (!tc)
        return std::nullopt;
    Qdisc qdisc{.kind = {}, .handle = tc->tcm_handle};
    for_each_attribute(message, sizeof(tcmsg), [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == TCA_KIND)
            qdisc.kind = attribute_text(attribute);
    });
    return qdisc;
}

std::optional<std::pair<std::uint32_t, QueueCounters>> decode_queue(const nlmsghdr &message) {
    const auto *tc = tc_header(message, RTM_NEWTCLASS);
    const auto queue = tc ? queue_of(tc->tcm_handle) : std::nullopt;
    if (!queue)
        return std::nullopt;
    QueueCounters counters;
    for_each_attribute(message, sizeof(tcmsg), [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == TCA_STATS2)
            read_counters(attribute, counters);
    });
    return std::pair(*queue, counters);
}

Result<Queueing> Queueing::open() {
    auto socket = NetlinkSocket::open(true);
    if (!socket)
        return std::unexpected(socket.error());
    return Queueing(std::move(*socket));
}

// Before Linux 6.9 only an echo brings the answer to who asked. Of its own the kernel tells
// nothing.
Result<Qdisc> Queueing::root(int ifindex) {
    Request request(RTM_GETQDISC, ifindex, TC_H_ROOT, 0, NLM_F_ECHO);
    Qdisc found;
    const auto take = [&found](const nlmsghdr &message) {
        if (auto qdisc = decode_qdisc(message); qdisc && qdisc->handle)
            found = std::move(*qdisc);
    };
    auto asked = socket_.exchange(request.message(), take,
                                  fmt::format("find the queueing discipline of link {}", ifindex));
    if (!asked && asked.error().code != ENOENT)
        return std::unexpected(asked.error());
    return found;
}

Result<> Queueing::set(int ifindex, const model::Qos &qos, bool present) {
    if (auto done = set_root(ifindex, qos, present); !done)
        return done;
    if (!model::has_queues(qos.type))
        return {};
    auto done = set_queues(ifindex, qos);
    if (!done && !present)
        (void)remove(ifindex);
    return done;
}

Result<> Queueing::set_root(int ifindex, const model::Qos &qos, bool present) {
    if (present && model::has_queues(qos.type))
        return {}; // which has nothing that could be changed
    const auto kind = model::qdisc_of(qos.type);
    Request request(RTM_NEWQDISC, ifindex, TC_H_ROOT, k_our_qdisc,
                    present ? 0 : NLM_F_CREATE | NLM_F_EXCL);
    request.put_kind(kind);
    put_root(request, qos, present);
    auto done = act(request.message(), fmt::format("set up {}", kind));
    if (!done && done.error().code == ENOENT && !present) {
        std::string option(kind);
        std::ranges::transform(option, option.begin(),
                               [](unsigned char c) { return std::toupper(c); });
        return fail("this kernel has no {}: it was built without CONFIG_NET_SCH_{}, or its module "
                    "sch_{} is not there",
                    kind, option, kind);
    }
    return done;
}

// The port's own class first, as the others are below it.
Result<> Queueing::set_queues(int ifindex, const model::Qos &qos) {
    const auto put = [&](std::uint32_t parent, std::uint32_t handle, const model::Queue &queue) {
        Request request(RTM_NEWTCLASS, ifindex, parent, handle, NLM_F_CREATE);
        request.put_kind(model::qdisc_of(qos.type));
        if (qos.type == QosType::htb)
            put_htb(request, queue, qos.mtu);
        else
            put_hfsc(request, queue);
        return act(request.message(), fmt::format("set up class 1:{:x}", handle & TC_H_MIN_MASK));
    };
    const model::Queue whole{
        .min_rate = qos.max_rate, .max_rate = qos.max_rate, .burst = qos.mtu * 8ULL};
    if (auto done = put(k_our_qdisc, k_port_class, whole); !done)
        return done;
    for (const auto &[number, queue] : qos.queues)
        if (auto done = put(k_port_class, class_of(number), queue); !done)
            return done;

    const auto present = counters(ifindex);
    if (!present)
        return std::unexpected(present.error());
    for (const auto &[number, ignored] : *present) {
        if (qos.queues.contains(number))
            continue;
        Request request(RTM_DELTCLASS, ifindex, k_port_class, class_of(number));
        if (auto done = act(request.message(), fmt::format("remove queue {}", number)); !done)
            return done;
    }
    return {};
}

Result<> Queueing::remove(int ifindex) {
    Request request(RTM_DELQDISC, ifindex, TC_H_ROOT, k_our_qdisc);
    return act(request.message(),
               fmt::format("remove the queueing discipline of link {}", ifindex));
}

Result<std::map<std::uint32_t, QueueCounters>> Queueing::counters(int ifindex) {
    Request request(RTM_GETTCLASS, ifindex, 0, 0, NLM_F_DUMP);
    std::map<std::uint32_t, QueueCounters> queues;
    const auto take = [&queues](const nlmsghdr &message) {
        if (const auto queue = decode_queue(message))
            queues.insert(*queue);
    };
    if (auto asked = socket_.exchange(request.message(), take,
                                      fmt::format("read the queues of link {}", ifindex));
        !asked)
        return std::unexpected(asked.error());
    return queues;
}

Result<> Queueing::act(nlmsghdr &request, std::string_view what) {
    return socket_.exchange(request, [](const nlmsghdr &) {}, what);
}

} // namespace bvs::host
