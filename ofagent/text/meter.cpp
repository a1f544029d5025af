// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/meter.h"

#include "ofagent/text/duration.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::Band;
using model::BandType;
using model::MeterCommand;
using model::MeterFlags;
using model::MeterMod;

namespace {

struct MeterName {
    std::string_view name;
    std::uint32_t number;
};
constexpr auto k_names = std::to_array<MeterName>({{"slowpath", model::k_slowpath_meter},
                                                   {"controller", model::k_controller_meter},
                                                   {"all", model::k_all_meters}});

struct FlagName {
    std::string_view name;
    bool MeterFlags::*flag;
};
constexpr auto k_flags = std::to_array<FlagName>({{"kbps", &MeterFlags::kbps},
                                                  {"pktps", &MeterFlags::packets},
                                                  {"burst", &MeterFlags::burst},
                                                  {"stats", &MeterFlags::stats}});

std::string format_meter_id(std::uint32_t meter) {
    const auto row = std::ranges::find(k_names, meter, &MeterName::number);
    return row == k_names.end() ? fmt::format("{}", meter) : std::string(row->name);
}

Result<BandType> parse_band_type(std::string_view text) {
    if (text == "drop")
        return BandType::drop;
    if (text == "dscp_remark")
        return BandType::dscp_remark;
    return fail("unknown band type \"{}\": expected drop or dscp_remark", text);
}

struct SaidBand {
    std::optional<BandType> type;
    std::optional<std::uint32_t> rate, burst;
    std::optional<std::uint8_t> precedence;
};

// What was said of a band makes sense with the meter's flags.
Result<Band> check_band(const SaidBand &said, const MeterFlags &flags) {
    if (!said.type)
        return fail("band must have 'type': drop or dscp_remark");
    if (!said.rate)
        return fail("band must have 'rate'");
    if (said.burst && !flags.burst)
        return fail("band may have 'burst_size' only when 'burst' flag is set");
    if (flags.burst && !said.burst)
        return fail("band must have 'burst_size' when 'burst' flag is set");
    const bool remark = *said.type == BandType::dscp_remark;
    if (remark && !said.precedence.value_or(0))
        return fail("'dscp_remark' band must have 'prec_level'");
    if (!remark && said.precedence)
        return fail("only a 'dscp_remark' band may have 'prec_level'");
    return Band{*said.type, *said.rate, said.burst.value_or(0), said.precedence.value_or(0)};
}

template <class T>
Result<> remember(std::optional<T> &to, const Result<T> &from) {
    if (!from)
        return std::unexpected(from.error());
    to = *from;
    return {};
}

Result<> take_band_word(SaidBand &said, const Word &word) {
    if (word.key == "type")
        return remember(said.type, parse_band_type(word.value));
    if (word.key == "rate")
        return remember(said.rate, number_of<std::uint32_t>(word.key, word.value));
    if (word.key == "burst_size")
        return remember(said.burst, number_of<std::uint32_t>(word.key, word.value));
    if (word.key == "prec_level")
        return remember(said.precedence, number_of<std::uint8_t>(word.key, word.value));
    return fail("unknown keyword \"{}\": expected type, rate, burst_size or prec_level", word.key);
}

// Each band begins with its type.
Result<std::vector<Band>> parse_bands(std::string_view text, const MeterFlags &flags) {
    std::vector<SaidBand> said;
    Scanner scanner(text);
    while (const auto word = scanner.next()) {
        if (said.empty() || word->key == "type")
            said.emplace_back();
        if (const auto done = take_band_word(said.back(), *word); !done)
            return std::unexpected(done.error());
    }
    std::vector<Band> bands;
    for (const auto &one : said) {
        const auto band = check_band(one, flags);
        if (!band)
            return std::unexpected(band.error());
        bands.push_back(*band);
    }
    return bands;
}

Result<> take_word(model::MeterConfig &to, const Word &word, bool removes) {
    if (word.key == "meter")
        return assign(to.meter, parse_meter_id(word.value));
    const auto row = std::ranges::find(k_flags, word.key, &FlagName::name);
    if (row == k_flags.end() || removes)
        return fail("unknown keyword \"{}\": expected {}", word.key,
                    removes ? "meter" : "meter, kbps, pktps, burst, stats or bands");
    to.flags.*row->flag = true;
    return {};
}

// "band=" or "bands=", of which only the first counts: further ones begin with a type, too.
std::optional<Halves> split_bands(std::string_view text) {
    const auto halves = split(text, "band");
    const auto equals = halves ? split(halves->after, "=") : std::nullopt;
    return equals ? std::optional(Halves{halves->before, equals->after}) : std::nullopt;
}

Result<> finish(MeterMod &mod, std::string_view bands) {
    auto &[meter, flags, all] = mod.config;
    if (!meter)
        return fail("must specify a meter: meter=NUMBER");
    if (flags.kbps == flags.packets)
        return fail("meter {} must specify either 'kbps' or 'pktps'", meter);
    return assign(all, parse_bands(bands, flags));
}

} // namespace

Result<std::uint32_t> parse_meter_id(std::string_view text) {
    const auto row = std::ranges::find(k_names, text, &MeterName::name);
    if (row != k_names.end())
        return row->number;
    const auto number = parse_number(text, model::k_max_meter);
    if (!number || !*number)
        return fail("invalid meter \"{}\": expected a number from 1 to {}, slowpath, controller or "
                    "all",
                    text, model::k_max_meter);
    return static_cast<std::uint32_t>(*number);
}

Result<MeterMod> parse_meter_mod(std::string_view text, MeterCommand command) {
    const bool removes = command == MeterCommand::remove;
    MeterMod mod{.command = command, .config = {}};
    const auto bands = split_bands(text);
    if (!removes && !bands)
        return fail("must specify bands: bands=type=drop,rate=RATE");
    Scanner scanner(bands ? bands->before : text);
    while (const auto word = scanner.next())
        if (const auto done = take_word(mod.config, *word, removes); !done)
            return std::unexpected(done.error());
    if (removes && bands)
        return fail("a meter that is to be removed is named without bands");
    if (removes) {
        mod.config.meter = mod.config.meter ? mod.config.meter : model::k_all_meters;
        return mod;
    }
    if (const auto done = finish(mod, bands->after); !done)
        return std::unexpected(done.error());
    return mod;
}

std::string format(const model::MeterConfig &meter) {
    auto out = fmt::format("meter={}", format_meter_id(meter.meter));
    for (const auto &[name, flag] : k_flags)
        if (meter.flags.*flag)
            out += fmt::format(" {}", name);
    out += " bands=";
    for (const auto &band : meter.bands) {
        const bool remark = band.type == BandType::dscp_remark;
        out += fmt::format("\ntype={} rate={}", remark ? "dscp_remark" : "drop", band.rate);
        if (meter.flags.burst)
            out += fmt::format(" burst_size={}", band.burst);
        if (remark)
            out += fmt::format(" prec_level={}", band.precedence);
    }
    return out;
}

std::string format(const model::MeterStats &stats) {
    auto out =
        fmt::format("meter:{} flow_count:{} packet_in_count:{} byte_in_count:{} duration:{} bands:",
                    format_meter_id(stats.meter), stats.flows, stats.counters.packets,
                    stats.counters.bytes, format_duration(stats.duration));
    for (std::size_t i = 0; i < stats.bands.size(); ++i)
        out += fmt::format("\n{}: packet_count:{} byte_count:{}", i, stats.bands[i].packets,
                           stats.bands[i].bytes);
    return out;
}

} // namespace bvs::text
