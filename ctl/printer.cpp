// SPDX-License-Identifier: Apache-2.0
#include "ctl/printer.h"

#include <unistd.h>

namespace bvs::ctl {

namespace {

std::string on_one_line(std::string_view text) {
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    std::string line;
    for (char c : text) {
        if (c == '\n')
            line += "\\n";
        else if (c == '\\')
            line += "\\\\";
        else
            line += c;
    }
    return line + '\n';
}

} // namespace

Printer::Printer(const Options &options, std::FILE *file)
    : options_(options), file_(file), terminal_(isatty(fileno(file)) == 1),
      colour_(options.colour == Colour::always ||
              (options.colour == Colour::automatic && terminal_)) {}

void Printer::begin_round() {
    constexpr std::string_view k_home_and_clear = "\x1b[H\x1b[2J";
    if (terminal_)
        std::fwrite(k_home_and_clear.data(), 1, k_home_and_clear.size(), file_);
    after_table_ = false;
}

void Printer::print(const Output &output) {
    auto text = render(output);
    if (options_.oneline)
        text = on_one_line(text);
    std::fwrite(text.data(), 1, text.size(), file_);
}

std::string Printer::render(const Output &output) {
    if (options_.format == Format::json && !output.json.empty())
        return output.json;
    // The text is how such a verb makes a list.
    bool as_text = !options_.format || options_.format == Format::list;
    if (!output.table || (as_text && !output.prefers_table))
        return output.text;
    auto format = options_.format.value_or(output.table_format);
    auto text = ctl::render(*output.table, {format, options_.headings, colour_});
    bool separate = std::exchange(after_table_, true) && format != Format::json;
    return separate ? '\n' + text : text;
}

} // namespace bvs::ctl
