// SPDX-License-Identifier: Apache-2.0
//
// What a verb prints, as rows and columns, and the ways to write it down. Pure.
#pragma once

#include <concepts>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

enum class Format { list, table, csv, json };
enum class Tone { plain, good, bad, faint };

struct Cell {
    Cell(std::string_view word = {}); // an empty one is an empty JSON string
    Cell(const std::string &word) : Cell(std::string_view(word)) {}
    Cell(const char *word) : Cell(std::string_view(word)) {}
    template <std::integral T>
    Cell(T number) : text(fmt::to_string(number)), json(text), is_number(!std::same_as<T, bool>) {}
    Cell(std::string shown, std::string as_json)
        : text(std::move(shown)), json(std::move(as_json)) {}

    Cell with(Tone new_tone) &&;

    std::string text; // for people
    std::string json; // the same for programs
    bool is_number = false;
    Tone tone = Tone::plain;
};

struct Table {
    std::vector<std::string> headings;
    std::vector<std::vector<Cell>> rows; // as many cells as there are headings
    // JSON with headings and data apart, numbers to the left: what scripts made for ovs-vsctl read.
    // Otherwise an array of objects, and numbers to the right.
    bool as_ovs = false;

    bool operator==(const Table &) const = delete;
};

struct Style {
    Format format = Format::table;
    bool headings = true;
    bool colour = false;
};

std::string render(const Table &table, const Style &style);

std::string paint(std::string_view text, Tone tone, bool colour);
std::string bold(std::string_view text, bool colour);

} // namespace bvs::ctl
