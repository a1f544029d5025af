// SPDX-License-Identifier: Apache-2.0
//
// The datapath in the kernel: loads the programs, pins everything below one folder of a bpffs, and
// attaches ports. Nothing of it ends with the process; a later process adopts what it finds.
//
//   <pin_dir>/generation-<n>/<map>     the maps of a generation
//   <pin_dir>/links/tcx-<ifindex>      a port's tc program, if tcx is preferred; with clsact, the
//                                      default, the netdev's qdisc holds it
//   <pin_dir>/links/xdp-<ifindex>      its XDP program
//   <pin_dir>/links/gather-<ifindex>   an underlay's XDP program
//   <pin_dir>/programs/<id>            the tc programs, see loader/rivals.h
//   <pin_dir>/underlays/<ifindex>      a folder: the netdev is no port, and the tc program that it
//                                      has takes packets of tunnels out
//
// A generation is a set of maps of one layout. If the newest one has this build's ABI version and
// map layouts it is adopted, and this build's programs work on it. Otherwise a new generation is
// built beside it, empty: the caller fills it with the configuration and then attaches each port
// again, which swaps that port's program in one step; finish() drops the old generation. So the
// order is open, fill maps, attach, finish, and packets flow at every moment.
//
// One thread. Errors name cause and remedy.
#pragma once

#include "base/result.h"
#include "loader/features.h"
#include "loader/former.h"
#include "loader/rivals.h"
#include "maps/maps.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bvs::loader {

class Programs;
using Log = std::function<void(const std::string &)>;

struct Options {
    std::string pin_dir;
    Log log;                                     // what libbpf and the verifier say, on failure
    std::uint32_t abi_version = BVS_ABI_VERSION; // tests pretend to be another build

    // BPF links at the tc hook instead of clsact, where the kernel has them (6.6). The kernel waits
    // for a grace period with the RTNL held for each first attachment: measured 24 ms a port beside
    // clsact's 4 on a busy machine, and nobody else configures a netdev meanwhile.
    bool prefer_tcx = false;
};

class Datapath {
  public:
    static Result<std::unique_ptr<Datapath>> open(Options options);
    ~Datapath();

    maps::Maps &maps() { return *maps_; }
    const std::string &pin_dir() const { return options_.pin_dir; }
    const Features &features() const { return features_; }
    bool adopted() const { return adopted_; } // the generation was there already
    unsigned generation() const { return generation_; }
    // Of the generation before; until finish().
    Former former() const;

    // The pin folder of another bvsd that forwards for the netdev, which is then not to be
    // attached; empty if it has left none to be found.
    std::optional<std::string> rival_at(std::uint32_t ifindex) const;

    // Attaches the tc program, or swaps an older one for it; a no-op if this process did so
    // already.
    Result<> attach_tc(std::uint32_t ifindex);
    // Native XDP; an error with code EOPNOTSUPP if the driver has none, EBUSY if another's program
    // is there.
    Result<> attach_xdp(std::uint32_t ifindex);
    void detach_tc(std::uint32_t ifindex);
    void detach_xdp(std::uint32_t ifindex);

    // What goes on to ports without netdev, and at the pair's far end what sums up packets that
    // come out there; at each call, be it there or not.
    Result<> attach_onward(std::uint32_t ifindex, std::uint32_t far);

    // A netdev at which packets of tunnels come in, and which is no port: it takes the tc program's
    // place, as attach_tc() takes this one's. An error with code EBUSY if the netdev is a port of
    // ours or another bvsd has it. Nothing, if this process did so already.
    Result<> attach_underlay(std::uint32_t ifindex);
    void detach_underlay(std::uint32_t ifindex); // or nothing, if it has none
    // An underlay of this process whose native XDP takes packets of tunnels to this MAC out, so
    // that the kernel puts the streams in them together. Errors as attach_xdp() has them.
    Result<> gather(std::uint32_t ifindex, std::uint64_t mac);
    void stop_gathering(std::uint32_t ifindex); // or nothing, if it does not
    bool gathers(std::uint32_t ifindex) const;
    // Which have it; until finish() from whatever process.
    std::vector<std::uint32_t> underlays() const;

    // Ports' netdevs that this process has attached and that have its tc program no more, as they
    // are new ones of the same ifindex; nothing is then attached to them. Underlays that were lost
    // in that way are merely underlays no more.
    std::vector<std::uint32_t> take_lost();

    // Ports' netdevs with a program of ours, from whatever process, as far as links are pinned.
    std::vector<std::uint32_t> attached() const;

    // The configuration stands, every port and underlay is attached: drops older generations, links
    // of netdevs that are gone, and underlays that this process has not attached.
    Result<> finish();

    // Sends a frame as if it had come in at a port of the bridge (OpenFlow's number, which need not
    // be there), through an action program, by its place, or from table 0 if that is 0. All is done
    // when this returns. The first one waits until the program for that is loaded, about 0.2 s. An
    // error if it is longer than BVS_LARGE_MOST.
    Result<> inject(std::uint16_t bridge, std::uint32_t in_port, std::uint32_t program,
                    std::span<const std::uint8_t> frame);

    // As that, but nothing is sent, learned or counted: what would be is told on the ring `traces`
    // under a number, 1 to BVS_TRACE_LIVE - 1.
    struct Probe {
        std::uint16_t bridge = 0;
        std::uint32_t in_port = 0;
        std::uint32_t mark = 0;
        std::uint32_t priority = 0;
        bvs_flow tunnel = {}; // its fields, as if the frame came out of one
    };
    Result<> trace(const Probe &probe, std::uint32_t number, std::span<const std::uint8_t> frame);

    int tc_program_fd() const;
    int xdp_program_fd() const;
    Result<int> inject_program_fd(); // see loader/programs.h; these are loaded
    Result<int> onward_program_fd();
    Result<int> underlay_program_fd();
    Result<int> gather_program_fd();
    Result<int> checksum_program_fd();

  private:
    explicit Datapath(Options options);
    Result<> adopt_or_build();
    Result<> open_maps();
    Result<> leave_rest(std::span<const std::uint8_t> bytes); // of a frame to be sent
    Result<> leave(const char *map, const void *value);       // as the only one of it
    Result<> publish(const bvs_datapath_info &info);
    Result<> attach_ingress(int program_fd, std::uint32_t ifindex);
    void detach_ingress(std::uint32_t ifindex);
    bool is_attached(std::uint32_t ifindex) const;
    void drop_underlay(std::uint32_t ifindex);
    Result<> attach_gather(std::uint32_t ifindex);
    Result<> gather_anew(std::uint32_t ifindex);
    struct Injection;
    Result<> run(Injection injection, std::span<const std::uint8_t> frame);

    struct Attached;
    Options options_;
    Features features_;
    Rivals rivals_;
    std::unique_ptr<Programs> programs_;
    std::unique_ptr<Attached> attached_; // by this process
    std::unique_ptr<maps::Maps> maps_;
    bool adopted_ = false;
    unsigned generation_ = 0;
};

// Removes every program, map and folder below pin_dir, whatever build made them.
Result<> cleanup(const std::string &pin_dir);

} // namespace bvs::loader
