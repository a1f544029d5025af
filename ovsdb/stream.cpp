// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/stream.h"

namespace bvs::ovsdb {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string printable(char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f ? fmt::format("'{}'", c) : fmt::format("byte {:#04x}", byte);
}

} // namespace

void Splitter::feed(std::string_view bytes) {
    if (error_)
        return;
    // What was handed out is dropped here and not in next(), so that a burst of small messages
    // moves the rest of the buffer once.
    if (start_ != 0) {
        buffer_.erase(0, start_);
        dropped_ += start_;
        scanned_ -= start_;
        start_ = 0;
    }
    buffer_.append(bytes);
}

Result<std::optional<std::string_view>> Splitter::next() {
    while (!error_ && scanned_ < buffer_.size()) {
        auto ended = scan(buffer_[scanned_]);
        if (!ended) {
            error_ = ended.error();
            buffer_.clear();
            break;
        }
        scanned_++;
        if (*ended) {
            std::string_view value(buffer_.data() + start_, scanned_ - start_);
            start_ = scanned_;
            return value;
        }
    }
    if (error_)
        return std::unexpected(*error_);
    return std::nullopt;
}

// Whether this byte ends a value.
Result<bool> Splitter::scan(char c) {
    std::uint64_t offset = dropped_ + scanned_;
    if (depth_ == 0) {
        if (is_blank(c)) {
            start_ = scanned_ + 1;
            return false;
        }
        if (c != '{' && c != '[')
            return fail("offset {}: {} where a JSON object or array has to begin", offset,
                        printable(c));
        start_ = scanned_;
    }
    if (scanned_ - start_ >= limit_)
        return fail("offset {}: the message is longer than {} bytes", offset, limit_);
    if (escaped_) {
        escaped_ = false;
    } else if (in_string_) {
        escaped_ = c == '\\';
        in_string_ = c != '"';
    } else if (c == '"') {
        in_string_ = true;
    } else if (c == '{' || c == '[') {
        if (++depth_ > k_depth_limit)
            return fail("offset {}: more than {} brackets are open", offset, k_depth_limit);
    } else if (c == '}' || c == ']') {
        return --depth_ == 0;
    }
    return false;
}

} // namespace bvs::ovsdb
