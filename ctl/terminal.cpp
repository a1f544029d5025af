// SPDX-License-Identifier: Apache-2.0
#include "ctl/terminal.h"

#include <algorithm>
#include <array>
#include <optional>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace bvs::ctl {

namespace {

constexpr std::string_view k_enter = "\x1b[?1049h\x1b[?25l\x1b[2J"; // other screen, no cursor
constexpr std::string_view k_leave = "\x1b[0m\x1b[?25h\x1b[?1049l";

void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return; // it has gone, and poll() will tell
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

sigset_t our_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGWINCH, SIGTSTP, SIGCONT})
        ::sigaddset(&set, signal);
    return set;
}

struct Sequence {
    std::string_view bytes;
    int key;
};

constexpr std::array k_sequences{
    Sequence{"\x1b[A", key_up},       Sequence{"\x1bOA", key_up},
    Sequence{"\x1b[B", key_down},     Sequence{"\x1bOB", key_down},
    Sequence{"\x1b[C", key_right},    Sequence{"\x1bOC", key_right},
    Sequence{"\x1b[D", key_left},     Sequence{"\x1bOD", key_left},
    Sequence{"\x1b[5~", key_page_up}, Sequence{"\x1b[6~", key_page_down},
};

// How long the escape is that the text begins with; 0: it has no end yet. ECMA-48, 5.4.
std::size_t escape_length(std::string_view text) {
    if (text.size() > 1 && text[1] != '[')
        return text[1] == 'O' ? (text.size() > 2 ? 3 : 0) : 1;
    for (std::size_t i = 2; i < text.size(); ++i)
        if (text[i] >= 0x40 && text[i] <= 0x7e)
            return i + 1;
    return 0;
}

} // namespace

std::vector<int> take_keys(std::string &typed) {
    constexpr std::size_t k_most = 16; // no key is longer
    std::vector<int> keys;
    std::string_view rest = typed;
    while (!rest.empty()) {
        if (rest[0] != '\x1b') {
            keys.push_back(static_cast<unsigned char>(rest[0]));
            rest.remove_prefix(1);
            continue;
        }
        const auto length = escape_length(rest);
        if (!length && rest.size() < k_most)
            break;
        const auto found = std::ranges::find(k_sequences, rest.substr(0, length), &Sequence::bytes);
        if (found != k_sequences.end())
            keys.push_back(found->key);
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    typed.erase(0, typed.size() - rest.size());
    return keys;
}

std::string cut(std::string_view line, std::size_t columns) {
    std::size_t at = 0;
    bool coloured = false;
    while (at < line.size()) {
        if (line[at] == '\x1b') {
            at += std::max<std::size_t>(escape_length(line.substr(at)), 1);
            coloured = true;
            continue;
        }
        const bool begins_character = (line[at] & 0xC0) != 0x80;
        if (begins_character && columns-- == 0)
            return std::string(line.substr(0, at)) + (coloured ? "\x1b[0m" : "");
        ++at;
    }
    return std::string(line);
}

Result<std::unique_ptr<Terminal>> Terminal::open() {
    termios before{};
    if (!::isatty(STDOUT_FILENO) || ::tcgetattr(STDIN_FILENO, &before))
        return fail("standard input and output are no terminal");
    sigset_t mask;
    const auto ours = our_signals();
    ::sigprocmask(SIG_BLOCK, &ours, &mask);
    const int signals = ::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) {
        const int code = errno;
        ::sigprocmask(SIG_SETMASK, &mask, nullptr);
        return fail_errno(code, "cannot listen to signals");
    }
    return std::unique_ptr<Terminal>(new Terminal(before, mask, signals));
}

Terminal::Terminal(const termios &before, const sigset_t &mask, int signals)
    : before_(before), mask_(mask), signals_(signals) {
    enter();
}

Terminal::~Terminal() {
    leave();
    ::close(signals_);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

void Terminal::enter() {
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write_all(k_enter);
    shown_.clear();
}

void Terminal::leave() {
    // A terminal that has one screen only goes on below.
    write_all(fmt::format("\x1b[{};1H\n{}", size().rows, k_leave));
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void Terminal::suspend() {
    leave();
    ::raise(SIGSTOP);
}

ScreenSize Terminal::size() const {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) || !window.ws_row || !window.ws_col)
        return {};
    return {window.ws_row, window.ws_col};
}

void Terminal::show(const std::vector<std::string> &lines) {
    std::string bytes;
    for (std::size_t i = 0; i < std::max(lines.size(), shown_.size()); ++i) {
        const auto &line = i < lines.size() ? lines[i] : std::string();
        if (i >= shown_.size() || shown_[i] != line)
            bytes += fmt::format("\x1b[{};1H{}\x1b[K", i + 1, line);
    }
    shown_ = lines;
    write_all(bytes);
}

void Terminal::take_signals(Event &event) {
    signalfd_siginfo signal;
    while (::read(signals_, &signal, sizeof signal) == sizeof signal) {
        switch (signal.ssi_signo) {
        case SIGTSTP:
            suspend();
            break;
        case SIGWINCH:
            event.resized = true;
            break;
        case SIGCONT:
            enter();
            event.resized = true;
            break;
        default:
            event.end = true;
        }
    }
}

Terminal::Event Terminal::wait(std::chrono::milliseconds most) {
    std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {signals_, POLLIN, 0}}};
    Event event;
    if (::poll(ready.data(), ready.size(), static_cast<int>(most.count())) < 0)
        return event;
    if (ready[1].revents)
        take_signals(event);
    if (event.resized) {
        write_all("\x1b[2J");
        shown_.clear();
    }
    if (!ready[0].revents)
        return event;
    std::array<char, 256> bytes;
    const auto size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size <= 0) {
        event.end = true;
        return event;
    }
    typed_.append(bytes.data(), static_cast<std::size_t>(size));
    event.keys = take_keys(typed_);
    return event;
}

} // namespace bvs::ctl
