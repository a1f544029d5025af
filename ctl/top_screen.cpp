// SPDX-License-Identifier: Apache-2.0
#include "ctl/top_screen.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace bvs::ctl {

namespace {

// Names are what somebody chose, and shall not command the terminal.
void disarm(std::string &text) {
    for (char &c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
}

std::vector<std::string> split_lines(const std::string &text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

} // namespace

void TopScreen::take(Json rates) {
    rates_ = std::move(rates);
    error_.clear();
}

void TopScreen::take(const Error &error) {
    error_ = error.message;
}

TopScreen::Wish TopScreen::press(int key) {
    constexpr std::string_view k_views = "pfdc";
    if (const auto view = k_views.find(static_cast<char>(key));
        key < 0x80 && view != k_views.npos) {
        view_ = static_cast<TopView>(view);
        first_ = 0;
        return Wish::redraw;
    }
    const auto page = static_cast<std::ptrdiff_t>(page_);
    switch (key) {
    case 'q':
        return Wish::quit;
    case 's':
    case key_right:
        order() = {(order().column + 1) % columns_};
        return Wish::redraw;
    case key_left:
        order() = {(order().column + columns_ - 1) % columns_};
        return Wish::redraw;
    case 'r':
        order().reversed = !order().reversed;
        return Wish::redraw;
    case key_up:
        scroll(-1);
        return Wish::redraw;
    case key_down:
        scroll(1);
        return Wish::redraw;
    case key_page_up:
        scroll(-page);
        return Wish::redraw;
    case key_page_down:
        scroll(page);
        return Wish::redraw;
    default:
        return Wish::nothing;
    }
}

void TopScreen::scroll(std::ptrdiff_t by) {
    const auto last = static_cast<std::ptrdiff_t>(rows_ - std::min(page_, rows_));
    first_ = static_cast<std::size_t>(
        std::clamp(static_cast<std::ptrdiff_t>(first_) + by, std::ptrdiff_t{0}, last));
}

// Numbers: the largest first; words: in their order.
void TopScreen::sort(Table &table, const Order &order) const {
    std::ranges::stable_sort(table.rows, [&](const auto &one, const auto &other) {
        const auto &a = order.reversed ? other[order.column] : one[order.column];
        const auto &b = order.reversed ? one[order.column] : other[order.column];
        if (a.is_number && b.is_number)
            return std::strtod(a.json.c_str(), nullptr) > std::strtod(b.json.c_str(), nullptr);
        return a.text < b.text;
    });
}

std::string TopScreen::keys_line() const {
    return "q quit  p ports  f flows  d drops  c cache  s,left,right: sort by  r: turn round  "
           "up,down: scroll";
}

std::vector<std::string> TopScreen::lines(ScreenSize size) {
    auto table = top_table(rates_, view_);
    columns_ = table.headings.size();
    rows_ = table.rows.size();
    sort(table, order());
    for (auto &row : table.rows)
        for (auto &cell : row)
            disarm(cell.text);
    table.headings[order().column] += order().reversed ? '^' : '*';

    auto lines = split_lines(top_summary(rates_));
    lines.push_back(paint(error_, Tone::bad, colour_));
    constexpr std::size_t k_table_head = 2, k_keys = 1;
    page_ = std::max<std::size_t>(size.rows, lines.size() + k_table_head + k_keys + 1) -
            lines.size() - k_table_head - k_keys;
    scroll(0);
    const auto end = std::min(first_ + page_, rows_);
    table.rows.erase(table.rows.begin() + static_cast<std::ptrdiff_t>(end), table.rows.end());
    table.rows.erase(table.rows.begin(), table.rows.begin() + static_cast<std::ptrdiff_t>(first_));
    for (auto &line : split_lines(render(table, {.format = Format::table, .colour = colour_})))
        lines.push_back(std::move(line));
    lines.resize(std::max(lines.size() + k_keys, size.rows) - k_keys);
    lines.push_back(paint(keys_line(), Tone::faint, colour_));
    lines.resize(std::min(lines.size(), size.rows));
    for (auto &line : lines)
        line = cut(line, size.columns);
    return lines;
}

} // namespace bvs::ctl
