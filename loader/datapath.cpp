// SPDX-License-Identifier: Apache-2.0
#include "loader/datapath.h"

#include "loader/attachment.h"
#include "loader/generation.h"
#include "loader/programs.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <charconv>
#include <filesystem>
#include <map>
#include <random>
#include <set>

namespace bvs::loader {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_links = "/links";
constexpr std::string_view k_underlays = "/underlays";

std::string underlay_mark(const std::string &pin_dir, std::uint32_t ifindex) {
    return fmt::format("{}{}/{}", pin_dir, k_underlays, ifindex);
}

std::vector<std::uint32_t> marked_underlays(const std::string &pin_dir) {
    std::vector<std::uint32_t> netdevs;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(pin_dir + std::string(k_underlays), ignored)) {
        const auto name = entry.path().filename().string();
        std::uint32_t ifindex = 0;
        std::from_chars(name.data(), name.data() + name.size(), ifindex);
        netdevs.push_back(ifindex);
    }
    return netdevs;
}

// What the folder of links says: path -> ifindex in its name.
std::map<std::string, std::uint32_t> pinned_links(const std::string &pin_dir) {
    std::map<std::string, std::uint32_t> links;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(pin_dir + std::string(k_links), ignored)) {
        const auto name = entry.path().filename().string();
        const auto dash = name.find('-');
        std::uint32_t ifindex = 0;
        if (dash == std::string::npos)
            continue;
        std::from_chars(name.data() + dash + 1, name.data() + name.size(), ifindex);
        links.emplace(entry.path().string(), ifindex);
    }
    return links;
}

std::uint64_t random_seed() {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
}

} // namespace

struct Datapath::Attached {
    std::set<std::uint32_t> tc;
    std::set<std::uint32_t> xdp;
    std::set<std::uint32_t> underlay;
    std::set<std::uint32_t> gather;
};

Datapath::Datapath(Options options)
    : options_(std::move(options)), rivals_(options_.pin_dir),
      attached_(std::make_unique<Attached>()) {}

Datapath::~Datapath() = default;

Result<std::unique_ptr<Datapath>> Datapath::open(Options options) {
    auto features = probe(options.pin_dir);
    if (!features)
        return std::unexpected(features.error());
    std::unique_ptr<Datapath> datapath(new Datapath(std::move(options)));
    datapath->features_ = *features;
    datapath->features_.tcx = datapath->options_.prefer_tcx && kernel_has_tcx();
    if (auto ok = datapath->adopt_or_build(); !ok)
        return std::unexpected(ok.error());
    return datapath;
}

Result<> Datapath::adopt_or_build() {
    const Generations generations(options_.pin_dir);
    std::error_code error;
    if (!fs::create_directories(options_.pin_dir + std::string(k_links), error) && error)
        return fail("cannot make {}{}: {}", options_.pin_dir, k_links, error.message());

    auto programs = Programs::open(options_.log);
    if (!programs)
        return std::unexpected(programs.error());
    programs_ = std::move(*programs);

    const auto present = generations.list();
    const unsigned newest = present.empty() ? 0 : present.back();
    adopted_ = newest && generations.fits(newest, programs_->tc_object(), options_.abi_version);
    generation_ = adopted_ ? newest : newest + 1;
    bvs_datapath_info info = {
        .magic = BVS_MAGIC, .abi_version = options_.abi_version, .fdb_seed = random_seed()};
    if (adopted_) {
        auto there = generations.info(newest);
        if (!there)
            return std::unexpected(there.error());
        info = *there;
        if (auto ok = generations.adopt(newest, programs_->tc_object()); !ok)
            return ok;
    }
    if (auto ok = programs_->load(info.fdb_seed); !ok)
        return ok;
    if (auto ok = rivals_.add_own(programs_->tc_fd()); !ok)
        return ok;
    return adopted_ ? open_maps() : publish(info);
}

Result<> Datapath::open_maps() {
    auto maps = maps::Maps::open([this](std::string_view name) { return programs_->map_fd(name); });
    if (!maps)
        return std::unexpected(maps.error());
    maps_ = std::move(*maps);
    return {};
}

