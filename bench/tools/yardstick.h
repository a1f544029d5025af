// SPDX-License-Identifier: Apache-2.0
//
// The programs of yardstick.bpf.c, loaded: one set a route.
#pragma once

#include "base/result.h"
#include "bench/tools/yardstick_abi.h"
#include "maps/array.h"

#include <bpf/libbpf.h>
#include <cstdint>
#include <memory>
#include <string>

namespace bvs::bench {

class Yardstick {
  public:
    static Result<Yardstick> load(const yardstick_route &route = {});

    int program(const char *name) const; // its descriptor
    Result<maps::Array<yardstick_arrivals>> arrivals() const;
    Result<maps::Array<yardstick_traffic>> traffic() const;
    // bench_vary hands its frames to this program from now on.
    Result<> measure(int program_fd) const;

  private:
    struct Close {
        void operator()(bpf_object *object) const { bpf_object__close(object); }
    };
    explicit Yardstick(bpf_object *object) : object_(object) {}
    int map(const char *name) const;

    std::unique_ptr<bpf_object, Close> object_;
};

// Attaches a tc program to the ingress of a netdev of this thread's namespace. With tcx it stays
// until the pin goes, with clsact until the netdev does.
Result<> attach_ingress(int program_fd, std::uint32_t ifindex, const std::string &pin);

} // namespace bvs::bench
