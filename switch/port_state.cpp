// SPDX-License-Identifier: Apache-2.0
#include "switch/port_state.h"

#include "maps/abi.h"
#include "ofagent/text/flow.h"
#include "ofagent/text/match.h"

#include <bit>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

namespace bvs::daemon {

using nlohmann::json;
using std::chrono::seconds;

namespace {

constexpr int k_version = 1;
constexpr std::uint64_t k_longest = 4'000'000'000; // seconds, as nanoseconds fit as well

json describe(const model::FlowStats &flow, const text::Style &style) {
    return {{"flow", text::format(flow, text::Detail::flow, style)},
            {"packets", flow.counters.packets},
            {"bytes", flow.counters.bytes},
            {"age", flow.hard_age.count()},
            {"idle", flow.idle.count()}};
}

json describe(const PortAddress &address) {
    return {{"vlan", address.vlan},
            {"mac", model::to_string(address.mac)},
            {"static", address.is_static},
            {"age", address.age.count()}};
}

json describe(const model::TlvMapping &option) {
    return {{"field", model::info(model::Field::tun_metadata0 + option.index).name},
            {"class", option.option_class},
            {"type", option.type},
            {"bytes", option.bytes}};
}

// An object with the members that a reader asks for, and no others.
class Object {
  public:
    Object(const json &value, std::string what) : value_(value), what_(std::move(what)) {
        if (!value.is_object())
            refuse("is no JSON object");
    }

    std::string text(const char *name) {
        const auto *found = find(name);
        if (found && found->is_string())
            return found->get<std::string>();
        refuse_member(name, "a text");
        return {};
    }
    bool flag(const char *name) {
        const auto *found = find(name);
        if (found && found->is_boolean())
            return found->get<bool>();
        refuse_member(name, "true or false");
        return false;
    }
    std::uint64_t number(const char *name, std::uint64_t most = ~0ULL) {
        const auto *found = find(name);
        if (found && found->is_number_unsigned() && found->get<std::uint64_t>() <= most)
            return found->get<std::uint64_t>();
        refuse_member(name, most == ~0ULL ? "a whole number from 0"
                                          : fmt::format("a whole number from 0 to {}", most));
        return 0;
    }
    seconds time(const char *name) { return seconds(number(name, k_longest)); }
    const json &list(const char *name) {
        static const json none = json::array();
        const auto *found = find(name);
        if (found && found->is_array())
            return *found;
        refuse_member(name, "a list");
        return none;
    }

    void refuse(std::string_view why) {
        if (!fault_)
            fault_ = Error{fmt::format("{} {}", what_, why)};
    }
    const std::optional<Error> &fault() const { return fault_; }

  private:
    const json *find(const char *name) const {
        const auto found = value_.is_object() ? value_.find(name) : value_.end();
        return value_.is_object() && found != value_.end() ? &*found : nullptr;
    }
    void refuse_member(const char *name, std::string_view expected) {
        const auto *found = find(name);
        refuse(fmt::format("has {} \"{}\": expected {}", found ? "a wrong" : "no", name, expected));
    }

