#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows at the end of what a program has written to it.

terminal.py text|svg ROWS COLUMNS < BYTES

It knows what bvsctl top writes: moves of the cursor (CUP), clearing (ED, EL), colours and bold type (SGR).
Of several screens, the alternate one is taken as it was when the program left it.
"""
import re
import sys
from html import escape

TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|(\x1b.|[\r\n])|([^\x1b\r\n]+)")
COLOURS = {"31": "#e05050", "32": "#50c050", "33": "#d0b040", "36": "#50b0d0"}
WIDTH, HEIGHT = 8.4, 18  # of a character, in pixels


class Screen:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.clear()
        self.style = ()

    def clear(self):
        self.cells = [[(" ", ())] * self.columns for _ in range(self.rows)]
        self.row = self.column = 0

    def write(self, text):
        for character in text:
            if self.row < self.rows and self.column < self.columns:
                self.cells[self.row][self.column] = (character, self.style)
            self.column += 1

    def command(self, parameters, final):
        numbers = parameters.split(";")
        if final == "H":
            self.row = int(numbers[0] or 1) - 1
            self.column = int(numbers[1]) - 1 if len(numbers) > 1 else 0
        elif final == "J":
            self.clear()
        elif final == "K" and self.row < self.rows:
            self.cells[self.row][self.column:] = [(" ", ())] * (self.columns - min(self.column, self.columns))
        elif final == "m":
            self.style = () if parameters in ("", "0") else tuple(numbers)


def final_screen(data, rows, columns):
    screen = Screen(rows, columns)
    for private, parameters, final, other, text in TOKEN.findall(data):
        if private and parameters == "1049" and final == "l":
            break
        if final and not private:
            screen.command(parameters, final)
        elif other == "\r":
            screen.column = 0
        elif text:
            screen.write(text)
    return screen


def runs(cells):
    """Neighbours of one style: column, text and style."""
    begin = 0
    for at in range(1, len(cells) + 1):
        if at == len(cells) or cells[at][1] != cells[begin][1]:
            yield begin, "".join(character for character, _ in cells[begin:at]), cells[begin][1]
            begin = at


def svg(screen):
    width, height = screen.columns * WIDTH + 20, screen.rows * HEIGHT + 16
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
           'font-family="DejaVu Sans Mono, monospace" font-size="14" fill="#d8d8d8" xml:space="preserve">')
    yield '<rect width="100%" height="100%" fill="#181a1f"/>'
    for row, cells in enumerate(screen.cells):
        for column, text, style in runs(cells):
            if not text.strip():
                continue
            colour = next((f' fill="{COLOURS[code]}"' for code in style if code in COLOURS), "")
            weight = ' font-weight="bold"' if "1" in style else ""
            yield (f'<text x="{10 + column * WIDTH:.1f}" y="{(row + 1) * HEIGHT + 4}" '
                   f'textLength="{len(text) * WIDTH:.1f}"{colour}{weight}>{escape(text)}</text>')
    yield "</svg>"


def main():
    kind, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    data = sys.stdin.buffer.read().decode("utf-8", "replace")
    screen = final_screen(data, rows, columns)
    if kind == "svg":
        print("\n".join(svg(screen)))
    else:
        lines = ["".join(character for character, _ in cells).rstrip() for cells in screen.cells]
        print("\n".join(lines).rstrip())


if __name__ == "__main__":
    main()
