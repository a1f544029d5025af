// SPDX-License-Identifier: Apache-2.0
#include "switch/log.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <ranges>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <syslog.h>
#include <vector>

namespace bvs::daemon {

namespace {

constexpr std::array<std::string_view, 6> k_level_names = {"OFF",  "EMER", "ERR",
                                                           "WARN", "INFO", "DBG"};
constexpr std::array<std::string_view, k_destinations> k_destination_names = {"console", "syslog",
                                                                              "file"};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
    return result;
}

std::vector<std::string> words(std::string_view spec) {
    std::vector<std::string> result;
    constexpr std::string_view separators = ":, \t";
    while (true) {
        auto start = spec.find_first_not_of(separators);
        if (start == spec.npos)
            return result;
        auto end = std::min(spec.find_first_of(separators, start), spec.size());
        result.push_back(lower(spec.substr(start, end - start)));
        spec.remove_prefix(end);
    }
}

template <class Names>
std::optional<std::size_t> position(const Names &names, std::string_view word) {
    auto found = std::ranges::find_if(names, [&](auto name) { return lower(name) == word; });
    if (found == names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

struct Spec {
    std::optional<std::string> module;
    std::optional<std::size_t> destination;
    std::optional<Level> level;
};

Result<Spec> parse(std::string_view text, const std::function<bool(const std::string &)> &known) {
    Spec spec;
    for (auto &word : words(text)) {
        if (word == "any") {
            continue;
        } else if (auto destination = position(k_destination_names, word)) {
            if (spec.destination)
                return fail("cannot specify multiple destinations");
            spec.destination = destination;
        } else if (auto level = position(k_level_names, word)) {
            if (spec.level)
                return fail("cannot specify multiple levels");
            spec.level = static_cast<Level>(*level);
        } else if (known(word)) {
            if (spec.module)
                return fail("cannot specify multiple modules");
            spec.module = std::move(word);
        } else {
            return fail("no destination, level, or module \"{}\"", word);
        }
    }
    return spec;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
    case Level::emer:
        return spdlog::level::critical;
    case Level::err:
        return spdlog::level::err;
    case Level::warn:
        return spdlog::level::warn;
    case Level::info:
        return spdlog::level::info;
    default:
        return spdlog::level::debug;
    }
}

// What the journal reads a line's priority from (sd-daemon(3)).
std::string_view journal_prefix(Level level) {
    constexpr std::array<std::string_view, 6> prefixes = {"", "<0>", "<3>", "<4>", "<6>", "<7>"};
    return prefixes[static_cast<std::size_t>(level)];
}

std::unique_ptr<spdlog::formatter> formatter(const char *pattern) {
    return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

constexpr const char *k_dated = "%Y-%m-%dT%T.%eZ|%v";

} // namespace

std::string_view to_string(Level level) {
    return k_level_names[static_cast<std::size_t>(level)];
}

std::string_view to_string(Destination destination) {
    return k_destination_names[static_cast<std::size_t>(destination)];
}

RateLimit::RateLimit(unsigned per_minute, unsigned burst)
    : per_second_(per_minute / 60.0), burst_(burst), tokens_(burst) {}

bool RateLimit::admit(Clock::time_point now) {
    if (last_ != Clock::time_point{}) {
        double elapsed = std::chrono::duration<double>(now - last_).count();
        tokens_ = std::min(burst_, tokens_ + elapsed * per_second_);
    }
    last_ = now;
    if (tokens_ < 1) {
        ++suppressed_;
        return false;
    }
    tokens_ -= 1;
    return true;
}

struct Logger::Module {
    std::string name;
    Levels levels;
};

Logger::Logger(Log &log, std::shared_ptr<const Module> module)
    : log_(&log), module_(std::move(module)) {}

bool Logger::enabled(Level level) const {
    return std::ranges::any_of(module_->levels, [level](Level at) { return level <= at; });
}

void Logger::write(Level level, std::string_view text) const {
    log_->write(*module_, level, text);
}

void Logger::write_limited(Level level, std::string text, RateLimit &limit) const {
    if (auto suppressed = limit.take_suppressed())
        text += fmt::format(" ({} similar messages were not logged)", suppressed);
    write(level, text);
}

struct Log::State {
    std::map<std::string, std::shared_ptr<Logger::Module>, std::less<>> modules;
    Levels any = {Level::info, Level::off, Level::info};
    std::array<std::shared_ptr<spdlog::sinks::sink>, k_destinations> sinks;
    bool journal = false; // the console is systemd's
    std::uint64_t written = 0;
    std::uint64_t lost = 0;

    Logger::Module &module(std::string_view name) {
        auto found = modules.find(name);
        if (found == modules.end())
            found = modules
                        .emplace(name, std::make_shared<Logger::Module>(
                                           Logger::Module{std::string(name), any}))
                        .first;
        return *found->second;
    }

    void apply(const Spec &spec) {
        auto change = [&](Levels &levels) {
            for (std::size_t i = 0; i < k_destinations; ++i)
                if (!spec.destination || *spec.destination == i)
                    levels[i] = spec.level.value_or(Level::dbg);
        };
        if (spec.module)
            return change(module(*spec.module).levels);
        change(any);
        for (auto &[name, each] : modules)
            change(each->levels);
    }
};

Log::Log(std::string program, std::initializer_list<std::string_view> modules)
    : program_(std::move(program)), state_(std::make_unique<State>()) {
    for (const auto name : modules)
        state_->module(name);
    state_->journal = std::getenv("JOURNAL_STREAM") != nullptr;
    auto console = std::make_shared<spdlog::sinks::stderr_sink_st>();
    console->set_formatter(formatter(state_->journal ? "%v" : k_dated));
    auto syslog = std::make_shared<spdlog::sinks::syslog_sink_st>(program_, LOG_PID | LOG_NDELAY,
                                                                  LOG_DAEMON, true);
    syslog->set_formatter(formatter("%v"));
    state_->sinks = {std::move(console), std::move(syslog), nullptr};
}

Log::~Log() = default;

Logger Log::logger(std::string_view module) {
    state_->module(module);
    return {*this, state_->modules.find(module)->second};
}

Result<> Log::set(std::string_view spec) {
    auto parsed = parse(spec, [this](const auto &word) { return state_->modules.contains(word); });
    if (!parsed)
        return std::unexpected(parsed.error());
    state_->apply(*parsed);
    return {};
}

std::string Log::list() const {
    std::string text = "                 console    syslog    file\n"
                       "                 -------    ------    ------\n";
    for (const auto &[name, module] : state_->modules)
        text += fmt::format("{:<16}  {:>4}       {:>4}       {:>4}\n", name,
                            to_string(module->levels[0]), to_string(module->levels[1]),
                            to_string(module->levels[2]));
    return text;
}

std::string Log::words() const {
    return fmt::format("levels are {}, destinations {}, modules {}",
                       lower(fmt::to_string(fmt::join(k_level_names, ", "))),
                       fmt::join(k_destination_names, ", "),
                       fmt::join(std::views::keys(state_->modules), ", "));
}

Result<> Log::open_file(const std::string &path) {
    try {
        auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path);
        sink->set_formatter(formatter(k_dated));
        state_->sinks[static_cast<std::size_t>(Destination::file)] = std::move(sink);
    } catch (const spdlog::spdlog_ex &error) {
        return fail("cannot write the log: {}; check the folder and its permissions", error.what());
    }
    file_ = path;
    return {};
}

Result<> Log::reopen_file() {
    return file_.empty() ? Result<>{} : open_file(file_);
}

std::uint64_t Log::lost() const {
    return state_->lost;
}

void Log::close_console() {
    state_->sinks[static_cast<std::size_t>(Destination::console)].reset();
}

void Log::write(const Logger::Module &module, Level level, std::string_view text) {
    ++state_->written;
    for (std::size_t i = 0; i < k_destinations; ++i) {
        auto &sink = state_->sinks[i];
        if (!sink || level > module.levels[i])
            continue;
        bool to_journal = state_->journal && i == static_cast<std::size_t>(Destination::console);
        auto line = to_journal ? fmt::format("{}{}: {}", journal_prefix(level), module.name, text)
                               : fmt::format("{:05}|{}|{}|{}", state_->written, module.name,
                                             to_string(level), text);
        try {
            sink->log({module.name, spdlog_level(level), line});
            sink->flush();
        } catch (const spdlog::spdlog_ex &) {
            ++state_->lost; // there is nowhere to complain; the next message tries again
        }
    }
}

} // namespace bvs::daemon
