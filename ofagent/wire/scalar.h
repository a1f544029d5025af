// SPDX-License-Identifier: Apache-2.0
//
// What many messages have: durations, names of a fixed length, lists up to the end.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace bvs::wire {

inline constexpr std::uint32_t k_nanoseconds = 1'000'000'000;

inline std::chrono::nanoseconds read_duration(Reader &reader) {
    std::chrono::seconds seconds(reader.u32());
    return seconds + std::chrono::nanoseconds(std::min(reader.u32(), k_nanoseconds - 1));
}
inline void write_duration(Writer &writer, std::chrono::nanoseconds duration) {
    writer.u32(static_cast<std::uint32_t>(duration.count() / k_nanoseconds));
    writer.u32(static_cast<std::uint32_t>(duration.count() % k_nanoseconds));
}

// Ends at a zero, of which there is always one.
inline std::string read_text(Reader &reader, std::size_t size) {
    ByteSpan bytes = reader.bytes(size);
    if (bytes.empty())
        return {};
    return {bytes.begin(), std::find(bytes.begin(), bytes.end() - 1, 0)};
}
inline void write_text(Writer &writer, std::string_view text, std::size_t size) {
    text = text.substr(0, size - 1);
    writer.bytes({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
    writer.zeros(size - text.size());
}

inline std::unexpected<model::OpenFlowError> too_short(std::string_view what) {
    return model::refuse(model::Refusal::bad_length, std::string(what) + " ends too early");
}

// The rest of the reader as T after T.
template <class T>
model::Answer<std::vector<T>> read_list(Reader &reader, const Dialect &dialect,
                                        model::Answer<T> (*read)(Reader &, const Dialect &)) {
    std::vector<T> list;
    while (reader.left() > 0) {
        auto one = read(reader, dialect);
        if (!one)
            return std::unexpected(one.error());
        if (!reader.ok())
            return too_short("a list");
        list.push_back(std::move(*one));
    }
    return list;
}
template <class T>
void write_list(Writer &writer, const std::vector<T> &list, const Dialect &dialect,
                void (*write)(Writer &, const T &, const Dialect &)) {
    for (const auto &one : list)
        write(writer, one, dialect);
}

} // namespace bvs::wire
