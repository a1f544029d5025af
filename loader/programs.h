// SPDX-License-Identifier: Apache-2.0
//
// The programs and the maps they share, from ELF to descriptors. The tc object owns the maps;
// the XDP object uses the same.
#pragma once

#include "base/result.h"

#include <bpf/libbpf.h>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bvs::loader {

using Log = std::function<void(const std::string &)>;

class Programs {
  public:
    // Parses the objects; nothing is in the kernel yet, and maps may still be replaced.
    static Result<std::unique_ptr<Programs>> open(Log log);

    bpf_object &tc_object() { return *tc_; }

    // Makes the maps that nobody replaced, and loads the programs.
    Result<> load(std::uint64_t fdb_seed);

    Result<int> map_fd(std::string_view name) const;
    int tc_fd() const;
    int xdp_fd() const;
    int inject_fd() const; // runs frames from outside the ports

  private:
    struct Close {
        void operator()(bpf_object *object) const { bpf_object__close(object); }
    };
    using Object = std::unique_ptr<bpf_object, Close>;

    Programs(Log log, Object tc, Object xdp);
    Result<> share_maps();
    Result<> load(bpf_object &object, std::uint64_t fdb_seed);

    Log log_;
    Object tc_;
    Object xdp_;
};

} // namespace bvs::loader