Result<> Datapath::publish(const bvs_datapath_info &info) {
    auto fd = programs_->map_fd("datapath_info");
    const std::uint32_t first = 0;
    if (!fd)
        return std::unexpected(fd.error());
    if (bpf_map_update_elem(*fd, &first, &info, BPF_ANY))
        return fail_errno(errno, "cannot write the datapath's description");
    if (auto ok = open_maps(); !ok)
        return ok;
    return Generations(options_.pin_dir).publish(generation_, programs_->tc_object());
}

Former Datapath::former() const {
    const Generations generations(options_.pin_dir);
    unsigned before = 0;
    for (const unsigned number : generations.list())
        if (number < generation_)
            before = number;
    return before ? read_former(generations.folder(before)) : Former();
}

std::optional<std::string> Datapath::rival_at(std::uint32_t ifindex) const {
    return attached_->tc.contains(ifindex) ? std::nullopt : rivals_.at(ifindex);
}

// In place of whatever program of ours is there.
Result<> Datapath::attach_ingress(int program_fd, std::uint32_t ifindex) {
    // A daemon that preferred the other one may have been here; its program goes once ours is
    // there.
    const auto pin = link_pin(options_.pin_dir, "tcx", ifindex);
    auto ok =
        features_.tcx ? attach_tcx(program_fd, ifindex, pin) : attach_clsact(program_fd, ifindex);
    if (!ok)
        return ok;
    if (features_.tcx)
        detach_clsact(ifindex);
    else
        detach_link(pin);
    return {};
}

void Datapath::detach_ingress(std::uint32_t ifindex) {
    if (features_.tcx)
        detach_link(link_pin(options_.pin_dir, "tcx", ifindex));
    else
        detach_clsact(ifindex);
}

bool Datapath::is_attached(std::uint32_t ifindex) const {
    return features_.tcx ? link_netdev(link_pin(options_.pin_dir, "tcx", ifindex)) == ifindex
                         : rivals_.is_own(clsact_program(ifindex));
}

Result<> Datapath::attach_tc(std::uint32_t ifindex) {
    if (attached_->tc.contains(ifindex))
        return {};
    stop_gathering(ifindex);
    if (auto ok = attach_ingress(programs_->tc_fd(), ifindex); !ok)
        return ok;
    attached_->tc.insert(ifindex);
    drop_underlay(ifindex);
    return {};
}

Result<> Datapath::attach_xdp(std::uint32_t ifindex) {
    if (attached_->xdp.contains(ifindex))
        return {};
    auto ok = loader::attach_xdp(programs_->xdp_fd(), ifindex,
                                 link_pin(options_.pin_dir, "xdp", ifindex));
    if (ok)
        attached_->xdp.insert(ifindex);
    return ok;
}

void Datapath::detach_tc(std::uint32_t ifindex) {
    attached_->tc.erase(ifindex);
    detach_ingress(ifindex);
}

void Datapath::detach_xdp(std::uint32_t ifindex) {
    attached_->xdp.erase(ifindex);
    detach_link(link_pin(options_.pin_dir, "xdp", ifindex));
}

Result<> Datapath::attach_onward(std::uint32_t ifindex, std::uint32_t far) {
    const auto program = programs_->onward_fd();
    if (!program)
        return std::unexpected(program.error());
    const auto at_far_end = programs_->checksum_fd();
    if (!at_far_end)
        return std::unexpected(at_far_end.error());
    if (auto ok = attach_clsact(*at_far_end, far); !ok)
        return ok;
    return attach_clsact(*program, ifindex, Side::egress);
}

Result<> Datapath::attach_underlay(std::uint32_t ifindex) {
    if (attached_->underlay.contains(ifindex))
        return {};
    if (attached_->tc.contains(ifindex))
        return fail_errno(EBUSY, "{} is a port", netdev_name(ifindex));
    if (const auto rival = rival_at(ifindex))
        return fail_errno(EBUSY, "another bvsd ({}) has {}",
                          rival->empty() ? "whose pin folder is not beside ours" : *rival,
                          netdev_name(ifindex));
    const auto program = programs_->underlay_fd();
    if (!program)
        return std::unexpected(program.error());
    if (auto ok = rivals_.add_own(*program); !ok)
        return ok;
    const auto mark = underlay_mark(options_.pin_dir, ifindex);
    std::error_code error;
    fs::create_directories(mark, error);
    if (error)
        return fail("cannot make {}: {}", mark, error.message());
    if (auto ok = gather_anew(ifindex); !ok)
        return ok;
    if (auto ok = attach_ingress(*program, ifindex); !ok) {
        drop_underlay(ifindex);
        return ok;
    }
    attached_->underlay.insert(ifindex);
    return {};
}

