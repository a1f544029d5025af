// SPDX-License-Identifier: Apache-2.0
#include "ctl/table.h"

#include "ovsdb/json.h"

#include <algorithm>

namespace bvs::ctl {

namespace {

std::string json_string(std::string_view text) {
    std::string json;
    ovsdb::append_json_string(json, text);
    return json;
}

// Bytes of UTF-8 that begin a character.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string pad(std::string_view text, std::size_t to, bool right) {
    auto blanks = std::string(to - std::min(width(text), to), ' ');
    return right ? blanks + std::string(text) : std::string(text) + blanks;
}

void end_line(std::string &out) {
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
}

struct Shape {
    std::size_t width = 0;
    bool right = false;
};

std::vector<Shape> shapes(const Table &table, bool headings) {
    std::vector<Shape> columns(table.headings.size());
    for (std::size_t i = 0; i < columns.size(); i++) {
        columns[i].width = headings ? width(table.headings[i]) : 0;
        columns[i].right = !table.as_ovs && !table.rows.empty();
        for (const auto &row : table.rows) {
            columns[i].width = std::max(columns[i].width, width(row[i].text));
            columns[i].right = columns[i].right && row[i].is_number;
        }
    }
    return columns;
}

std::string render_table(const Table &table, const Style &style) {
    auto columns = shapes(table, style.headings);
    std::string out;
    auto line = [&](auto text_of) {
        std::string text;
        for (std::size_t i = 0; i < columns.size(); i++)
            text += (i ? " " : "") + text_of(i);
        out += text;
        end_line(out);
    };
    if (style.headings) {
        line([&](std::size_t i) {
            return bold(pad(table.headings[i], columns[i].width, columns[i].right), style.colour);
        });
        line([&](std::size_t i) { return std::string(columns[i].width, '-'); });
    }
    for (const auto &row : table.rows)
        line([&](std::size_t i) {
            return paint(pad(row[i].text, columns[i].width, columns[i].right), row[i].tone,
                         style.colour);
        });
    return out;
}

std::string render_list(const Table &table, const Style &style) {
    std::string out;
    for (const auto &row : table.rows) {
        if (!out.empty())
            out += '\n';
        for (std::size_t i = 0; i < row.size(); i++) {
            if (style.headings)
                out += bold(pad(table.headings[i], 20, false), style.colour) + ": ";
            out += paint(row[i].text, row[i].tone, style.colour) + '\n';
        }
    }
    return out;
}

// RFC 4180, with the line ends of Unix.
std::string csv_field(const std::string &text) {
    if (text.find_first_of(",\"\r\n") == text.npos)
        return text;
    std::string quoted = "\"";
    for (char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

std::string render_csv(const Table &table, const Style &style) {
    std::string out;
    if (style.headings) {
        std::vector<std::string> fields;
        std::ranges::transform(table.headings, std::back_inserter(fields), csv_field);
        out += fmt::format("{}\n", fmt::join(fields, ","));
    }
    for (const auto &row : table.rows) {
        std::vector<std::string> fields;
        for (const auto &cell : row)
            fields.push_back(csv_field(cell.text));
        out += fmt::format("{}\n", fmt::join(fields, ","));
    }
    return out;
}

std::string render_json(const Table &table) {
    std::vector<std::string> headings, rows;
    std::ranges::transform(table.headings, std::back_inserter(headings), json_string);
    for (const auto &row : table.rows) {
        std::vector<std::string> cells;
        for (std::size_t i = 0; i < row.size(); i++)
            cells.push_back(table.as_ovs ? row[i].json : headings[i] + ":" + row[i].json);
        rows.push_back(fmt::format("{}{}{}", table.as_ovs ? '[' : '{', fmt::join(cells, ","),
                                   table.as_ovs ? ']' : '}'));
    }
    auto data = fmt::format("[{}]", fmt::join(rows, table.as_ovs ? "," : ",\n "));
    if (!table.as_ovs)
        return data + '\n';
    return fmt::format("{{\"data\":{},\"headings\":[{}]}}\n", data, fmt::join(headings, ","));
}

} // namespace

Cell::Cell(std::string_view word) : text(word), json(json_string(word)) {}

Cell Cell::with(Tone new_tone) && {
    tone = new_tone;
    return std::move(*this);
}

std::string render(const Table &table, const Style &style) {
    switch (style.format) {
    case Format::list:
        return render_list(table, style);
    case Format::table:
        return render_table(table, style);
    case Format::csv:
        return render_csv(table, style);
    case Format::json:
        return render_json(table);
    }
    return {};
}

std::string paint(std::string_view text, Tone tone, bool colour) {
    if (!colour || tone == Tone::plain)
        return std::string(text);
    auto code = tone == Tone::good ? 32 : tone == Tone::bad ? 31 : 2;
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string bold(std::string_view text, bool colour) {
    return colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

} // namespace bvs::ctl
