// SPDX-License-Identifier: Apache-2.0
//
// Whatever bytes a server sends: they are cut into the same messages however they arrive, what is
// understood comes back as it was, and a session stays on its feet.
#include "ovsdb/jsonrpc.h"
#include "ovsdb/session.h"
#include "ovsdb/stream.h"

#include <cstdlib>

namespace {

using namespace bvs::ovsdb;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

struct Split {
    std::vector<std::string> texts;
    std::string error;

    bool operator==(const Split &) const = default;
};

Split split(std::string_view first, std::string_view second) {
    Splitter splitter(1 << 12);
    Split split;
    for (auto piece : {first, second}) {
        splitter.feed(piece);
        for (;;) {
            auto text = splitter.next();
            if (!text) {
                split.error = text.error().message;
                return split;
            }
            if (!*text)
                break;
            split.texts.emplace_back(**text);
        }
    }
    return split;
}

// A session that has got as far as to wait for this answer takes it from there.
void converse(std::string_view bytes) {
    static constexpr std::string_view k_opening =
        R"({"id":1,"result":{},"error":null}{"id":2,"result":{"Database":{)"
        R"("aaaaaaaa-0000-0000-0000-000000000000":{"new":{"name":"Zoo"}}}},"error":null})";
    static constexpr std::string_view k_schema =
        R"({"id":3,"result":{"name":"Zoo","tables":{"Cage":{"indexes":[["name"]],"columns":{)"
        R"("name":{"type":"string"},"open":{"type":"boolean"},)"
        R"("numbers":{"type":{"key":"integer","min":0,"max":9}},)"
        R"("config":{"type":{"key":"string","value":"string","min":0,"max":9}}}}}},"error":null})";
    for (int told = 0; told < 3; told++) {
        Session session({.database = "Zoo", .selection = {{"Cage", {}}}, .lock = "keeper"});
        Time now;
        session.start(now);
        session.on_connected(now);
        if (told > 0)
            session.on_bytes(k_opening, now);
        if (told > 1)
            session.on_bytes(k_schema, now);
        session.on_bytes(bytes, now);
        session.transact(Transaction("Zoo"));
        session.on_timer(session.deadline());
        session.on_disconnected({}, now);
        for (const auto &wish : session.take_wishes())
            if (const auto *send = std::get_if<SendWish>(&wish))
                claim(decode(send->bytes).has_value());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char *>(data), size);
    auto whole = split(bytes, "");
    std::size_t at = size == 0 ? 0 : data[size - 1] % size;
    claim(split(bytes.substr(0, at), bytes.substr(at)) == whole);
    for (const auto &text : whole.texts)
        if (auto message = decode(text))
            claim(decode(encode(*message)) == *message);
    converse(bytes);
    return 0;
}
