// SPDX-License-Identifier: Apache-2.0
#include "loader/former.h"

#include "loader/descriptor.h"
#include "maps/description.h"
#include "maps/records.h"

#include <bpf/bpf.h>
#include <cstring>

namespace bvs::loader {

namespace {

constexpr std::size_t k_name_at = 8; // in bvs_bridge_entry

std::map<std::uint32_t, std::string> read_bridges(const std::string &path) {
    std::map<std::uint32_t, std::string> bridges;
    const Descriptor map(bpf_obj_get(path.c_str()));
    const auto description = map ? maps::describe(map.get()) : fail("no such map");
    if (!description || description->value_size < k_name_at + BVS_NAME_LEN)
        return bridges;
    std::vector<char> entry(description->value_size);
    for (std::uint32_t number = 1; number < description->max_entries; ++number) {
        if (bpf_map_lookup_elem(map.get(), &number, entry.data()))
            break;
        const auto *name = entry.data() + k_name_at;
        if (*name)
            bridges[number] = std::string(name, strnlen(name, BVS_NAME_LEN));
    }
    return bridges;
}

} // namespace

Former read_former(const std::string &folder) {
    Former former{.bridges = read_bridges(folder + "/bridges"), .records = {}};
    const Descriptor map(bpf_obj_get((folder + "/record_chunks").c_str()));
    const Descriptor made(bpf_obj_get((folder + "/record_chunks_made").c_str()));
    if (!map || !made)
        return former;
    if (const auto cells = maps::RecordArray::open(map.get(), "record_chunks", made.get()))
        maps::for_each_record(*cells, [&](std::span<const std::uint8_t> record) {
            former.records.emplace_back(record.begin(), record.end());
        });
    return former;
}

} // namespace bvs::loader