void Datapath::detach_underlay(std::uint32_t ifindex) {
    std::error_code ignored;
    if (!fs::exists(underlay_mark(options_.pin_dir, ifindex), ignored))
        return;
    stop_gathering(ifindex);
    detach_link(link_pin(options_.pin_dir, "tcx", ifindex));
    if (rivals_.is_own(clsact_program(ifindex)))
        detach_clsact(ifindex);
    drop_underlay(ifindex);
}

void Datapath::drop_underlay(std::uint32_t ifindex) {
    stop_gathering(ifindex);
    attached_->underlay.erase(ifindex);
    std::error_code ignored;
    fs::remove(underlay_mark(options_.pin_dir, ifindex), ignored);
}

// As attach_xdp(); it takes nothing out yet.
Result<> Datapath::attach_gather(std::uint32_t ifindex) {
    if (attached_->gather.contains(ifindex))
        return {};
    const auto program = programs_->gather_fd();
    if (!program)
        return std::unexpected(program.error());
    auto ok = loader::attach_xdp(*program, ifindex, link_pin(options_.pin_dir, "gather", ifindex));
    if (ok)
        attached_->gather.insert(ifindex);
    return ok;
}

// What an earlier process has left at the XDP hook becomes ours before the tc program does: of
// another generation, which has other numbers for ports, it would leave there what the tc program
// does not understand.
Result<> Datapath::gather_anew(std::uint32_t ifindex) {
    const bool left = link_netdev(link_pin(options_.pin_dir, "gather", ifindex)) == ifindex;
    return left ? attach_gather(ifindex) : Result<>();
}

Result<> Datapath::gather(std::uint32_t ifindex, std::uint64_t mac) {
    if (!attached_->underlay.contains(ifindex))
        return fail("{} is no underlay", netdev_name(ifindex));
    if (auto ok = attach_gather(ifindex); !ok)
        return ok;
    auto told = maps_->gatherers.set(ifindex, mac);
    if (!told)
        stop_gathering(ifindex);
    return told;
}

// The entry goes first: then all is left to tc.
void Datapath::stop_gathering(std::uint32_t ifindex) {
    (void)maps_->gatherers.erase(ifindex);
    attached_->gather.erase(ifindex);
    detach_link(link_pin(options_.pin_dir, "gather", ifindex));
}

bool Datapath::gathers(std::uint32_t ifindex) const {
    return attached_->gather.contains(ifindex);
}

std::vector<std::uint32_t> Datapath::underlays() const {
    return marked_underlays(options_.pin_dir);
}

std::vector<std::uint32_t> Datapath::take_lost() {
    const auto is_lost = [this](std::uint32_t ifindex) { return !is_attached(ifindex); };
    std::vector<std::uint32_t> lost;
    std::ranges::copy_if(attached_->tc, std::back_inserter(lost), is_lost);
    for (const auto ifindex : lost) {
        attached_->tc.erase(ifindex);
        attached_->xdp.erase(ifindex);
    }
    for (const auto ifindex : std::set(attached_->underlay))
        if (is_lost(ifindex))
            drop_underlay(ifindex);
    return lost;
}

std::vector<std::uint32_t> Datapath::attached() const {
    std::set<std::uint32_t> netdevs = attached_->tc;
    for (const auto &[path, ifindex] : pinned_links(options_.pin_dir))
        if (link_netdev(path) == ifindex)
            netdevs.insert(ifindex);
    for (const auto ifindex : underlays())
        netdevs.erase(ifindex);
    return {netdevs.begin(), netdevs.end()};
}

Result<> Datapath::finish() {
    for (const auto &[path, ifindex] : pinned_links(options_.pin_dir))
        if (link_netdev(path) != ifindex)
            detach_link(path);
    for (const auto ifindex : underlays())
        if (!attached_->underlay.contains(ifindex))
            detach_underlay(ifindex);
    const Generations generations(options_.pin_dir);
    for (const unsigned number : generations.list())
        if (number != generation_)
            generations.remove(number);
    rivals_.forget_former();
    return {};
}

