// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/table.h"

#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;
using model::TableConfig;
using model::TableStats;

namespace {

constexpr std::uint32_t k_deprecated = 3; // what a miss did in 1.1 and 1.2; nothing since
constexpr std::uint32_t k_eviction = 1 << 2;
constexpr std::uint32_t k_vacancy_events = 1 << 3;

constexpr std::uint16_t k_eviction_property = 2;
constexpr std::uint16_t k_vacancy_property = 3;
constexpr std::uint32_t k_by_importance_and_lifetime = 1 << 1 | 1 << 2;

constexpr std::uint8_t k_vacancy_down = 3; // OFPTR_VACANCY_DOWN
constexpr std::uint8_t k_vacancy_up = 4;

constexpr std::size_t k_name = 32;

Answer<> read_table_properties(Reader &reader, TableConfig &config) {
    return read_properties(reader, [&](Property &property) -> Answer<> {
        if (property.type == k_eviction_property)
            return {};
        if (property.type != k_vacancy_property)
            return model::refuse(Refusal::features_bad_type,
                                 fmt::format("table property {}", property.type));
        config.vacancy_down = property.body.u8();
        config.vacancy_up = property.body.u8();
        if (config.vacancy_down > config.vacancy_up || config.vacancy_up > 100)
            return model::refuse(Refusal::features_bad_argument,
                                 fmt::format("vacancy from {} % down to {} % up",
                                             config.vacancy_down, config.vacancy_up));
        return {};
    });
}

void write_vacancy(Writer &writer, const TableConfig &config) {
    if (!config.vacancy_events && config.vacancy_down == 0 && config.vacancy_up == 0)
        return;
    std::size_t property = begin_property(writer, k_vacancy_property);
    writer.u8(config.vacancy_down);
    writer.u8(config.vacancy_up);
    writer.zeros(2); // what is vacant now
    end_property(writer, property);
}

// What is between the identifier and the counters: fields and actions, as bits of enumerations that
// later versions do not have. Nobody that we know reads them; all tables can do all.
struct Middle {
    std::size_t name_at, maximum_at, size;
};
constexpr Middle middle(Version version) {
    switch (version) {
    case Version::of10:
        return {.name_at = 3, .maximum_at = 3 + k_name + 4, .size = 3 + k_name + 8};
    case Version::of11:
        return {.name_at = 7, .maximum_at = 7 + k_name + 24, .size = 7 + k_name + 28};
    case Version::of12:
        return {.name_at = 7, .maximum_at = 7 + k_name + 64, .size = 7 + k_name + 68};
    default:
        return {.name_at = 0, .maximum_at = 0, .size = 3};
    }
}

} // namespace

std::uint32_t table_config_bits(const TableConfig &config) {
    return (config.eviction ? k_eviction : 0) | (config.vacancy_events ? k_vacancy_events : 0);
}

void set_table_config(TableConfig &config, std::uint32_t bits) {
    config.eviction = (bits & k_eviction) != 0;
    config.vacancy_events = (bits & k_vacancy_events) != 0;
}

Answer<TableMod> read_table_mod(Reader &reader, const Dialect &dialect) {
    TableMod mod;
    mod.config.table = reader.u8();
    reader.skip(3);
    std::uint32_t bits = reader.u32();
    bool has_properties = dialect.version >= Version::of14;
    if (bits & ~(k_deprecated | (has_properties ? k_eviction | k_vacancy_events : 0)))
        return model::refuse(Refusal::table_bad_config, fmt::format("table config {:#x}", bits));
    set_table_config(mod.config, bits);
    if (!has_properties)
        return mod;
    if (auto read = read_table_properties(reader, mod.config); !read)
        return std::unexpected(read.error());
    return mod;
}

void write_table_mod(Writer &writer, const TableMod &mod, const Dialect &dialect) {
    writer.u8(mod.config.table);
    writer.zeros(3);
    if (dialect.version < Version::of14) {
        writer.u32(0);
        return;
    }
    writer.u32(table_config_bits(mod.config));
    write_vacancy(writer, mod.config);
}

Answer<TableConfig> read_table_desc(Reader &reader, const Dialect &) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    TableConfig config;
    config.table = reader.u8();
    reader.skip(1);
    set_table_config(config, reader.u32());
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a table of {} bytes", length));
    Reader properties = reader.part(length - read);
    if (auto done = read_table_properties(properties, config); !done)
        return std::unexpected(done.error());
    return config;
}

void write_table_desc(Writer &writer, const TableConfig &config, const Dialect &) {
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u8(config.table);
    writer.zeros(1);
    writer.u32(table_config_bits(config));
    if (config.eviction) {
        std::size_t property = begin_property(writer, k_eviction_property);
        writer.u32(k_by_importance_and_lifetime);
        end_property(writer, property);
    }
    write_vacancy(writer, config);
    writer.patch_length(begun, begun);
}

Answer<TableStatus> read_table_status(Reader &reader, const Dialect &dialect) {
    std::uint8_t reason = reader.u8();
    if (reason != k_vacancy_down && reason != k_vacancy_up)
        return model::refuse(Refusal::bad_type, fmt::format("table status with reason {}", reason));
    reader.skip(7);
    auto config = read_table_desc(reader, dialect);
    if (!config)
        return std::unexpected(config.error());
    return TableStatus{*config, reason == k_vacancy_up};
}

void write_table_status(Writer &writer, const TableStatus &status, const Dialect &dialect) {
    writer.u8(status.vacancy_up ? k_vacancy_up : k_vacancy_down);
    writer.zeros(7);
    write_table_desc(writer, status.config, dialect);
}

Answer<TableStats> read_table_stats(Reader &reader, const Dialect &dialect) {
    TableStats stats;
    stats.table = reader.u8();
    Middle between = middle(dialect.version);
    if (between.maximum_at) {
        reader.skip(between.maximum_at);
        stats.max_entries = reader.u32();
    } else {
        reader.skip(between.size);
    }
    stats.active = reader.u32();
    stats.lookups = reader.u64();
    stats.matched = reader.u64();
    return stats;
}

void write_table_stats(Writer &writer, const TableStats &stats, const Dialect &dialect) {
    writer.u8(stats.table);
    Middle between = middle(dialect.version);
    if (between.maximum_at) {
        writer.zeros(between.name_at + k_name); // no name
        // All fields can be wildcarded.
        std::size_t bits = between.maximum_at - between.name_at - k_name;
        for (std::size_t i = 0; i < bits; i++)
            writer.u8(0xff);
        writer.u32(stats.max_entries);
    } else {
        writer.zeros(between.size);
    }
    writer.u32(stats.active);
    writer.u64(stats.lookups);
    writer.u64(stats.matched);
}

} // namespace bvs::wire
