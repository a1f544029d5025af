// SPDX-License-Identifier: Apache-2.0
//
// What NetFlow v9 (RFC 3954, 5) and IPFIX (RFC 7011, 3) have in common: messages of sets, whose
// records are read by a template that was sent before, and is sent again now and then, since UDP
// loses some.
//
// - A template goes before the first record that needs it, in the same message or an earlier one,
//   and again before a record that needs it once `refresh` has passed. So none is sent in vain.
// - Sets are padded to multiples of four bytes. A message begins with `header` zeros, for the
// caller
//   to fill in.
// No clock, no I/O; one thread.
#pragma once

#include "netflow/element.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace bvs::netflow {

// When a template is sent again: as soon as one of both has passed.
struct TemplateRefresh {
    Time time = std::chrono::minutes(10); // RFC 7011, 8.4 leaves it open; Open vSwitch has this
    std::uint64_t messages = 0;           // 0: however many
};

struct Message {
    Bytes bytes;
    std::uint16_t records = 0; // of all sets
    std::uint16_t data = 0;    // those that are not templates
};

struct TemplatedFormat {
    std::uint16_t template_set;
    std::uint16_t options_set;
    std::size_t header;
};

inline constexpr std::uint16_t k_first_template = 256; // smaller numbers are for other sets

class Templated {
  public:
    Templated(const TemplatedFormat &format, const TemplateRefresh &refresh, std::size_t most_bytes)
        : format_(format), refresh_(refresh), most_bytes_(most_bytes) {}

    // A record of what `elements` say; a template has the same elements each time.
    void add(std::uint16_t id, const Elements &elements, const FlowRecord &record,
             const ExportContext &context);
    // A template of options and its only record, both as bytes, if it is time to send them.
    void add_options(std::uint16_t id, ByteSpan definition, ByteSpan record, Time now);

    // All messages since it was asked last.
    std::vector<Message> take();

  private:
    struct Sent {
        Time time{};
        std::uint64_t message = 0;
    };

    bool due(std::uint16_t id, Time now);
    void append(std::uint16_t set, ByteSpan record);
    void close_set();
    void close_message();

    TemplatedFormat format_;
    TemplateRefresh refresh_;
    std::size_t most_bytes_;
    std::map<std::uint16_t, Sent> sent_; // by template
    std::uint64_t closed_ = 0;           // messages, ever
    std::vector<Message> messages_;
    Writer message_; // the one being written; empty: none
    Writer record_;
    std::optional<std::uint16_t> set_; // the one being written
    std::size_t set_at_ = 0;
    std::uint16_t records_ = 0;
    std::uint16_t data_ = 0;
};

// The records by their template, in their order. template_of(record) gives its number, or 0 if the
// record cannot be said.
template <class TemplateOf>
std::map<std::uint16_t, std::vector<const FlowRecord *>>
by_template(std::span<const FlowRecord> records, TemplateOf template_of) {
    std::map<std::uint16_t, std::vector<const FlowRecord *>> lists;
    for (const auto &record : records)
        if (const std::uint16_t id = template_of(record))
            lists[id].push_back(&record);
    return lists;
}

} // namespace bvs::netflow