Result<> Datapath::leave_rest(std::span<const std::uint8_t> bytes) {
    bvs_large_frame rest = {};
    std::ranges::copy(bytes, rest.byte);
    return leave("large_frame", &rest);
}

Result<> Datapath::leave(const char *map, const void *value) {
    const auto fd = programs_->map_fd(map);
    if (!fd)
        return std::unexpected(fd.error());
    const std::uint32_t first = 0;
    if (bpf_map_update_elem(*fd, &first, value, BPF_ANY))
        return fail_errno(errno, "cannot leave in the kernel what belongs to a frame: {}", map);
    return {};
}

// What bpf/switch_inject.bpf.c is told beside the frame.
struct Datapath::Injection {
    __sk_buff skb = {};
};

Result<> Datapath::inject(std::uint16_t bridge, std::uint32_t in_port, std::uint32_t program,
                          std::span<const std::uint8_t> frame) {
    Injection injection;
    injection.skb.cb[0] = bridge;
    injection.skb.cb[1] = in_port;
    injection.skb.cb[2] = program;
    return run(injection, frame);
}

Result<> Datapath::trace(const Probe &probe, std::uint32_t number,
                         std::span<const std::uint8_t> frame) {
    Injection injection;
    injection.skb.mark = probe.mark;
    injection.skb.priority = probe.priority;
    injection.skb.cb[0] = probe.bridge;
    injection.skb.cb[1] = probe.in_port;
    injection.skb.cb[3] = number;
    if (auto ok = leave("traced_tunnel", &probe.tunnel); !ok)
        return ok;
    return run(injection, frame);
}

Result<> Datapath::run(Injection injection, std::span<const std::uint8_t> frame) {
    const auto program = inject_program_fd();
    if (!program)
        return std::unexpected(program.error());
    if (frame.size() > BVS_LARGE_MOST)
        return fail("a frame of {} bytes is longer than {}, which the kernel can send",
                    frame.size(), BVS_LARGE_MOST);
    if (frame.size() > BVS_LARGE_BEGIN) {
        injection.skb.cb[4] = static_cast<std::uint32_t>(frame.size());
        if (auto ok = leave_rest(frame.subspan(BVS_LARGE_BEGIN)); !ok)
            return ok;
        frame = frame.first(BVS_LARGE_BEGIN);
    }
    bpf_test_run_opts options = {};
    options.sz = sizeof options;
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    options.ctx_in = &injection.skb;
    options.ctx_size_in = sizeof injection.skb;
    if (bpf_prog_test_run_opts(*program, &options))
        return fail_errno(errno, "the kernel does not take a frame of {} bytes to be sent",
                          frame.size());
    return {};
}

int Datapath::tc_program_fd() const {
    return programs_->tc_fd();
}
int Datapath::xdp_program_fd() const {
    return programs_->xdp_fd();
}
Result<int> Datapath::inject_program_fd() {
    return programs_->inject_fd();
}
Result<int> Datapath::onward_program_fd() {
    return programs_->onward_fd();
}
Result<int> Datapath::underlay_program_fd() {
    return programs_->underlay_fd();
}
Result<int> Datapath::gather_program_fd() {
    return programs_->gather_fd();
}
Result<int> Datapath::checksum_program_fd() {
    return programs_->checksum_fd();
}

Result<> cleanup(const std::string &pin_dir) {
    libbpf_set_print(nullptr); // it has something to say of each filter that is not there
    const Generations generations(pin_dir);
    for (const auto &[path, ifindex] : pinned_links(pin_dir)) // what XDP takes out, tc has to know
        detach_link(path);
    for (const unsigned number : generations.list())
        for (const auto ifindex : generations.netdevs(number))
            detach_clsact(ifindex);
    for (const auto ifindex : marked_underlays(pin_dir))
        detach_clsact(ifindex);
    std::error_code error;
    fs::remove_all(pin_dir, error);
    if (error)
        return fail("cannot remove {}: {}", pin_dir, error.message());
    return {};
}

} // namespace bvs::loader
