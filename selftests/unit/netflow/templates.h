// SPDX-License-Identifier: Apache-2.0
//
// A collector of NetFlow v9 or IPFIX: it learns templates and reads records by them.
#pragma once

#include "selftests/unit/netflow/records.h"

namespace bvs::netflow {

struct CollectorFormat {
    std::size_t header;
    std::uint16_t template_set;
    std::uint16_t options_set;
    bool enterprises;
};

class Collector {
  public:
    using Fields =
        std::map<std::string, std::string>; // by number, those of an enterprise "898@6876"

    explicit Collector(const CollectorFormat &format) : format_(format) {}

    std::vector<Fields> records; // all data, options' as well
    std::vector<std::uint16_t> record_templates;
    std::vector<std::uint16_t> templates; // as they came

    void read(ByteSpan message) {
        Cursor cursor(message);
        cursor.bytes(format_.header);
        while (cursor.left()) {
            const auto set = cursor.number(2);
            const auto length = cursor.number(2);
            ASSERT_GE(length, 4U);
            ASSERT_EQ(length % 4, 0U);
            Cursor body(cursor.bytes(length - 4));
            if (set == format_.template_set)
                while (body.left() >= 4)
                    learn(body);
            else if (set == format_.options_set)
                learn_options(body);
            else
                read_data(static_cast<std::uint16_t>(set), body);
        }
    }

  private:
    struct Field {
        std::string name;
        std::size_t length;
    };

    Field read_field(Cursor &cursor) {
        const auto id = cursor.number(2);
        const auto length = cursor.number(2);
        if (format_.enterprises && id & 0x8000)
            return {fmt::format("{}@{}", id & 0x7fff, cursor.number(4)), length};
        return {std::to_string(id), length};
    }
    void learn(Cursor &cursor) {
        const auto id = static_cast<std::uint16_t>(cursor.number(2));
        auto &fields = fields_[id];
        fields.clear();
        for (auto count = cursor.number(2); count > 0; --count)
            fields.push_back(read_field(cursor));
        templates.push_back(id);
    }
    void learn_options(Cursor &cursor) {
        const auto id = static_cast<std::uint16_t>(cursor.number(2));
        const auto first = cursor.number(2);
        const auto second = cursor.number(2);
        // NetFlow v9 gives the bytes of scopes and others, IPFIX the number of all and of scopes.
        const auto count = format_.enterprises ? first : (first + second) / 4;
        auto &fields = fields_[id];
        fields.clear();
        for (std::uint64_t i = 0; i < count; ++i) {
            fields.push_back(read_field(cursor));
            if (!format_.enterprises && i < first / 4)
                fields.back().name = "scope " + fields.back().name;
        }
        templates.push_back(id);
    }
    void read_data(std::uint16_t set, Cursor &cursor) {
        ASSERT_TRUE(fields_.contains(set)) << "no template " << set;
        while (cursor.left() > 3) {
            Fields fields;
            for (const auto &[name, length] : fields_[set]) {
                const auto size = length == 0xffff ? cursor.number(1) : length;
                fields[name] = cursor.hex(size);
            }
            records.push_back(fields);
            record_templates.push_back(set);
        }
    }

    CollectorFormat format_;
    std::map<std::uint16_t, std::vector<Field>> fields_;
};

} // namespace bvs::netflow
