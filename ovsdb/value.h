// SPDX-License-Identifier: Apache-2.0
//
// What a cell of an OVSDB table holds (RFC 7047, section 3.1): an atom, a set of atoms or a map
// from atoms to atoms. A scalar is a set of one, an absent optional value the empty set. A Datum
// keeps its keys sorted and unique, so that two are equal if and only if the database says so.
// Getters convert to C++ and answer with nothing, never with an error, when the datum holds
// something else. Values only; no I/O.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace bvs::ovsdb {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    static std::optional<Uuid> parse(std::string_view text); // 8-4-4-4-12 hexadecimal digits
    std::string to_string() const;
    bool is_zero() const { return *this == Uuid{}; }

    auto operator<=>(const Uuid &) const = default;
};

// A row that the same transaction inserts, before it has a uuid.
struct NamedUuid {
    std::string name;

    auto operator<=>(const NamedUuid &) const = default;
};

using Atom = std::variant<std::int64_t, double, bool, std::string, Uuid, NamedUuid>;
using Smap = std::map<std::string, std::string, std::less<>>;

template <class T>
concept AtomLike = std::constructible_from<Atom, T> && !std::same_as<std::remove_cvref_t<T>, Atom>;

class Datum {
  public:
    Datum() = default; // the empty set
    Datum(Atom atom) { keys_.push_back(std::move(atom)); }
    template <AtomLike T>
    Datum(T &&value) : Datum(Atom(std::forward<T>(value))) {}
    template <class T>
    Datum(const std::optional<T> &value) {
        if (value)
            keys_.emplace_back(*value);
    }
    template <class T, class... Rest>
    Datum(const std::set<T, Rest...> &values) : Datum(set({values.begin(), values.end()})) {}
    template <class T>
        requires std::constructible_from<Atom, const T &>
    Datum(const std::vector<T> &values) : Datum(set({values.begin(), values.end()})) {}
    template <class K, class V, class... Rest>
    Datum(const std::map<K, V, Rest...> &values) : Datum(map({values.begin(), values.end()})) {}

    static Datum set(std::vector<Atom> atoms);
    static Datum map(std::vector<std::pair<Atom, Atom>> pairs); // of equal keys the least value

    bool is_map() const { return is_map_; }
    bool empty() const { return keys_.empty(); }
    std::size_t size() const { return keys_.size(); }
    std::span<const Atom> keys() const { return keys_; }
    std::span<const Atom> values() const { return values_; } // of a map, in the order of keys()

    bool contains(const Atom &key) const;
    const Atom *find(const Atom &key) const; // the value of a map's key
    void insert(Atom key);                   // into a set
    void insert(Atom key, Atom value);       // into a map, replacing
    bool erase(const Atom &key);

    // The only atom of a set of one.
    std::optional<std::int64_t> integer() const;
    std::optional<double> real() const;
    std::optional<bool> boolean() const;
    std::optional<Uuid> uuid() const;
    std::optional<std::string> optional_string() const;
    std::string string() const { return optional_string().value_or(""); }

    // All atoms (of a map: all keys) of that type.
    std::vector<std::int64_t> integers() const;
    std::vector<Uuid> uuids() const;
    std::set<std::string> strings() const;

    // Maps from string to string, and from string or integer to uuid.
    Smap smap() const;
    std::optional<std::string> get(std::string_view key) const;
    std::map<std::string, Uuid> uuids_by_name() const;
    std::map<std::int64_t, Uuid> uuids_by_number() const;

    bool operator==(const Datum &) const = default;

  private:
    std::vector<Atom> keys_;
    std::vector<Atom> values_;
    bool is_map_ = false;
};

} // namespace bvs::ovsdb

template <>
struct std::hash<bvs::ovsdb::Uuid> {
    std::size_t operator()(const bvs::ovsdb::Uuid &uuid) const noexcept;
};
