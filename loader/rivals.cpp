// SPDX-License-Identifier: Apache-2.0
#include "loader/rivals.h"

#include "loader/attachment.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <charconv>
#include <filesystem>
#include <vector>

namespace bvs::loader {

namespace fs = std::filesystem;

namespace {

// The other folders beside this one that may be pin folders.
std::vector<std::string> siblings(const std::string &pin_dir) {
    const fs::path own = fs::path(pin_dir).lexically_normal();
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(own.parent_path(), ignored))
        if (entry.path() != own)
            found.push_back(entry.path().string());
    return found;
}

} // namespace

Result<> Rivals::add_own(int program_fd) {
    bpf_prog_info info = {};
    std::uint32_t size = sizeof info;
    if (bpf_obj_get_info_by_fd(program_fd, &info, &size))
        return fail_errno(errno, "cannot tell the id of a program");
    if (current_.contains(info.id))
        return {};
    std::error_code error;
    fs::create_directories(folder(), error);
    if (error)
        return fail("cannot make {}: {}", folder(), error.message());
    for (const auto &entry : fs::directory_iterator(folder(), error)) {
        const auto name = entry.path().filename().string();
        std::uint32_t id = 0;
        std::from_chars(name.data(), name.data() + name.size(), id);
        own_.insert(id);
    }
    const auto pin = fmt::format("{}/{}", folder(), info.id);
    if (bpf_obj_pin(program_fd, pin.c_str()))
        return fail_errno(errno, "cannot pin a program at {}", pin);
    current_.insert(info.id);
    own_.insert(info.id);
    return {};
}

void Rivals::forget_former() {
    std::error_code ignored;
    for (const auto id : own_)
        if (!current_.contains(id))
            fs::remove(fmt::format("{}/{}", folder(), id), ignored);
    own_ = current_;
}

std::optional<std::string> Rivals::at(std::uint32_t ifindex) const {
    if (const auto program = clsact_program(ifindex); program && !is_own(program)) {
        for (const auto &sibling : siblings(pin_dir_))
            if (std::error_code ignored;
                fs::exists(fmt::format("{}/programs/{}", sibling, program), ignored))
                return sibling;
        return "";
    }
    const auto links = tcx_links(ifindex);
    if (!links.empty())
        for (const auto &sibling : siblings(pin_dir_))
            if (std::ranges::count(links, link_id(link_pin(sibling, "tcx", ifindex))))
                return sibling;
    return std::nullopt;
}

} // namespace bvs::loader
