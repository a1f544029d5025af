// SPDX-License-Identifier: Apache-2.0
//
// The pipeline's and tunnels' maps in the kernel, empty, and a reader that finds rules as BPF does.
#pragma once

#include "maps/pipeline_maps.h"

#include <map>
#include <memory>
#include <string>

namespace bvs::maps {

class KernelMaps {
  public:
    KernelMaps();
    ~KernelMaps();
    KernelMaps(const KernelMaps &) = delete;
    KernelMaps &operator=(const KernelMaps &) = delete;

    // As a daemon opens them; more than once is a restart.
    std::unique_ptr<PipelineMaps> open() const;
    int fd(const std::string &name) const { return fds_.at(name); }

  private:
    int plain(const std::string &name, std::uint32_t value_size, std::uint32_t entries);
    void hash(const std::string &name, std::uint32_t key_size, std::uint32_t value_size,
              std::uint32_t entries);
    void chunks(const std::string &name, std::uint32_t value_size, std::uint32_t values,
                std::uint32_t most);
    std::map<std::string, int> fds_;
};

// The rule that a packet of this bridge meets in a table; 0: none.
std::uint32_t look_up(const PipelineMaps &maps, std::uint32_t bridge, std::uint8_t table,
                      const bvs_flow &flow);

} // namespace bvs::maps
