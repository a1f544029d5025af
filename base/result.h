// SPDX-License-Identifier: Apache-2.0
//
// Errors as values. A function that can fail for a reason outside the program (the kernel, a
// file, a peer, a user) returns Result<T>; the error carries one sentence for a person, with the
// offending value in it, and where there is one the errno that caused it. Exceptions are left to
// what cannot go on. Any part of BVS may include this header; it includes none.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace bvs {

struct Error {
    std::string message; // a sentence without final period, naming cause and, if known, remedy
    int code = 0;        // errno, or 0

    bool operator==(const Error &) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

// fail("no bridge named {}", name)
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(fmt::format_string<Args...> format, Args &&...args) {
    return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...), 0});
}

// fail_errno(errno, "cannot open {}", path) -> "cannot open /x: No such file or directory"
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail_errno(int code, fmt::format_string<Args...> format,
                                                Args &&...args) {
    return std::unexpected(
        Error{fmt::format(format, std::forward<Args>(args)...) + ": " + std::strerror(code), code});
}

} // namespace bvs
