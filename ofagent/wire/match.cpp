// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/match.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::FieldMatch;
using model::Match;
using model::Refusal;
using model::refuse;

namespace {

constexpr std::uint16_t k_oxm_match = 1; // OFPMT_OXM

std::unexpected<model::OpenFlowError> refuse_field(OxmFault fault) {
    switch (fault) {
    case OxmFault::bad_length:
        return refuse(Refusal::match_bad_length, "a field of the match has a wrong length");
    case OxmFault::unknown_field:
        return refuse(Refusal::match_bad_field, "the match has an unknown field");
    case OxmFault::bad_value:
        return refuse(Refusal::match_bad_value, "the match has a value too large for its field");
    case OxmFault::bad_wildcards:
        break;
    }
    return refuse(Refusal::match_bad_wildcards, "the match has a value outside of its mask");
}

Answer<> add_field(Match &match, Reader &reader) {
    auto field = read_oxm(reader);
    if (!field)
        return refuse_field(field.error());
    const model::FieldInfo &info = model::info(field->field);
    if (match.find(field->field))
        return refuse(Refusal::match_duplicate, fmt::format("the match has {} twice", info.name));
    if (info.masks == model::Masks::none && !field->mask.zero() &&
        field->mask != model::all_ones(info.bits))
        return refuse(Refusal::match_bad_mask, fmt::format("{} cannot be masked", info.name));
    match.set(field->field, field->value, field->mask);
    return {};
}

Answer<Match> sensible(Match match) {
    switch (match.fault()) {
    case Match::Fault::none:
        return match;
    case Match::Fault::bad_prerequisite:
        return refuse(Refusal::match_bad_prerequisite, "the match lacks a field's prerequisite");
    case Match::Fault::bad_value:
        return refuse(Refusal::match_bad_value, "the match has a value that cannot be");
    case Match::Fault::bad_mask:
        break;
    }
    return refuse(Refusal::match_bad_mask, "the match has a mask that cannot be");
}

} // namespace

Answer<Match> read_fields(Reader &reader) {
    Match match;
    while (reader.left())
        if (auto added = add_field(match, reader); !added)
            return std::unexpected(added.error());
    return match;
}

void write_fields(Writer &writer, const Match &match, const Dialect &dialect) {
    for (const FieldMatch &field : match.fields())
        write_oxm(writer, field, dialect);
}

Answer<NxmMatch> read_nxm_match(Reader &reader, std::size_t length) {
    Reader fields = reader.part(length);
    reader.skip(padding8(length));
    if (!reader.ok())
        return refuse(Refusal::match_bad_length, "the match is longer than its message");
    NxmMatch read;
    while (fields.left()) {
        if (!cookie_is_next(fields)) {
            if (auto added = add_field(read.match, fields); !added)
                return std::unexpected(added.error());
            continue;
        }
        if (read.cookie.mask)
            return refuse(Refusal::match_duplicate, "the match has the cookie twice");
        auto cookie = read_cookie(fields);
        if (!cookie)
            return refuse_field(cookie.error());
        read.cookie = *cookie;
    }
    auto match = sensible(std::move(read.match));
    if (!match)
        return std::unexpected(match.error());
    read.match = std::move(*match);
    return read;
}

std::uint16_t write_nxm_match(Writer &writer, const NxmMatch &match, const Dialect &dialect) {
    std::size_t start = writer.size();
    write_fields(writer, match.match, dialect);
    if (match.cookie.mask)
        write_cookie(writer, match.cookie);
    auto length = static_cast<std::uint16_t>(writer.size() - start);
    writer.pad8(start);
    return length;
}

Answer<Match> read_match(Reader &reader, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return read_match10(reader);
    constexpr std::size_t header = 4;
    std::uint16_t type = reader.u16();
    std::size_t length = reader.u16();
    if (!reader.ok() || length < header)
        return refuse(Refusal::match_bad_length, "the match is shorter than its header");
    if (type != k_oxm_match)
        return refuse(Refusal::match_bad_type,
                      fmt::format("a match of type {}; only OXM is known", type));
    Reader fields = reader.part(length - header);
    reader.skip(padding8(length));
    if (!reader.ok())
        return refuse(Refusal::match_bad_length, "the match is longer than its message");
    auto match = read_fields(fields);
    return match ? sensible(std::move(*match)) : match;
}

void write_match(Writer &writer, const Match &match, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return write_match10(writer, match);
    std::size_t start = writer.size();
    writer.u16(k_oxm_match);
    writer.u16(0);
    write_fields(writer, match, dialect);
    writer.patch_length(start + sizeof k_oxm_match, start);
    writer.pad8(start);
}

} // namespace bvs::wire
