// SPDX-License-Identifier: Apache-2.0
#include "loader/generation.h"

#include "maps/description.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace bvs::loader {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_prefix = "generation-";

// Maps that libbpf makes for a program's own constants and variables are no part of the state.
bool is_state(const bpf_map &map) {
    return !bpf_map__is_internal(&map);
}

maps::Description wanted(const bpf_map &map) {
    // The kernel keeps 15 characters of a name.
    return {.name = std::string(bpf_map__name(&map)).substr(0, BPF_OBJ_NAME_LEN - 1),
            .type = bpf_map__type(&map),
            .key_size = bpf_map__key_size(&map),
            .value_size = bpf_map__value_size(&map),
            .max_entries = bpf_map__max_entries(&map),
            .flags = bpf_map__map_flags(&map)};
}

} // namespace

std::string Generations::folder(unsigned number) const {
    return fmt::format("{}/{}{}", pin_dir_, k_prefix, number);
}

std::vector<unsigned> Generations::list() const {
    std::vector<unsigned> numbers;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(pin_dir_, ignored)) {
        const auto name = entry.path().filename().string();
        unsigned number = 0;
        if (!name.starts_with(k_prefix))
            continue;
        const auto *end = name.data() + name.size();
        const auto parsed = std::from_chars(name.data() + k_prefix.size(), end, number);
        if (parsed.ec == std::errc() && parsed.ptr == end)
            numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

Result<bvs_datapath_info> Generations::info(unsigned number) const {
    const auto path = folder(number) + "/datapath_info";
    const Descriptor map(bpf_obj_get(path.c_str()));
    if (!map)
        return fail_errno(errno, "cannot open {}", path);
    const auto description = maps::describe(map.get());
    if (!description || description->value_size != sizeof(bvs_datapath_info))
        return fail("{} is not a datapath's", path);
    bvs_datapath_info info = {};
    const std::uint32_t first = 0;
    if (bpf_map_lookup_elem(map.get(), &first, &info))
        return fail_errno(errno, "cannot read {}", path);
    return info;
}

bool Generations::fits(unsigned number, const bpf_object &object, std::uint32_t abi_version) const {
    const auto said = info(number);
    if (!said || said->magic != BVS_MAGIC || said->abi_version != abi_version)
        return false;
    const bpf_map *map = nullptr;
    bpf_object__for_each_map(map, &object) {
        if (!is_state(*map))
            continue;
        const Descriptor there(bpf_obj_get((folder(number) + "/" + bpf_map__name(map)).c_str()));
        auto found = there ? maps::describe(there.get()) : fail("no such map");
        if (found) // of a devmap the kernel says more than it was told
            found->flags &= ~static_cast<std::uint32_t>(BPF_F_RDONLY_PROG);
        if (!found || *found != wanted(*map))
            return false;
    }
    return true;
}

Result<> Generations::adopt(unsigned number, bpf_object &object) const {
    bpf_map *map = nullptr;
    bpf_object__for_each_map(map, &object) {
        if (!is_state(*map))
            continue;
        const auto path = folder(number) + "/" + bpf_map__name(map);
        const Descriptor there(bpf_obj_get(path.c_str()));
        if (!there)
            return fail_errno(errno, "cannot open {}", path);
        if (const int error = bpf_map__reuse_fd(map, there.get()))
            return fail_errno(-error, "cannot take over {}", path);
    }
    return {};
}

Result<> Generations::publish(unsigned number, bpf_object &object) const {
    const auto building = pin_dir_ + "/building";
    std::error_code error;
    fs::remove_all(building, error);
    if (!fs::create_directories(building, error) && error)
        return fail("cannot make {}: {}", building, error.message());
    bpf_map *map = nullptr;
    bpf_object__for_each_map(map, &object) {
        const auto path = building + "/" + bpf_map__name(map);
        if (is_state(*map) && bpf_obj_pin(bpf_map__fd(map), path.c_str()))
            return fail_errno(errno, "cannot pin {}", path);
    }
    fs::rename(building, folder(number), error);
    if (error)
        return fail("cannot rename {} to {}: {}", building, folder(number), error.message());
    return {};
}

std::vector<std::uint32_t> Generations::netdevs(unsigned number) const {
    const Descriptor map(bpf_obj_get((folder(number) + "/ports").c_str()));
    const auto description = map ? maps::describe(map.get()) : fail("no such map");
    std::vector<std::uint32_t> found;
    if (!description || description->value_size < sizeof(std::uint32_t))
        return found;
    std::vector<std::byte> entry(description->value_size);
    for (std::uint32_t port = 0; port < description->max_entries; ++port) {
        std::uint32_t ifindex = 0;
        if (bpf_map_lookup_elem(map.get(), &port, entry.data()))
            break;
        std::memcpy(&ifindex, entry.data(), sizeof ifindex);
        if (ifindex)
            found.push_back(ifindex);
    }
    return found;
}

void Generations::remove(unsigned number) const {
    std::error_code ignored;
    fs::remove_all(folder(number), ignored);
}

} // namespace bvs::loader
