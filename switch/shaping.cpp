// SPDX-License-Identifier: Apache-2.0
#include "switch/shaping.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace bvs::daemon {

namespace fs = std::filesystem;

Shaping::Shaping(const std::string &pin_dir, host::Queueing &queueing, host::Ethtool &ethtool,
                 Logger log)
    : folder_(pin_dir + "/qos"), queueing_(queueing), ethtool_(ethtool), log_(std::move(log)) {
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder_, ignored)) {
        const auto name = entry.path().filename().string();
        std::uint32_t ifindex = 0;
        std::from_chars(name.data(), name.data() + name.size(), ifindex);
        ours_.insert(ifindex);
    }
}

void Shaping::follow(const model::Interface &interface, const host::Link *link) {
    if (!interface.is_shaped() && interface.qos_refusal.empty())
        return release(interface.name);
    auto &shaped = shaped_[interface.name];
    const auto ifindex = link ? static_cast<std::uint32_t>(link->ifindex) : 0;
    if (shaped.ifindex != ifindex)
        shaped = {.ifindex = ifindex, .error = std::move(shaped.error)};
    if (!interface.qos_refusal.empty())
        set_error(interface.name, fail("{}", interface.qos_refusal));
    else if (!interface.has_netdev())
        set_error(interface.name, fail("this port has no network device that could queue; give the "
                                       "QoS to the one where its packets leave"));
    else
        set_error(interface.name, link ? make(*interface.qos, *link, shaped) : Result<>());
}

Result<> Shaping::make(const model::Qos &wanted, const host::Link &link, Shaped &shaped) {
    std::uint64_t speed = 0;
    if (!wanted.max_rate)
        speed = ethtool_.link_settings(link.name).value_or(host::LinkSettings()).speed;
    auto qos = model::fit(wanted, link.mtu, speed);
    if (shaped.qos == qos && link.qdisc == model::qdisc_of(qos.type))
        return {};

    const auto present = make_way(link, qos.type);
    if (!present) {
        shaped.qos.reset();
        return std::unexpected(present.error());
    }
    if (auto marked = mark(shaped.ifindex); !marked)
        return marked;
    if (!*present)
        shaped.since.clear();
    if (auto set = queueing_.set(link.ifindex, qos, *present); !set) {
        shaped.qos.reset();
        if (!*present)
            forget(shaped.ifindex);
        return set;
    }
    std::erase_if(shaped.since,
                  [&qos](const auto &each) { return !qos.queues.contains(each.first); });
    for (const auto &[number, queue] : qos.queues)
        shaped.since.try_emplace(number, Clock::now());
    shaped.qos = std::move(qos);
    return {};
}

// Whether the netdev has this type from us already; then it is changed. Otherwise it has nothing
// but the kernel's own.
Result<bool> Shaping::make_way(const host::Link &link, model::QosType type) {
    const auto ifindex = static_cast<std::uint32_t>(link.ifindex);
    const auto root = queueing_.root(link.ifindex);
    if (!root)
        return std::unexpected(root.error());
    if (root->kind.empty())
        return false;
    if (!ours_.contains(ifindex) || root->handle != host::k_our_qdisc) {
        forget(ifindex);
        return fail("{} has a queueing discipline of somebody else ({} {:x}:), which stays; `tc "
                    "qdisc del dev {} root` makes way for this QoS",
                    link.name, root->kind, root->handle >> 16, link.name);
    }
    if (root->kind == model::qdisc_of(type))
        return true;
    if (auto removed = queueing_.remove(link.ifindex); !removed)
        return std::unexpected(removed.error());
    return false;
}

// First the note: whoever is killed in between has only noted too much.
Result<> Shaping::mark(std::uint32_t ifindex) {
    std::error_code error;
    fs::create_directories(place_of(ifindex), error);
    if (error)
        return fail("cannot make {}: {}", place_of(ifindex), error.message());
    ours_.insert(ifindex);
    return {};
}

// Somebody may have put another in its place since, which then stays.
void Shaping::take_away(std::uint32_t ifindex) {
    const auto root = queueing_.root(static_cast<int>(ifindex));
    if (root && root->handle == host::k_our_qdisc)
        if (const auto removed = queueing_.remove(static_cast<int>(ifindex)); !removed)
            log_.warn("{}", removed.error().message);
    forget(ifindex);
}

void Shaping::forget(std::uint32_t ifindex) {
    std::error_code ignored;
    if (ours_.erase(ifindex))
        fs::remove(place_of(ifindex), ignored);
}

void Shaping::release(const std::string &interface) {
    const auto shaped = shaped_.extract(interface);
    if (shaped && ours_.contains(shaped.mapped().ifindex))
        take_away(shaped.mapped().ifindex);
}

void Shaping::remove_orphans() {
    for (const auto ifindex : std::set(ours_))
        if (std::ranges::none_of(
                shaped_, [ifindex](const auto &each) { return each.second.ifindex == ifindex; }))
            take_away(ifindex);
}

void Shaping::set_error(const std::string &interface, const Result<> &result) {
    auto &known = shaped_[interface].error;
    auto error = result ? std::string() : result.error().message;
    if (error != known && !error.empty())
        log_.warn("interface {}: {}", interface, error);
    known = std::move(error);
}

const std::string &Shaping::error(const std::string &interface) const {
    static const std::string none;
    const auto place = shaped_.find(interface);
    return place == shaped_.end() ? none : place->second.error;
}

std::set<std::string> Shaping::in_error() const {
    std::set<std::string> names;
    for (const auto &[name, shaped] : shaped_)
        if (!shaped.error.empty())
            names.insert(name);
    return names;
}

const model::Qos *Shaping::applied(const std::string &interface) const {
    const auto place = shaped_.find(interface);
    return place == shaped_.end() || !place->second.qos ? nullptr : &*place->second.qos;
}

std::vector<LiveQueue> Shaping::queues(const std::string &interface) {
    const auto *qos = applied(interface);
    if (!qos || qos->queues.empty())
        return {};
    const auto &shaped = shaped_.at(interface);
    const auto counters = queueing_.counters(static_cast<int>(shaped.ifindex));
    std::vector<LiveQueue> queues;
    for (const auto &[number, settings] : qos->queues)
        if (counters && counters->contains(number))
            queues.push_back({.number = number,
                              .settings = settings,
                              .port_rate = qos->max_rate,
                              .counters = counters->at(number),
                              .age = Clock::now() - shaped.since.at(number)});
    return queues;
}

std::string Shaping::place_of(std::uint32_t ifindex) const {
    return fmt::format("{}/{}", folder_, ifindex);
}

} // namespace bvs::daemon
