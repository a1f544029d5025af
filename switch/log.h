// SPDX-License-Identifier: Apache-2.0
//
// The daemon's log as Open vSwitch's users know it (vlog): modules, each with a level for each of
// three destinations, which `vlog/set` and -v change at run time. Whoever logs gets a Logger by its
// constructor. A destination that fails, say a full disk, loses messages and nothing else. One
// thread.
#pragma once

#include "base/result.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bvs::daemon {

enum class Level : std::uint8_t { off, emer, err, warn, info, dbg };
enum class Destination : std::uint8_t { console, syslog, file };

inline constexpr std::size_t k_destinations = 3;

using Levels = std::array<Level, k_destinations>; // by destination

std::string_view to_string(Level level);             // "WARN"
std::string_view to_string(Destination destination); // "syslog"

// How often a repeated message may appear: a burst of `burst`, then `per_minute`.
class RateLimit {
  public:
    using Clock = std::chrono::steady_clock;

    explicit RateLimit(unsigned per_minute = 12, unsigned burst = 5);

    bool admit(Clock::time_point now = Clock::now());
    std::uint64_t take_suppressed() { return std::exchange(suppressed_, 0); } // since last asked

  private:
    double per_second_;
    double burst_;
    double tokens_;
    Clock::time_point last_{};
    std::uint64_t suppressed_ = 0;
};

class Log;

// One module's voice. Cheap to copy; must not outlive the Log.
class Logger {
  public:
    template <class... Args>
    void emer(fmt::format_string<Args...> format, Args &&...args) const {
        say(Level::emer, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void err(fmt::format_string<Args...> format, Args &&...args) const {
        say(Level::err, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warn(fmt::format_string<Args...> format, Args &&...args) const {
        say(Level::warn, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(fmt::format_string<Args...> format, Args &&...args) const {
        say(Level::info, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void dbg(fmt::format_string<Args...> format, Args &&...args) const {
        say(Level::dbg, format, std::forward<Args>(args)...);
    }

    // Says how many messages the limit has swallowed before this one.
    template <class... Args>
    void warn(RateLimit &limit, fmt::format_string<Args...> format, Args &&...args) const {
        if (limit.admit())
            write_limited(Level::warn, fmt::format(format, std::forward<Args>(args)...), limit);
    }

    bool enabled(Level level) const; // at some destination

  private:
    friend class Log;
    struct Module;
    Logger(Log &log, std::shared_ptr<const Module> module);

    template <class... Args>
    void say(Level level, fmt::format_string<Args...> format, Args &&...args) const {
        if (enabled(level))
            write(level, fmt::format(format, std::forward<Args>(args)...));
    }
    void write(Level level, std::string_view text) const;
    void write_limited(Level level, std::string text, RateLimit &limit) const;

    Log *log_;
    std::shared_ptr<const Module> module_;
};

class Log {
  public:
    // The modules that a SPEC may name from the start; others once they have a logger.
    explicit Log(std::string program, std::initializer_list<std::string_view> modules = {});
    ~Log();
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    // The module of that name, made if it is new: with the levels of "any".
    Logger logger(std::string_view module);

    // One SPEC of vlog/set or -v: words of a module, a destination and a level, in any order,
    // joined by ':', ',' or blanks; one missing, or "any", means all, and no level means "dbg".
    Result<> set(std::string_view spec);
    std::string list() const;  // as `vlog/list` prints it
    std::string words() const; // of which a SPEC may consist, as a sentence

    Result<> open_file(const std::string &path); // and have destination "file" write there
    Result<> reopen_file();                      // after it was rotated away
    const std::string &file() const { return file_; }
    void close_console();       // when detaching
    std::uint64_t lost() const; // messages that a destination did not take

  private:
    friend class Logger;
    void write(const Logger::Module &module, Level level, std::string_view text);

    struct State;
    std::string program_;
    std::string file_;
    std::unique_ptr<State> state_;
};

} // namespace bvs::daemon
