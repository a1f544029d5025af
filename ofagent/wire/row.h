// SPDX-License-Identifier: Apache-2.0
//
// Makes rows of the catalog of the functions that read and write a body or an element of its list.
#pragma once

#include "ofagent/wire/catalog.h"
#include "ofagent/wire/scalar.h"

#include <utility>

namespace bvs::wire {

template <class T, std::size_t I = 0>
consteval std::size_t alternative() {
    if constexpr (std::is_same_v<std::variant_alternative_t<I, Body>, T>)
        return I;
    else
        return alternative<T, I + 1>();
}

struct Span {
    Version first, last;
};

template <class T, auto Read, auto Write>
constexpr Row one(Span versions, Place place, decltype(Row::applies) applies = nullptr) {
    return {versions.first,
            versions.last,
            place,
            alternative<T>(),
            [](Reader &reader, const Dialect &dialect) -> model::Answer<Body> {
                auto value = Read(reader, dialect);
                if (!value)
                    return std::unexpected(value.error());
                return Body(T{std::move(*value)});
            },
            [](Writer &writer, const Body &body, const Dialect &dialect, Marks &) {
                Write(writer, *std::get_if<T>(&body), dialect);
            },
            applies};
}

// A body that is one member.
template <class T, auto Member, auto Read, auto Write>
constexpr Row wrapped(Span versions, Place place) {
    Row row = one<T, Read, [](Writer &writer, const T &body, const Dialect &dialect) {
        Write(writer, body.*Member, dialect);
    }>(versions, place);
    return row;
}

// A body without content.
template <class T>
constexpr Row empty(Span versions, Place place) {
    return {versions.first,
            versions.last,
            place,
            alternative<T>(),
            [](Reader &, const Dialect &) -> model::Answer<Body> { return T{}; },
            [](Writer &, const Body &, const Dialect &, Marks &) {}};
}

// A body that is read as another one.
template <class T, auto Write>
constexpr Row written(Span versions, Place place) {
    return {versions.first,
            versions.last,
            place,
            alternative<T>(),
            nullptr,
            [](Writer &writer, const Body &body, const Dialect &dialect, Marks &) {
                Write(writer, *std::get_if<T>(&body), dialect);
            }};
}

// A body that is a list; a reply may be continued after each element. Nicira's own lists say so in
// the body.
template <class T, auto Member, auto Read, auto Write, bool Nicira = false>
constexpr Row list(Span versions, Place place, decltype(Row::applies) applies = nullptr) {
    return {versions.first,
            versions.last,
            place,
            alternative<T>(),
            [](Reader &reader, const Dialect &dialect) -> model::Answer<Body> {
                auto elements = read_list(reader, dialect, Read);
                if (!elements)
                    return std::unexpected(elements.error());
                T body;
                body.*Member = std::move(*elements);
                if constexpr (Nicira)
                    body.nicira = true;
                return body;
            },
            [](Writer &writer, const Body &body, const Dialect &dialect, Marks &marks) {
                for (const auto &element : std::get_if<T>(&body)->*Member) {
                    Write(writer, element, dialect);
                    marks.push_back(writer.size());
                }
            },
            applies};
}

} // namespace bvs::wire
