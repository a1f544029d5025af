// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/group.h"

#include "ofagent/text/field_value.h"
#include "ofagent/text/scan.h"
#include "ofagent/text/subfield.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::Bucket;
using model::GroupCommand;
using model::GroupMod;
using model::GroupType;

namespace {

constexpr auto k_types =
    std::to_array<std::string_view>({"all", "select", "indirect", "ff"}); // at their numbers
constexpr std::string_view k_bucket = "bucket=", k_buckets = "buckets=";
constexpr std::size_t k_longest_method = 15;

Result<GroupType> parse_type(std::string_view text) {
    if (text == "fast_failover")
        return GroupType::fast_failover;
    const auto place = std::ranges::find(k_types, text);
    if (place == k_types.end())
        return fail("invalid group type \"{}\": expected one of {}", text,
                    fmt::join(k_types, ", "));
    return static_cast<GroupType>(place - k_types.begin());
}

Result<std::uint32_t> parse_id(std::string_view text, GroupCommand command) {
    if (text == "all" && command == GroupCommand::remove)
        return model::k_all_groups;
    return number_of<std::uint32_t>("group_id", text, model::k_max_group);
}

Result<std::uint32_t> parse_place(std::string_view text) {
    namespace place = model::bucket_place;
    if (text == "first")
        return place::first;
    if (text == "last")
        return place::last;
    if (text == "all")
        return place::all;
    if (const auto number = parse_number(text, place::max))
        return static_cast<std::uint32_t>(*number);
    return fail("invalid command_bucket_id \"{}\": expected first, last, all or a bucket's number",
                text);
}

Result<> take_bucket_word(Bucket &to, const Word &word, const Ports &ports, std::string &actions) {
    if (word.key == "weight")
        return assign(to.weight, number_of<std::uint16_t>("weight", word.value));
    if (word.key == "bucket_id")
        return assign(to.id, number_of<std::uint32_t>("bucket_id", word.value,
                                                      std::uint32_t{model::bucket_place::max}));
    if (word.key == "watch_port")
        return assign(to.watch_port, parse_port(word.value, ports));
    if (word.key == "watch_group")
        return assign(to.watch_group, number_of<std::uint32_t>("watch_group", word.value));
    const bool named = word.key == "actions" || word.key == "action";
    actions += fmt::format("{}{}", actions.empty() ? "" : ",", named ? word.value : word.whole);
    return {};
}

// Actions may stand among the other words, with or without "actions=" before them.
Result<Bucket> parse_bucket(std::string_view text, GroupType type, const Ports &ports) {
    Bucket bucket{.weight = static_cast<std::uint16_t>(type == GroupType::select)};
    std::string actions;
    Scanner scanner(text);
    while (const auto word = scanner.next())
        if (const auto done = take_bucket_word(bucket, *word, ports, actions); !done)
            return std::unexpected(done.error());
    if (actions.empty())
        return fail("bucket \"{}\" must specify actions", text);
    if (type == GroupType::fast_failover && bucket.watch_port == model::port::any &&
        bucket.watch_group == model::k_any_group)
        return fail("fast failover bucket \"{}\" requires watch_port or watch_group", text);
    if (const auto done = assign(bucket.actions, parse_actions(actions, ports)); !done)
        return std::unexpected(done.error());
    return bucket;
}

// "ip_src=255.255.255.0,tcp_src": the fields that are hashed, and which bits of them.
Result<> take_fields(model::GroupProperties &to, std::string_view text, const Ports &ports) {
    Scanner scanner(text);
    while (const auto word = scanner.next()) {
        const auto field = parse_field_name(word->key);
        if (!field)
            return std::unexpected(field.error());
        model::FieldMatch hashed{*field, {}, model::all_ones(model::info(*field).bits)};
        if (!word->value.empty()) {
            const auto mask = parse_field_value(model::info(*field), word->value, ports);
            if (!mask)
                return std::unexpected(mask.error());
            hashed.mask = mask->value;
        }
        to.fields.push_back(hashed);
    }
    return {};
}

class GroupReader {
  public:
    GroupReader(GroupCommand command, const Ports &ports) : ports_(ports) {
        mod_.command = command;
    }

    Result<> take(const Word &word);
    Result<> take_buckets(std::string_view text);
    Result<GroupMod> finish();

  private:
    bool makes_group() const;
    Result<> take_method(std::string_view name);

