// SPDX-License-Identifier: Apache-2.0
//
// The terminal as a screen of lines, by ANSI's escapes alone (ECMA-48), so that a serial line does
// as well: only lines that changed are sent. While it is open keys come one by one and without
// echo; however the program ends, but for SIGKILL, the terminal is as it was before. One at a time.
#pragma once

#include "base/result.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <termios.h>
#include <vector>

namespace bvs::ctl {

// A character, or one of these.
enum Key : int { key_up = 0x100, key_down, key_left, key_right, key_page_up, key_page_down };

// Takes whole keys from the front of what was typed; what may be the beginning of one stays.
std::vector<int> take_keys(std::string &typed);

// As much of a line as fits; its escapes, which set colours, count nothing.
std::string cut(std::string_view line, std::size_t columns);

struct ScreenSize {
    std::size_t rows = 24; // where the terminal does not say, as over a serial line
    std::size_t columns = 80;
};

class Terminal {
  public:
    static Result<std::unique_ptr<Terminal>> open(); // standard input and output
    ~Terminal();
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    ScreenSize size() const;
    void show(const std::vector<std::string> &lines);

    struct Event {
        bool end = false;     // somebody or something wants the program to end
        bool resized = false; // or the screen was lost
        std::vector<int> keys;
    };
    Event wait(std::chrono::milliseconds most);

  private:
    Terminal(const termios &before, const sigset_t &mask, int signals);
    void enter();
    void leave();
    void suspend();
    void take_signals(Event &event);

    termios before_;
    sigset_t mask_;
    int signals_; // signalfd(2)
    std::string typed_;
    std::vector<std::string> shown_;
};

} // namespace bvs::ctl
