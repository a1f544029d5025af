// SPDX-License-Identifier: Apache-2.0
#include "loader/clock.h"

#include <array>
#include <bpf/bpf.h>
#include <ctime>
#include <unistd.h>

namespace bvs::loader {

namespace {

constexpr std::array<bpf_insn, 5> k_store_ticks = {{
    {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 1, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_CALL, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = BPF_FUNC_jiffies64},
    {.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 6, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
}};

// The time of the last tick.
std::uint64_t coarse_ns() {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * std::uint64_t{1'000'000'000} +
           static_cast<std::uint64_t>(now.tv_nsec);
}

Result<std::uint64_t> read_ticks(int program) {
    std::uint64_t ticks = 0;
    bpf_test_run_opts run = {};
    run.sz = sizeof run;
    run.ctx_in = &ticks;
    run.ctx_size_in = sizeof ticks;
    if (bpf_prog_test_run_opts(program, &run))
        return fail_errno(errno, "cannot read the kernel's ticks");
    return ticks;
}

// Until no tick comes between the two clocks.
Result<std::uint64_t> read_origin(int program, std::uint64_t tick_ns) {
    for (;;) {
        const auto before = coarse_ns();
        const auto ticks = read_ticks(program);
        if (!ticks)
            return ticks;
        if (coarse_ns() == before)
            return before - *ticks * tick_ns;
    }
}

} // namespace

Result<Clock> read_clock() {
    bpf_prog_load_opts how = {};
    how.sz = sizeof how;
    how.prog_flags = BPF_F_SLEEPABLE; // as all of that type
    const int program = bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "bvs_clock", "GPL",
                                      k_store_ticks.data(), k_store_ticks.size(), &how);
    if (program < 0)
        return fail_errno(errno, "the kernel refuses a program that reads its ticks");
    timespec tick = {};
    clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
    const auto tick_ns = static_cast<std::uint64_t>(tick.tv_nsec);
    const auto origin = read_origin(program, tick_ns);
    close(program);
    if (!origin)
        return std::unexpected(origin.error());
    return Clock{.tick_ns = tick_ns, .origin = *origin};
}

} // namespace bvs::loader
