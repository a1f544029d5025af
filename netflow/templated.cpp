// SPDX-License-Identifier: Apache-2.0
#include "netflow/templated.h"

#include <utility>

namespace bvs::netflow {

namespace {

constexpr std::size_t k_set_header = 4;
constexpr std::size_t k_most_padding = 3;

} // namespace

void Templated::add(std::uint16_t id, const Elements &elements, const FlowRecord &record,
                    const ExportContext &context) {
    if (due(id, context.moment.now)) {
        record_.clear();
        record_.u16(id);
        record_.u16(elements.size());
        write_specifiers(record_, elements);
        append(format_.template_set, record_.whole());
    }
    record_.clear();
    write_record(record_, elements, record, context);
    append(id, record_.whole());
}

void Templated::add_options(std::uint16_t id, ByteSpan definition, ByteSpan record, Time now) {
    if (!due(id, now))
        return;
    append(format_.options_set, definition);
    append(id, record);
}

bool Templated::due(std::uint16_t id, Time now) {
    const auto [place, first] = sent_.try_emplace(id);
    auto &sent = place->second;
    const bool late = refresh_.messages && closed_ - sent.message >= refresh_.messages;
    if (!first && !late && now - sent.time < refresh_.time)
        return false;
    sent = {now, closed_};
    return true;
}

void Templated::append(std::uint16_t set, ByteSpan record) {
    const auto size = record.size() + (set == set_ ? 0 : k_set_header) + k_most_padding;
    if (message_.size() && message_.size() + size + k_most_padding > most_bytes_)
        close_message();
    if (!message_.size())
        message_.zeros(format_.header);
    if (set != set_) {
        close_set();
        set_ = set;
        set_at_ = message_.size();
        message_.u16(set);
        message_.u16(0);
    }
    message_.bytes(record);
    ++records_;
    data_ += set >= k_first_template;
}

void Templated::close_set() {
    if (!set_)
        return;
    message_.pad4();
    message_.patch16(set_at_ + 2, message_.size() - set_at_);
    set_.reset();
}

void Templated::close_message() {
    close_set();
    messages_.push_back({message_.take(), std::exchange(records_, 0), std::exchange(data_, 0)});
    ++closed_;
}

std::vector<Message> Templated::take() {
    if (message_.size())
        close_message();
    return std::exchange(messages_, {});
}

} // namespace bvs::netflow
