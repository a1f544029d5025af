// SPDX-License-Identifier: Apache-2.0
//
// The programs and the maps they share, from ELF to descriptors. The tc object owns the maps; the
// other objects use the same.
#pragma once

#include "base/result.h"
#include "maps/given.h"

#include <bpf/libbpf.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bvs::loader {

using Log = std::function<void(const std::string &)>;

class Programs {
  public:
    // Parses the objects; nothing is in the kernel yet, and maps may still be replaced.
    static Result<std::unique_ptr<Programs>> open(Log log);

    bpf_object &tc_object() { return *tc_; }

    // Makes the maps that nobody replaced, and loads the programs for ports.
    Result<> load(std::uint64_t seed);

    Result<int> map_fd(std::string_view name) const;
    int tc_fd() const;
    int xdp_fd() const;

    // Those that most switches never need. The first call loads one, which takes as long as the tc
    // program does; what became of that is the answer to all further ones.
    Result<int> inject_fd() { return fd_of(inject_); }     // for frames from outside the ports
    Result<int> onward_fd() { return fd_of(onward_); }     // at the egress of the onward device
    Result<int> underlay_fd() { return fd_of(underlay_); } // where packets of tunnels come in
    Result<int> gather_fd() { return fd_of(gather_); }     // there, at the XDP hook
    Result<int> checksum_fd() { return fd_of(checksum_); } // at the onward device's far end

  private:
    struct Close {
        void operator()(bpf_object *object) const { bpf_object__close(object); }
    };
    using Object = std::unique_ptr<bpf_object, Close>;

    struct Late {
        const char *name; // of the program
        std::span<const std::byte> elf;
        std::optional<Result<Object>> object = {}; // once it has been asked for
    };

    Programs(Log log, Object tc, Object xdp);
    static Result<Object> parse(std::span<const std::byte> elf, const char *name);
    Result<> give(bpf_object &object) const;
    Result<> share_maps(bpf_object &object);
    Result<> load(bpf_object &object);
    Result<Object> load(const Late &late);
    Result<int> fd_of(Late &late);

    Log log_;
    bvs_given given_{};
    Object tc_;
    Object xdp_;
    Late inject_;
    Late onward_;
    Late underlay_;
    Late gather_;
    Late checksum_;
};

} // namespace bvs::loader
