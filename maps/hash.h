// SPDX-License-Identifier: Apache-2.0
//
// A BPF hash map that the daemon alone writes. An entry is replaced as a whole, so BPF sees the old
// one or the new one. To set what is there already writes nothing, and `writes()` counts the rest,
// as that of maps/array.h does. Borrows the descriptor. One thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace bvs::maps {

// The map by bytes; sizes are checked against what the kernel says.
class HashMap {
  public:
    // `remedy`: what a person can do about it once all places are taken.
    static Result<HashMap> open(int fd, std::string name, std::size_t key_size,
                                std::size_t value_size, std::string remedy);

    Result<> write(const void *key, const void *value);
    Result<> erase(const void *key); // or nothing, if there is none
    bool read(const void *key, void *value) const;
    bool next(const void *after, void *key) const; // the first one after null

    // From now on each change is also counted there, once BPF sees it.
    void count_in(std::uint32_t &version) { version_ = &version; }

    std::uint64_t writes() const { return writes_; }

  private:
    void count();
    HashMap(int fd, std::string name, std::uint32_t places, std::string remedy)
        : fd_(fd), name_(std::move(name)), places_(places), remedy_(std::move(remedy)) {}

    int fd_;
    std::string name_;
    std::uint32_t places_;
    std::string remedy_;
    std::uint64_t writes_ = 0;
    std::uint32_t *version_ = nullptr;
};

template <class Key, class Value>
class Hash {
    static_assert(std::has_unique_object_representations_v<Key>);
    static_assert(std::has_unique_object_representations_v<Value>);

  public:
    static Result<Hash> open(int fd, std::string name, std::string remedy) {
        auto map =
            HashMap::open(fd, std::move(name), sizeof(Key), sizeof(Value), std::move(remedy));
        if (!map)
            return std::unexpected(map.error());
        return Hash(std::move(*map));
    }

    // An error with code ENOSPC if all places are taken; then nothing has changed.
    Result<> set(const Key &key, const Value &value) {
        const auto there = find(key);
        if (there && !std::memcmp(&*there, &value, sizeof value))
            return {};
        return map_.write(&key, &value);
    }

    Result<> erase(const Key &key) { return map_.erase(&key); }

    std::optional<Value> find(const Key &key) const {
        Value value;
        return map_.read(&key, &value) ? std::optional(value) : std::nullopt;
    }

    std::vector<std::pair<Key, Value>> all() const {
        std::vector<std::pair<Key, Value>> entries;
        Key key;
        for (const Key *last = nullptr; map_.next(last, &key); last = &key)
            if (const auto value = find(key))
                entries.emplace_back(key, *value);
        return entries;
    }

    void count_in(std::uint32_t &version) { map_.count_in(version); }

    std::uint64_t writes() const { return map_.writes(); }

  private:
    explicit Hash(HashMap map) : map_(std::move(map)) {}
    HashMap map_;
};

} // namespace bvs::maps
