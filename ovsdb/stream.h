// SPDX-License-Identifier: Apache-2.0
//
// Finds where one JSON value ends and the next begins. JSON-RPC over a stream has neither frames
// nor lengths (RFC 7047, section 4), so the end of a message is the bracket that closes its first.
// Bytes may arrive in pieces of any size; each byte is looked at once. What is inside a value is
// checked by its parser, not here. No I/O, never throws, one thread.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::ovsdb {

inline constexpr std::size_t k_message_limit = 256u << 20; // bytes of one message
inline constexpr unsigned k_depth_limit = 256;             // brackets open at once

class Splitter {
  public:
    explicit Splitter(std::size_t message_limit = k_message_limit) : limit_(message_limit) {}

    void feed(std::string_view bytes);

    // The text of the next whole object or array, or nullopt until more bytes are fed; it is valid
    // until the next call of this object. An error names the offset in the stream and is final:
    // the stream has lost its step and has to be closed.
    Result<std::optional<std::string_view>> next();

    bool idle() const { return depth_ == 0; } // no value is half received

  private:
    Result<bool> scan(char c);

    std::string buffer_;
    std::size_t start_ = 0;     // of the value being received, in buffer_
    std::size_t scanned_ = 0;   // bytes of buffer_ already looked at
    std::uint64_t dropped_ = 0; // bytes of the stream that have left buffer_
    std::size_t limit_;
    unsigned depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    std::optional<Error> error_;
};

} // namespace bvs::ovsdb
