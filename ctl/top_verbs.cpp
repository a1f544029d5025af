// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/top_screen.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

namespace bvs::ctl {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Result<milliseconds> interval_of(const Command &command) {
    const auto text = command.option("--interval").value_or("1");
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0.1) ||
        !(seconds <= 3600))
        return fail("--interval={} is not a number of seconds from 0.1 to 3600", text);
    return milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

Result<> print_once(DaemonContext &context, milliseconds interval) {
    const auto before = take_top_sample(context.daemon);
    if (!before)
        return std::unexpected(before.error());
    std::this_thread::sleep_until(before->time + interval);
    const auto now = take_top_sample(context.daemon);
    if (!now)
        return std::unexpected(now.error());
    const auto rates = top_rates(*before, *now);
    context.output.json = pretty(rates);
    context.output.text = top_summary(rates);
    for (const auto view : {TopView::ports, TopView::flows, TopView::drops, TopView::cache})
        if (const auto table = top_table(rates, view); !table.rows.empty())
            context.output.text += '\n' + render(table, {.headings = context.options.headings});
    return {};
}

Result<> run_screen(DaemonContext &context, milliseconds interval) {
    auto before = take_top_sample(context.daemon);
    if (!before)
        return std::unexpected(before.error());
    const auto terminal = Terminal::open();
    if (!terminal)
        return fail("{}; 'bvsctl top --once' prints one sample", terminal.error().message);
    TopScreen screen(context.options.colour != Colour::never);
    screen.take(top_rates(*before, *before));
    auto next = before->time + interval;
    for (;;) {
        (*terminal)->show(screen.lines((*terminal)->size()));
        const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
        const auto event = (*terminal)->wait(std::max(left, milliseconds(0)));
        if (event.end)
            return {};
        for (const int key : event.keys)
            if (screen.press(key) == TopScreen::Wish::quit)
                return {};
        if (Clock::now() < next)
            continue;
        next = Clock::now() + interval;
        if (auto now = take_top_sample(context.daemon)) {
            screen.take(top_rates(*before, *now));
            before = std::move(now);
        } else {
            screen.take(now.error());
        }
    }
}

Result<> top(DaemonContext &context) {
    if (context.options.watch)
        return fail("top renews its screen by itself; --interval=SECONDS says how often");
    const auto interval = interval_of(context.command);
    if (!interval)
        return std::unexpected(interval.error());
    const bool once = context.command.has("--once") || context.options.format;
    return once ? print_once(context, *interval) : run_screen(context, *interval);
}

constexpr std::array k_verbs{
    Verb{"top", "", "--once --interval=SECONDS",
         "show what ports, flows, drops and cache do, live, until q is typed; or print it once",
         "top\ntop --interval=5\ntop --once\ntop --once --format=json", Access::reads,
         DaemonRun{top}},
};

} // namespace

std::span<const Verb> top_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
