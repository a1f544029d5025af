// SPDX-License-Identifier: Apache-2.0
#include "switch/model/qos.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <vector>

namespace bvs::model {

namespace {

constexpr std::uint64_t k_unknown_link = 10'000'000'000;
constexpr std::uint32_t k_frame_header = 64; // more than any link header has
constexpr std::int64_t k_most_dscp = 63;

struct Parameter {
    std::string_view name;
    std::uint32_t most;
    std::uint32_t usual;
};

struct Kind {
    QosType type;
    std::string_view name;
    std::string_view qdisc;
    std::vector<Parameter> parameters;
};

constexpr std::uint32_t k_any = std::numeric_limits<std::int32_t>::max();

const Kind &kind_of(QosType type) {
    static const std::vector<Kind> kinds = {
        {QosType::netem,
         "linux-netem",
         "netem",
         {{"latency", k_any, 0}, {"jitter", k_any, 0}, {"limit", k_any, 1000}, {"loss", 100, 0}}},
        {QosType::fq_codel,
         "linux-fq_codel",
         "fq_codel",
         {{"target", k_any, 5000},
          {"limit", k_any, 10240},
          {"interval", k_any, 100'000},
          {"flows", 65536, 1024},
          {"quantum", 1 << 20, 0}}},
        {QosType::codel,
         "linux-codel",
         "codel",
         {{"target", k_any, 5000}, {"limit", k_any, 10240}, {"interval", k_any, 100'000}}},
        {QosType::hfsc, "linux-hfsc", "hfsc", {}},
        {QosType::noop, "linux-noop", "", {}},
        {QosType::sfq, "linux-sfq", "sfq", {{"perturb", k_any / 1000, 10}, {"quantum", k_any, 0}}},
        {QosType::htb, "linux-htb", "htb", {}}};
    return kinds[static_cast<std::size_t>(type)];
}

Result<QosType> parse_type(const std::string &text) {
    for (const auto type : qos_types())
        if (to_string(type) == text)
            return type;
    if (text.ends_with("-policer"))
        return fail("QoS type {} is for DPDK's ports only; linux-htb limits this one", text);
    return fail("there is no QoS type '{}'; linux-htb, linux-hfsc, linux-sfq, linux-codel, "
                "linux-fq_codel, linux-netem and linux-noop are known",
                text);
}

// The numbers of one row. The first that is none is what is wrong with it.
class Numbers {
  public:
    Numbers(const StringMap &map, std::string owner) : map_(map), owner_(std::move(owner)) {}

    std::uint64_t take(std::string_view key, std::uint64_t most, std::uint64_t usual) {
        known_.push_back(key);
        const auto place = map_.find(key);
        if (place == map_.end())
            return usual;
        const auto &text = place->second;
        std::uint64_t number = 0;
        const auto end = text.data() + text.size();
        const auto [stop, problem] = std::from_chars(text.data(), end, number);
        if ((problem != std::errc() || stop != end || number > most) && !wrong_)
            wrong_ = Error{fmt::format("{}: {}={} is not a whole number from 0 to {}", owner_, key,
                                       text, most)};
        return number;
    }
    // In bits.
    std::uint64_t take_size(std::string_view key) {
        return take(key, std::numeric_limits<std::int64_t>::max(), 0);
    }

    const std::optional<Error> &wrong() const { return wrong_; }

    void tell_of_others(Warnings &warnings) const {
        for (const auto &[key, value] : map_)
            if (std::ranges::find(known_, key) == known_.end())
                warnings.push_back(
                    fmt::format("{}: {}={} has no effect with this type", owner_, key, value));
    }

  private:
    const StringMap &map_;
    std::string owner_;
    std::vector<std::string_view> known_;
    std::optional<Error> wrong_;
};

Result<Queue> settle_queue(const QueueRequest &request, QosType type, const std::string &owner,
                           Warnings &warnings) {
    Numbers numbers(request.other_config, owner);
    Queue queue{.min_rate = numbers.take_size("min-rate"),
                .max_rate = numbers.take_size("max-rate")};
    if (type == QosType::htb) {
        queue.burst = numbers.take_size("burst");
        queue.priority = static_cast<std::uint32_t>(
            numbers.take("priority", std::numeric_limits<std::uint32_t>::max(), 0));
    }
    if (numbers.wrong())
        return std::unexpected(*numbers.wrong());
    numbers.tell_of_others(warnings);
    if (queue.max_rate && queue.min_rate > queue.max_rate)
        warnings.push_back(fmt::format("{}: max-rate={} is less than min-rate={}, which applies",
                                       owner, queue.max_rate, queue.min_rate));
    return queue;
}

Result<> settle_queues(Qos &qos, const QosRequest &request, const std::string &owner,
                       Warnings &warnings) {
    qos.queues[0];
    std::uint64_t guaranteed = 0;
    for (const auto &[number, queue] : request.queues) {
        if (number < 0 || number > k_most_queue)
            return fail("{}: queue {} is not within 0 to {}, which {} can have", owner, number,
                        k_most_queue, request.type);
        auto settled =
            settle_queue(queue, qos.type, fmt::format("{} queue {}", owner, number), warnings);
        if (!settled)
            return std::unexpected(settled.error());
        qos.queues[static_cast<std::uint32_t>(number)] = *settled;
        guaranteed += settled->min_rate;
    }
    if (qos.max_rate && guaranteed > qos.max_rate)
        warnings.push_back(fmt::format("{}: the queues' min-rate come to {}, beyond max-rate={}, "
                                       "and will exceed it",
                                       owner, guaranteed, qos.max_rate));
    return {};
}

// The most that a queue gets of a port's rate, and at least a frame a second, as else it would
// starve even where the link is idle.
void fit(Queue &queue, std::uint64_t port_rate, std::uint32_t mtu) {
    queue.min_rate = std::min(std::max<std::uint64_t>(queue.min_rate, mtu * 8ULL), port_rate);
    queue.max_rate = queue.max_rate ? std::max(queue.max_rate, queue.min_rate) : port_rate;
    queue.max_rate = std::min(queue.max_rate, port_rate);
    queue.burst = std::max<std::uint64_t>(queue.burst, (mtu + k_frame_header) * 8ULL);
}

} // namespace

std::span<const QosType> qos_types() {
    static constexpr std::array types = {QosType::netem, QosType::fq_codel, QosType::codel,
                                         QosType::hfsc,  QosType::noop,     QosType::sfq,
                                         QosType::htb};
    return types;
}

std::string_view to_string(QosType type) {
    return kind_of(type).name;
}

std::string_view qdisc_of(QosType type) {
    return kind_of(type).qdisc;
}

bool has_queues(QosType type) {
    return type == QosType::htb || type == QosType::hfsc;
}

Result<Qos> settle(const QosRequest &request, const std::string &port, Warnings &warnings) {
    const auto type = parse_type(request.type);
    if (!type)
        return std::unexpected(type.error());
    Qos qos{.type = *type};
    const auto owner = fmt::format("port {}: QoS", port);
    if (qos.type == QosType::noop)
        return qos;
    Numbers numbers(request.other_config, owner);
    if (has_queues(qos.type))
        qos.max_rate = numbers.take_size("max-rate");
    for (const auto &[name, most, usual] : kind_of(qos.type).parameters)
        qos.parameters[std::string(name)] =
            static_cast<std::uint32_t>(numbers.take(name, most, usual));
    if (numbers.wrong())
        return std::unexpected(*numbers.wrong());
    numbers.tell_of_others(warnings);
    if (has_queues(qos.type)) {
        if (auto settled = settle_queues(qos, request, owner, warnings); !settled)
            return std::unexpected(settled.error());
    } else if (!request.queues.empty()) {
        warnings.push_back(
            fmt::format("{}: {} has no queues; only their dscp counts", owner, request.type));
    }
    return qos;
}

Result<QueueDscp> settle_dscp(const QosRequest &request, const std::string &port) {
    QueueDscp all;
    for (const auto &[number, queue] : request.queues) {
        if (!queue.dscp)
            continue;
        if (*queue.dscp < 0 || *queue.dscp > k_most_dscp)
            return fail("port {}: QoS queue {}: dscp={} is not a whole number from 0 to {}", port,
                        number, *queue.dscp, k_most_dscp);
        if (number >= 0 && number <= k_most_queue)
            all[static_cast<std::uint32_t>(number)] = static_cast<std::uint8_t>(*queue.dscp);
    }
    return all;
}

Qos fit(Qos qos, std::uint32_t mtu, std::uint64_t link_rate) {
    qos.mtu = mtu;
    if (const auto quantum = qos.parameters.find("quantum");
        quantum != qos.parameters.end() && !quantum->second)
        quantum->second = mtu;
    if (!has_queues(qos.type))
        return qos;
    if (!qos.max_rate)
        qos.max_rate = link_rate ? link_rate : k_unknown_link;
    for (auto &[number, queue] : qos.queues)
        fit(queue, qos.max_rate, mtu);
    return qos;
}

} // namespace bvs::model