    const json &value_;
    std::string what_;
    std::optional<Error> fault_;
};

Result<model::FlowStats> read_flow(const json &value, std::size_t index, const text::Ports &ports) {
    Object object(value, fmt::format("flow {} of the document", index));
    const auto line = object.text("flow");
    const model::FlowCounters counters{object.number("packets"), object.number("bytes")};
    const auto age = object.time("age"), idle = object.time("idle");
    if (object.fault())
        return std::unexpected(*object.fault());
    auto mod = text::parse_flow_mod(line, model::FlowCommand::add, ports);
    if (mod && mod->table == model::k_all_tables)
        mod = fail("all tables are none");
    if (!mod)
        return fail("flow {} of the document, \"{}\": {}", index, line, mod.error().message);
    mod->flags.check_overlap = mod->flags.reset_counts = false; // say how to add it, not what it is
    return model::FlowStats{.table = mod->table,
                            .priority = mod->priority,
                            .match = mod->match,
                            .instructions = mod->instructions,
                            .cookie = mod->cookie,
                            .idle_timeout = mod->idle_timeout,
                            .hard_timeout = mod->hard_timeout,
                            .flags = mod->flags,
                            .importance = mod->importance,
                            .counters = counters,
                            .duration = age,
                            .idle = idle,
                            .hard_age = age};
}

Result<PortAddress> read_address(const json &value, std::size_t index) {
    Object object(value, fmt::format("address {} of the document", index));
    PortAddress address{.vlan = static_cast<std::uint16_t>(object.number("vlan", BVS_VLANS - 1)),
                        .is_static = object.flag("static"),
                        .age = object.time("age")};
    const auto mac = model::parse_mac(object.text("mac"));
    if (!mac || (*mac)[0] & 1)
        object.refuse("has a \"mac\" that is not the Ethernet address of a device");
    if (object.fault())
        return std::unexpected(*object.fault());
    address.mac = *mac;
    return address;
}

Result<model::TlvMapping> read_option(const json &value, std::size_t index) {
    Object object(value, fmt::format("option {} of the document", index));
    const auto field = model::find_field(object.text("field")).value_or(model::Field::in_port);
    if (!model::is_option(field))
        object.refuse("has a \"field\" that is not one of tun_metadata0 to tun_metadata63");
    const model::TlvMapping option{
        .option_class = static_cast<std::uint16_t>(object.number("class", 0xffff)),
        .type = static_cast<std::uint8_t>(object.number("type", 0xff)),
        .bytes = static_cast<std::uint8_t>(object.number("bytes", BVS_MOST_OPTION_BYTES)),
        .index = static_cast<std::uint16_t>(field - model::Field::tun_metadata0)};
    if (object.fault())
        return std::unexpected(*object.fault());
    return option;
}

// Here a field may be another option, or none.
Result<> check_options(const PortState &state) {
    model::OptionSet known = 0;
    for (const auto &option : state.options)
        known |= 1ULL << option.index;
    for (std::size_t i = 0; i < state.flows.size(); ++i) {
        const auto &flow = state.flows[i];
        const auto unknown =
            (model::options_in(flow.match) | model::options_in(flow.instructions)) & ~known;
        if (unknown)
            return fail("flow {} of the document names tun_metadata{}, which is not among its "
                        "\"options\"",
                        i, std::countr_zero(unknown));
    }
    return {};
}

// What a later flow replaces would be there anew after each import. Matches are compared as text:
// options have no place in words before the bridge knows them.
Result<> check_unique(const std::vector<model::FlowStats> &flows) {
    std::set<std::tuple<std::uint8_t, std::uint16_t, std::string>> seen;
    for (std::size_t i = 0; i < flows.size(); ++i)
        if (!seen.emplace(flows[i].table, flows[i].priority,
                          text::format(flows[i].match, text::nameless()))
                 .second)
            return fail(
                "flow {} of the document has the table, priority and match of an earlier one", i);
    return {};
}

} // namespace

std::string to_json(const PortState &state, const PortsOfState &ports) {
    json flows = json::array(), addresses = json::array();
    for (const auto &flow : state.flows)
        flows.push_back(describe(flow, {.ports = ports}));
    for (const auto &address : state.addresses)
        addresses.push_back(describe(address));
    json document{{"version", k_version},
                  {"port", ports.own_name()},
                  {"flows", std::move(flows)},
                  {"addresses", std::move(addresses)}};
    for (const auto &option : state.options)
        document["options"].push_back(describe(option));
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<PortState> parse_port_state(std::string_view text, const text::Ports &ports,
                                   std::uint32_t number) {
    const auto document = json::parse(text, nullptr, false);
    if (document.is_discarded())
        return fail("the document is not JSON");
    Object object(document, "the document");
    const auto version = object.number("version");
    if (!object.fault() && version != k_version)
        return fail("the document has version {}; this bvsd reads version {}", version, k_version);
    const PortsOfState names(ports, object.text("port"), number);
    const auto &flows = object.list("flows"), &addresses = object.list("addresses");
    if (object.fault())
        return std::unexpected(*object.fault());
    PortState state;
    for (const auto &flow : flows) {
        auto read = read_flow(flow, state.flows.size(), names);
        if (!read)
            return std::unexpected(read.error());
        state.flows.push_back(std::move(*read));
    }
    for (const auto &address : addresses) {
        auto read = read_address(address, state.addresses.size());
        if (!read)
            return std::unexpected(read.error());
        state.addresses.push_back(*read);
    }
    if (const auto options = document.find("options"); options != document.end())
        for (const auto &option : object.list("options")) {
            auto read = read_option(option, state.options.size());
            if (!read)
                return std::unexpected(read.error());
            state.options.push_back(*read);
        }
    if (object.fault())
        return std::unexpected(*object.fault());
    if (auto known = check_options(state); !known)
        return std::unexpected(known.error());
    if (auto unique = check_unique(state.flows); !unique)
        return std::unexpected(unique.error());
    return state;
}

} // namespace bvs::daemon
