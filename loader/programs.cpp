// SPDX-License-Identifier: Apache-2.0
#include "loader/programs.h"

#include "loader/clock.h"
#include "loader/objects.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace bvs::loader {

namespace {

// libbpf has one printer for the whole process. Its warnings are of use only when something failed,
// so they are kept until then.
std::string &libbpf_words() {
    static std::string words;
    return words;
}

int keep_words(libbpf_print_level level, const char *format, va_list arguments) {
    if (level != LIBBPF_WARN)
        return 0;
    std::array<char, 1024> line = {};
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    libbpf_words() += line.data();
    return length;
}

} // namespace

Result<Programs::Object> Programs::parse(std::span<const std::byte> elf, const char *name) {
    bpf_object_open_opts options = {};
    options.sz = sizeof options;
    options.object_name = name;
    Object object(bpf_object__open_mem(elf.data(), elf.size(), &options));
    if (!object)
        return fail_errno(errno, "the BPF program {} in this binary is damaged", name);
    return object;
}

Result<std::unique_ptr<Programs>> Programs::open(Log log) {
    libbpf_set_print(nullptr); // it complains of each filter that is not there
    auto tc = parse(switch_tc_object(), "bvs_tc");
    if (!tc)
        return std::unexpected(tc.error());
    auto xdp = parse(switch_xdp_object(), "bvs_xdp");
    if (!xdp)
        return std::unexpected(xdp.error());
    return std::unique_ptr<Programs>(new Programs(std::move(log), std::move(*tc), std::move(*xdp)));
}

Programs::Programs(Log log, Object tc, Object xdp)
    : log_(std::move(log)), tc_(std::move(tc)), xdp_(std::move(xdp)),
      inject_{"bvs_inject", switch_inject_object()}, onward_{"bvs_onward", switch_onward_object()},
      underlay_{"bvs_underlay", switch_underlay_object()},
      gather_{"bvs_gather", switch_gather_object()},
      checksum_{"bvs_checksum", switch_checksum_object()} {}

Result<> Programs::load(std::uint64_t seed) {
    const auto clock = read_clock();
    if (!clock)
        return std::unexpected(clock.error());
    given_ = {.seed = seed, .tick_ns = clock->tick_ns, .origin = clock->origin};
    for (auto *object : {tc_.get(), xdp_.get()})
        if (auto ok = give(*object); !ok)
            return ok;
    if (auto ok = load(*tc_); !ok)
        return ok;
    if (auto ok = share_maps(*xdp_); !ok)
        return ok;
    return load(*xdp_);
}

Result<Programs::Object> Programs::load(const Late &late) {
    auto object = parse(late.elf, late.name);
    if (!object)
        return object;
    if (auto ok = give(**object); !ok)
        return std::unexpected(ok.error());
    if (auto ok = share_maps(**object); !ok)
        return std::unexpected(ok.error());
    if (auto ok = load(**object); !ok)
        return std::unexpected(ok.error());
    return object;
}

Result<> Programs::share_maps(bpf_object &object) {
    bpf_map *map = nullptr;
    bpf_object__for_each_map(map, &object) {
        if (bpf_map__is_internal(map))
            continue;
        const auto fd = map_fd(bpf_map__name(map));
        if (!fd)
            return std::unexpected(fd.error());
        if (const int error = bpf_map__reuse_fd(map, *fd))
            return fail_errno(-error, "the program {} cannot share map {}",
                              bpf_object__name(&object), bpf_map__name(map));
    }
    return {};
}

Result<> Programs::give(bpf_object &object) const {
    auto *place = bpf_object__find_map_by_name(&object, ".rodata.given");
    if (!place || bpf_map__set_initial_value(place, &given_, sizeof given_))
        return fail("the program {} has no place for what it is to be given",
                    bpf_object__name(&object));
    return {};
}

Result<> Programs::load(bpf_object &object) {
    libbpf_words().clear();
    libbpf_set_print(keep_words);
    const int error = bpf_object__load(&object);
    libbpf_set_print(nullptr);
    if (!error)
        return {};
    if (log_)
        log_(libbpf_words());
    return fail_errno(-error,
                      "the kernel does not accept the program {} (its reasons are in the log)",
                      bpf_object__name(&object));
}

Result<int> Programs::map_fd(std::string_view name) const {
    const auto *map = bpf_object__find_map_by_name(tc_.get(), std::string(name).c_str());
    const int fd = map ? bpf_map__fd(map) : -1;
    if (fd < 0)
        return fail("the datapath has no map {}", name);
    return fd;
}

int Programs::tc_fd() const {
    return bpf_program__fd(bpf_object__find_program_by_name(tc_.get(), "bvs_switch_tc"));
}

int Programs::xdp_fd() const {
    return bpf_program__fd(bpf_object__find_program_by_name(xdp_.get(), "bvs_switch_xdp"));
}

Result<int> Programs::fd_of(Late &late) {
    if (!late.object)
        late.object = load(late);
    if (!*late.object)
        return std::unexpected(late.object->error());
    return bpf_program__fd(bpf_object__find_program_by_name(late.object->value().get(), late.name));
}

} // namespace bvs::loader
