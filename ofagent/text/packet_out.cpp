// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/packet_out.h"

#include "ofagent/text/match.h"
#include "ofagent/text/scan.h"

#include <algorithm>

namespace bvs::text {

namespace {

std::optional<unsigned> digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

Result<model::Bytes> parse_packet(std::string_view text) {
    model::Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const auto high = digit(text[i]), low = digit(text[i + 1]);
        if (!high || !low)
            return fail("packet \"{}\" has \"{}\", which is no byte in hexadecimal", text,
                        text.substr(i, 2));
        bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
    }
    if (text.empty() || text.size() % 2)
        return fail("packet \"{}\" is no whole number of bytes in hexadecimal", text);
    return bytes;
}

} // namespace

Result<model::PacketOut> parse_packet_out(std::string_view text, const Ports &ports) {
    const auto place = std::min(text.find("action"), text.size());
    const auto actions = split(text.substr(place), "=");
    if (!actions)
        return fail("\"{}\" must specify an action: expected actions=ACTION,... at its end", text);
    model::PacketOut out;
    MatchReader metadata(ports);
    Scanner scanner(text.substr(0, place));
    while (const auto word = scanner.next()) {
        Result<bool> taken = true;
        Result<> done;
        if (word->key == "packet")
            done = assign(out.packet, parse_packet(word->value));
        else if (word->key == "in_port")
            done = assign(out.in_port, parse_port(word->value, ports));
        else
            taken = metadata.take(*word);
        if (!done || !taken)
            return std::unexpected(done ? taken.error() : done.error());
        if (!*taken)
            return fail("unknown keyword \"{}\": expected in_port, packet, actions or a field",
                        word->key);
    }
    if (out.packet.empty())
        return fail("\"{}\" must specify the packet: packet=BYTES in hexadecimal", text);
    if (const auto done = assign(out.metadata, metadata.finish()); !done)
        return std::unexpected(done.error());
    if (const auto done = assign(out.actions, parse_actions(actions->after, ports)); !done)
        return std::unexpected(done.error());
    return out;
}

} // namespace bvs::text
