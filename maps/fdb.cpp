// SPDX-License-Identifier: Apache-2.0
#include "maps/fdb.h"

#include <atomic>
#include <ctime>

namespace bvs::maps {

namespace {

__u64 load(__u64 &word) {
    return std::atomic_ref(word).load(std::memory_order_acquire);
}

void store(__u64 &word, __u64 value) {
    std::atomic_ref(word).store(value, std::memory_order_release);
}

bool is_live(std::uint64_t key) {
    return key && !(key & (BVS_FDB_DEAD | BVS_FDB_BUSY));
}

FdbEntry decode(std::uint64_t key, std::uint64_t where) {
    return {.mac = key >> 12,
            .vid = static_cast<std::uint16_t>(key & 0xfff),
            .bridge = bvs_fdb_bridge(where),
            .port = bvs_fdb_port(where),
            .seen = bvs_fdb_seen(where)};
}

} // namespace

Fdb::Fdb(Array<bvs_fdb_bucket> &table, Array<bvs_learned> &of_ports, Array<bvs_learned> &of_bridges,
         std::uint64_t seed)
    : table_(table), of_ports_(of_ports), of_bridges_(of_bridges), seed_(seed) {}

std::uint32_t Fdb::now() {
    timespec t = {};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    const auto ns = static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
                    static_cast<std::uint64_t>(t.tv_nsec);
    return static_cast<std::uint32_t>(ns >> BVS_TICK_SHIFT);
}

std::vector<FdbEntry> Fdb::list(std::uint16_t bridge) const {
    std::vector<FdbEntry> found;
    for (std::size_t i = 0; i < table_.size(); ++i)
        for (auto &slot : table_.at(i).entry)
            if (const auto key = load(slot.key); is_live(key))
                if (const auto entry = decode(key, load(slot.where)); entry.bridge == bridge)
                    found.push_back(entry);
    return found;
}

std::optional<FdbEntry> Fdb::find(std::uint16_t bridge, std::uint64_t mac,
                                  std::uint16_t vid) const {
    const auto key = bvs_fdb_key(mac, vid);
    for (auto &slot : table_.at(bvs_fdb_bucket_of(seed_, bridge, key)).entry)
        if (load(slot.key) == key)
            if (const auto entry = decode(key, load(slot.where)); entry.bridge == bridge)
                return entry;
    return std::nullopt;
}

std::size_t Fdb::size() const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < table_.size(); ++i)
        for (auto &slot : table_.at(i).entry)
            n += is_live(load(slot.key));
    return n;
}

Result<> Fdb::add(const FdbEntry &entry) {
    const auto key = bvs_fdb_key(entry.mac, entry.vid);
    const auto where = bvs_fdb_where(entry.bridge, entry.port, entry.seen);
    auto &bucket = table_.at(bvs_fdb_bucket_of(seed_, entry.bridge, key));

    for (auto &slot : bucket.entry) {
        if (load(slot.key) != key || bvs_fdb_bridge(load(slot.where)) != entry.bridge)
            continue;
        account(decode(key, std::atomic_ref(slot.where).exchange(where)), -1);
        account(entry, +1);
        return {};
    }
    for (auto &slot : bucket.entry) {
        __u64 free = 0;
        if (!std::atomic_ref(slot.key).compare_exchange_strong(free, BVS_FDB_BUSY))
            continue;
        store(slot.where, where);
        store(slot.key, key);
        account(entry, +1);
        return {};
    }
    return fail("no room for {:012x} in VLAN {}: {} addresses share its bucket of the forwarding "
                "database; remove one or try again once they have aged",
                entry.mac, entry.vid, BVS_FDB_WAYS);
}

bool Fdb::remove(std::uint16_t bridge, std::uint64_t mac, std::uint16_t vid) {
    const auto key = bvs_fdb_key(mac, vid);
    for (auto &slot : table_.at(bvs_fdb_bucket_of(seed_, bridge, key)).entry) {
        if (load(slot.key) == key && bvs_fdb_bridge(load(slot.where)) == bridge) {
            forget(slot);
            return true;
        }
    }
    return false;
}

std::size_t Fdb::remove_if(const std::function<bool(const FdbEntry &)> &doomed) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < table_.size(); ++i) {
        for (auto &slot : table_.at(i).entry) {
            const auto key = load(slot.key);
            if (is_live(key) && doomed(decode(key, load(slot.where)))) {
                forget(slot);
                ++n;
            }
        }
    }
    return n;
}

std::size_t Fdb::sweep(const std::function<std::uint32_t(std::uint16_t bridge)> &max_age) {
    const auto time = now();
    std::size_t aged = 0;

    for (std::size_t i = 0; i < table_.size(); ++i) {
        for (auto &slot : table_.at(i).entry) {
            const auto key = load(slot.key);
            if (key & BVS_FDB_DEAD) {
                store(slot.key, 0);
            } else if (is_live(key)) {
                const auto entry = decode(key, load(slot.where));
                const auto limit = max_age(entry.bridge);
                if (!entry.is_static() && limit && time > entry.seen && time - entry.seen > limit) {
                    forget(slot);
                    ++aged;
                    std::atomic_ref(of_bridges_.at(entry.bridge).expired).fetch_add(1);
                }
            }
        }
    }
    return aged;
}

void Fdb::forget(bvs_fdb_entry &entry) {
    constexpr auto k_static = std::uint64_t{BVS_FDB_STATIC} << 32;
    const auto key = load(entry.key);
    store(entry.key, key | BVS_FDB_DEAD);
    account(decode(key, std::atomic_ref(entry.where).fetch_or(k_static)), -1);
}

void Fdb::account(const FdbEntry &entry, int change) {
    if (entry.is_static())
        return;
    const auto by = static_cast<std::uint32_t>(change);
    std::atomic_ref(of_ports_.at(entry.port).macs).fetch_add(by);
    auto &of_bridge = of_bridges_.at(entry.bridge);
    std::atomic_ref(of_bridge.macs).fetch_add(by);
    if (change < 0)
        std::atomic_ref(of_bridge.removed).fetch_add(1);
}

} // namespace bvs::maps
