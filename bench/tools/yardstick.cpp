// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/yardstick.h"

#include "loader/attachment.h"

#include <bpf/bpf.h>

// Defined by the assembler file that cmake/bpf.cmake writes.
extern "C" {
extern const std::byte yardstick_object_begin[];
extern const std::byte yardstick_object_end[];
}

namespace bvs::bench {

Result<Yardstick> Yardstick::load(const yardstick_route &route) {
    const auto size = static_cast<std::size_t>(yardstick_object_end - yardstick_object_begin);
    bpf_object_open_opts options = {};
    options.sz = sizeof options;
    options.object_name = "bvs_bench";
    Yardstick yardstick(bpf_object__open_mem(yardstick_object_begin, size, &options));
    if (!yardstick.object_)
        return fail_errno(errno, "the BPF programs in this binary are damaged");
    auto *place = bpf_object__find_map_by_name(yardstick.object_.get(), ".rodata.route");
    if (!place || bpf_map__set_initial_value(place, &route, sizeof route))
        return fail("the redirect program has no place for its route");
    if (const int error = bpf_object__load(yardstick.object_.get()))
        return fail_errno(-error, "the kernel does not accept the benchmark's BPF programs");
    return yardstick;
}

int Yardstick::program(const char *name) const {
    return bpf_program__fd(bpf_object__find_program_by_name(object_.get(), name));
}

int Yardstick::map(const char *name) const {
    return bpf_map__fd(bpf_object__find_map_by_name(object_.get(), name));
}

Result<maps::Array<yardstick_arrivals>> Yardstick::arrivals() const {
    return maps::Array<yardstick_arrivals>::open(map("arrivals"), "arrivals");
}

Result<maps::Array<yardstick_traffic>> Yardstick::traffic() const {
    return maps::Array<yardstick_traffic>::open(map("traffic"), "traffic");
}

Result<> Yardstick::measure(int program_fd) const {
    const std::uint32_t first = 0;
    if (bpf_map_update_elem(map("measured"), &first, &program_fd, BPF_ANY))
        return fail_errno(errno, "cannot hand frames to the program under measurement");
    return {};
}

Result<> attach_ingress(int program_fd, std::uint32_t ifindex, const std::string &pin) {
    return loader::kernel_has_tcx() ? loader::attach_tcx(program_fd, ifindex, pin)
                                    : loader::attach_clsact(program_fd, ifindex);
}

} // namespace bvs::bench