    const Ports &ports_;
    bool id_said_ = false, type_said_ = false, place_said_ = false;
    GroupMod mod_;
};

bool GroupReader::makes_group() const {
    return mod_.command == GroupCommand::add || mod_.command == GroupCommand::modify ||
           mod_.command == GroupCommand::add_or_modify;
}

Result<> GroupReader::take_method(std::string_view name) {
    if (name.empty() || name.size() > k_longest_method)
        return fail("invalid selection_method \"{}\": expected a name of 1 to {} characters", name,
                    k_longest_method);
    mod_.properties.selection_method = name;
    return {};
}

Result<> GroupReader::take(const Word &word) {
    if (word.key == "group_id") {
        id_said_ = true;
        return assign(mod_.group, parse_id(word.value, mod_.command));
    }
    if (word.key == "command_bucket_id" && !makes_group() && mod_.command != GroupCommand::remove) {
        place_said_ = true;
        return assign(mod_.place, parse_place(word.value));
    }
    if (makes_group()) {
        if (word.key == "type") {
            type_said_ = true;
            return assign(mod_.type, parse_type(word.value));
        }
        if (word.key == "selection_method")
            return take_method(word.value);
        if (word.key == "selection_method_param")
            return assign(mod_.properties.selection_param,
                          number_of<std::uint64_t>(word.key, word.value));
        if (word.key == "fields")
            return take_fields(mod_.properties, word.value, ports_);
    }
    return fail("unknown keyword \"{}\": expected one that ovs-ofctl(8) knows for groups here",
                word.key);
}

Result<> GroupReader::take_buckets(std::string_view text) {
    while (!text.empty()) {
        const auto next = std::min(text.find(k_bucket), text.find(k_buckets));
        auto bucket = parse_bucket(text.substr(0, next), mod_.type, ports_);
        if (!bucket)
            return std::unexpected(bucket.error());
        mod_.buckets.push_back(std::move(*bucket));
        if (next == std::string_view::npos)
            break;
        text.remove_prefix(text.find('=', next) + 1);
    }
    return {};
}

Result<GroupMod> GroupReader::finish() {
    const bool removes = mod_.command == GroupCommand::remove;
    if (!id_said_ && !removes)
        return fail("must specify a group_id");
    if (!id_said_)
        mod_.group = model::k_all_groups;
    if (makes_group() && !type_said_)
        return fail("group {} must specify a type: expected one of {}", mod_.group,
                    fmt::join(k_types, ", "));
    if (!makes_group() && !removes && !place_said_)
        return fail("must specify a command_bucket_id: first, last, all or a bucket's number");
    if (removes && !mod_.buckets.empty())
        return fail("a group that is to be removed is named without buckets");
    return std::move(mod_);
}

std::string format(const Bucket &bucket, GroupType type, const Style &style) {
    std::string out = "bucket=";
    if (bucket.id <= model::bucket_place::max)
        out += fmt::format("bucket_id:{},", bucket.id);
    if (bucket.weight != (type == GroupType::select ? 1 : 0))
        out += fmt::format("weight:{},", bucket.weight);
    if (bucket.watch_port != model::port::any)
        out += fmt::format("watch_port:{},", format_port(bucket.watch_port, style.ports));
    if (bucket.watch_group != model::k_any_group)
        out += fmt::format("watch_group:{},", bucket.watch_group);
    return out + "actions=" + format(bucket.actions, style);
}

std::string format(const model::GroupProperties &properties, const Style &style) {
    if (properties.selection_method.empty())
        return {};
    auto out = ",selection_method=" + properties.selection_method;
    if (properties.selection_param)
        out += fmt::format(",selection_method_param={}", properties.selection_param);
    std::vector<std::string> fields;
    for (const auto &[field, value, mask, tlv] : properties.fields) {
        const auto &info = model::info(field);
        const auto ones = model::all_ones(info.bits);
        const bool whole = model::is_whole(field, tlv, mask);
        fields.push_back(
            fmt::format("{}{}{}", info.name, whole ? "" : "=",
                        whole ? "" : format_field_value(info, {mask, ones}, style.ports)));
    }
    if (fields.size() == 1)
        out += ",fields=" + fields.front();
    else if (!fields.empty())
        out += fmt::format(",fields({})", fmt::join(fields, ","));
    return out;
}

} // namespace

Result<GroupMod> parse_group_mod(std::string_view text, GroupCommand command, const Ports &ports) {
    if (const auto done = check_parentheses(text); !done)
        return std::unexpected(done.error());
    const auto buckets = std::min(text.find("bucket="), text.find("buckets="));
    GroupReader reader(command, ports);
    Scanner scanner(text.substr(0, buckets));
    while (const auto word = scanner.next())
        if (const auto done = reader.take(*word); !done)
            return std::unexpected(done.error());
    if (buckets != std::string_view::npos)
        if (const auto done = reader.take_buckets(text.substr(text.find('=', buckets) + 1)); !done)
            return std::unexpected(done.error());
    return reader.finish();
}

std::string format(const model::GroupDescription &group, const Style &style) {
    auto out = fmt::format("group_id={},type={}", group.group,
                           k_types[static_cast<std::size_t>(group.type)]);
    out += format(group.properties, style);
    for (const auto &bucket : group.buckets)
        out += "," + format(bucket, group.type, style);
    return out;
}

} // namespace bvs::text
