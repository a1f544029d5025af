// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/value.h"

#include <algorithm>
#include <cstring>

namespace bvs::ovsdb {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

constexpr std::size_t k_uuid_length = 36;

bool is_dash(std::size_t position) {
    return position == 8 || position == 13 || position == 18 || position == 23;
}

template <class T>
std::optional<T> only(std::span<const Atom> atoms) {
    if (atoms.size() != 1)
        return std::nullopt;
    if (const T *value = std::get_if<T>(&atoms.front()))
        return *value;
    return std::nullopt;
}

template <class K, class V, class Map>
Map pairs(std::span<const Atom> keys, std::span<const Atom> values) {
    Map result;
    for (std::size_t i = 0; i < values.size(); i++) {
        const K *key = std::get_if<K>(&keys[i]);
        const V *value = std::get_if<V>(&values[i]);
        if (key && value)
            result.emplace_hint(result.end(), *key, *value);
    }
    return result;
}

} // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != k_uuid_length)
        return std::nullopt;
    Uuid uuid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (is_dash(i)) {
            if (text[i] != '-')
                return std::nullopt;
            continue;
        }
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return std::nullopt;
        auto &byte = uuid.bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | digit);
    }
    return uuid;
}

std::string Uuid::to_string() const {
    static constexpr char k_digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(k_uuid_length);
    for (auto byte : bytes) {
        if (is_dash(text.size()))
            text += '-';
        text += k_digits[byte >> 4];
        text += k_digits[byte & 15];
    }
    return text;
}

Datum Datum::set(std::vector<Atom> atoms) {
    Datum datum;
    std::ranges::sort(atoms);
    atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
    datum.keys_ = std::move(atoms);
    return datum;
}

Datum Datum::map(std::vector<std::pair<Atom, Atom>> pairs) {
    Datum datum;
    datum.is_map_ = true;
    std::ranges::sort(pairs);
    pairs.erase(std::unique(pairs.begin(), pairs.end(),
                            [](const auto &a, const auto &b) { return a.first == b.first; }),
                pairs.end());
    datum.keys_.reserve(pairs.size());
    datum.values_.reserve(pairs.size());
    for (auto &[key, value] : pairs) {
        datum.keys_.push_back(std::move(key));
        datum.values_.push_back(std::move(value));
    }
    return datum;
}

bool Datum::contains(const Atom &key) const {
    return std::ranges::binary_search(keys_, key);
}

const Atom *Datum::find(const Atom &key) const {
    auto it = std::ranges::lower_bound(keys_, key);
    if (!is_map_ || it == keys_.end() || *it != key)
        return nullptr;
    return &values_[static_cast<std::size_t>(it - keys_.begin())];
}

void Datum::insert(Atom key) {
    auto it = std::ranges::lower_bound(keys_, key);
    if (it == keys_.end() || *it != key)
        keys_.insert(it, std::move(key));
}

void Datum::insert(Atom key, Atom value) {
    is_map_ = true;
    auto it = std::ranges::lower_bound(keys_, key);
    auto at = values_.begin() + (it - keys_.begin());
    if (it != keys_.end() && *it == key) {
        *at = std::move(value);
        return;
    }
    keys_.insert(it, std::move(key));
    values_.insert(at, std::move(value));
}

bool Datum::erase(const Atom &key) {
    auto it = std::ranges::lower_bound(keys_, key);
    if (it == keys_.end() || *it != key)
        return false;
    if (is_map_)
        values_.erase(values_.begin() + (it - keys_.begin()));
    keys_.erase(it);
    return true;
}

std::optional<std::int64_t> Datum::integer() const {
    return only<std::int64_t>(keys_);
}

std::optional<double> Datum::real() const {
    return only<double>(keys_);
}

std::optional<bool> Datum::boolean() const {
    return only<bool>(keys_);
}

std::optional<Uuid> Datum::uuid() const {
    return only<Uuid>(keys_);
}

std::optional<std::string> Datum::optional_string() const {
    return only<std::string>(keys_);
}

std::vector<std::int64_t> Datum::integers() const {
    std::vector<std::int64_t> result;
    for (const Atom &atom : keys_)
        if (const auto *value = std::get_if<std::int64_t>(&atom))
            result.push_back(*value);
    return result;
}

std::vector<Uuid> Datum::uuids() const {
    std::vector<Uuid> result;
    for (const Atom &atom : keys_)
        if (const auto *value = std::get_if<Uuid>(&atom))
            result.push_back(*value);
    return result;
}

std::set<std::string> Datum::strings() const {
    std::set<std::string> result;
    for (const Atom &atom : keys_)
        if (const auto *value = std::get_if<std::string>(&atom))
            result.insert(result.end(), *value);
    return result;
}

Smap Datum::smap() const {
    return pairs<std::string, std::string, Smap>(keys_, values_);
}

std::optional<std::string> Datum::get(std::string_view key) const {
    const Atom *value = find(std::string(key));
    const auto *text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? std::optional(*text) : std::nullopt;
}

std::map<std::string, Uuid> Datum::uuids_by_name() const {
    return pairs<std::string, Uuid, std::map<std::string, Uuid>>(keys_, values_);
}

std::map<std::int64_t, Uuid> Datum::uuids_by_number() const {
    return pairs<std::int64_t, Uuid, std::map<std::int64_t, Uuid>>(keys_, values_);
}

} // namespace bvs::ovsdb

std::size_t std::hash<bvs::ovsdb::Uuid>::operator()(const bvs::ovsdb::Uuid &uuid) const noexcept {
    // Uuids are random; any eight bytes of one are a hash.
    std::size_t word;
    std::memcpy(&word, uuid.bytes.data() + 8, sizeof(word));
    return word;
}
