// SPDX-License-Identifier: Apache-2.0
#include "maps/chunks.h"

#include "maps/description.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <unistd.h>

namespace bvs::maps {

namespace {

// The inner maps on their way into the outer one, which then holds them.
class Descriptors {
  public:
    Descriptors() = default;
    Descriptors(const Descriptors &) = delete;
    Descriptors &operator=(const Descriptors &) = delete;
    ~Descriptors() {
        for (const int fd : fds_)
            close(fd);
    }
    void add(int fd) { fds_.push_back(fd); }
    std::span<const int> all() const { return fds_; }

  private:
    std::vector<int> fds_;
};

} // namespace

Result<Chunks> Chunks::open(int outer_fd, std::string name, int made_fd, std::size_t value_size,
                            std::uint32_t values) {
    const auto outer = describe(outer_fd);
    if (!outer)
        return std::unexpected(outer.error());
    if (outer->type != BPF_MAP_TYPE_ARRAY_OF_MAPS)
        return fail("map {} is no array of maps: it is another build's", name);
    auto made = Array<std::uint64_t>::open(made_fd, name + "_made");
    if (!made)
        return std::unexpected(made.error());
    Chunks chunks(outer_fd, std::move(name), std::move(*made), value_size, values);
    chunks.chunks_.resize(outer->max_entries);
    if (auto ok = chunks.adopt(); !ok)
        return std::unexpected(ok.error());
    return chunks;
}

Result<> Chunks::adopt() {
    for (; count_ < made_.size() && made_.get(count_); ++count_) {
        const auto place = static_cast<std::uint32_t>(made_.get(count_));
        if (place >= most())
            return fail("{} has no chunk {}: it is another build's", name_, place);
        const int fd = bpf_map_get_fd_by_id(static_cast<std::uint32_t>(made_.get(count_) >> 32));
        if (fd < 0)
            return fail_errno(errno, "cannot open chunk {} of {}", place, name_);
        auto mapping = Mapping::open(fd, name_, value_size_);
        close(fd);
        if (!mapping)
            return std::unexpected(mapping.error());
        chunks_[place] = std::move(*mapping);
    }
    return {};
}

Result<> Chunks::make(std::span<const std::uint32_t> places) {
    Descriptors fds;
    std::vector<std::uint32_t> missing;
    std::vector<std::uint64_t> ids;
    std::vector<Mapping> mappings;
    bpf_map_create_opts options = {};
    options.sz = sizeof options;
    options.map_flags = BPF_F_MMAPABLE;
    for (const auto place : places) {
        if (has(place))
            continue;
        const auto short_name = name_.substr(0, BPF_OBJ_NAME_LEN - 1);
        const int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, short_name.c_str(), sizeof(std::uint32_t),
                                      static_cast<std::uint32_t>(value_size_), values_, &options);
        if (fd < 0)
            return fail_errno(errno, "cannot make chunk {} of {}", place, name_);
        fds.add(fd);
        const auto id = map_id(fd);
        if (!id)
            return std::unexpected(id.error());
        auto mapping = Mapping::open(fd, name_, value_size_);
        if (!mapping)
            return std::unexpected(mapping.error());
        missing.push_back(place);
        ids.push_back(*id);
        mappings.push_back(std::move(*mapping));
    }
    if (missing.empty())
        return {};
    if (auto ok = put(missing, fds.all()); !ok)
        return ok;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        chunks_[missing[i]] = std::move(mappings[i]);
        made_.set(count_++, ids[i] << 32 | missing[i]);
    }
    return {};
}

Result<> Chunks::put(std::span<const std::uint32_t> places, std::span<const int> fds) {
    bpf_map_batch_opts options = {};
    options.sz = sizeof options;
    auto n = static_cast<std::uint32_t>(places.size());
    if (!bpf_map_update_batch(outer_fd_, places.data(), fds.data(), &n, &options))
        return {};
    const int error = errno;
    for (std::size_t i = 0; i < n && i < places.size(); ++i)
        bpf_map_delete_elem(outer_fd_, &places[i]);
    return fail_errno(error, "cannot add {} chunks to {}", places.size(), name_);
}

Result<> Chunks::grow() {
    if (count_ == most())
        return std::unexpected(
            Error{fmt::format("{} is full: {} chunks of {}", name_, most(), values_), ENOSPC});
    std::vector<std::uint32_t> places;
    const auto end = std::min(most(), count_ + std::max(1U, count_ / 8));
    for (auto place = count_; place < end; ++place)
        places.push_back(place);
    return make(places);
}

} // namespace bvs::maps
