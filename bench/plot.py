# SPDX-License-Identifier: Apache-2.0
"""Traffic, overlays and tenants as an SVG: a panel a quantity, a bar a path, whiskers where half of the
rounds were."""
from xml.sax.saxutils import escape

import overlay
import paths
import stats
import tenants
from comparison import Comparison
from measures import QUANTITIES, Quantity

SHOWN = ("tcp1", "tcp4", "small", "trips", "p99", "forward")
FIRST_ANSWER = Quantity("a new VM's first answer", "ms", False)
WIDTH, COLUMNS = 960, 2
LABEL, BAR = 180, 190  # widths in a panel
ROW, HEAD, MARGIN = 22, 44, 16

# Greys and one colour that stand on white and on black; text takes the reader's scheme.
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; font-size: 13px; }
.note { fill: #57606a; }
.bar { fill: #9aa4af; } .bvs { fill: #1f83d6; } .whisker { stroke: #24292f; stroke-width: 1.2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9aa4af; } .bar { fill: #6e7781; } .bvs { fill: #4aa3f0; }
  .whisker { stroke: #e6edf3; }
}
"""


def words(x, y, content, css="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(content)}</text>'


def whisker(x, y, values, scale):
    low, high = (x + value * scale for value in stats.quartiles(values))
    return (f'<path class="whisker" fill="none" d="M{low:.1f} {y}H{high:.1f}'
            f'M{low:.1f} {y - 3}v6M{high:.1f} {y - 3}v6"/>')


def panel(x, y, quantity, series):
    """`series`: label -> values of the rounds."""
    better = "more is better" if quantity.more_is_better else "less is better"
    top = max((stats.quartiles(values)[1] for values in series.values() if values), default=1)
    scale = BAR / top
    drawn = [words(x, y + 14, quantity.title, "title"),
             words(x, y + 30, f"{quantity.unit}, {better}", "note")]
    for i, (label, values) in enumerate(series.items()):
        middle = y + HEAD + i * ROW + ROW / 2
        drawn.append(words(x + LABEL - 8, middle + 4, label, anchor="end"))
        if not values:
            drawn.append(words(x + LABEL, middle + 4, "not measured", "note"))
            continue
        value = stats.median(values)
        css = "bvs" if label.startswith("BVS") else "bar"
        drawn.append(f'<rect class="{css}" x="{x + LABEL}" y="{middle - 7}" '
                     f'width="{value * scale:.1f}" height="14" rx="2"/>')
        drawn.append(whisker(x + LABEL, middle, values, scale))
        drawn.append(words(x + LABEL + BAR + 10, middle + 4, f"{value:.{quantity.digits}f}"))
    return "\n".join(drawn)


def panels_of(values, label):
    """Of what was compared, a panel a quantity: (quantity, series)."""
    compared = Comparison(values)
    panels = [(QUANTITIES[key], {label(path): stats.present(compared.series(path, key))
                                 for path in compared.values}) for key in SHOWN]
    return [one for one in panels if any(one[1].values())]


def all_panels(results):
    """Of every part that was measured."""
    panels = panels_of(results["traffic"] or {}, lambda path: paths.ALL[path][0].partition(",")[0])
    if found := results["overlay"]:
        panels += panels_of(found["traffic"], lambda path: overlay.PATHS[path].title.partition(" and ")[0])
    if found := results["tenants"]:
        label = tenants.ARRANGEMENTS.get
        panels.append((FIRST_ANSWER, {f"BVS, {label(name)}": values
                                      for name, values in found["first_answer_ms"].items()}))
        panels += panels_of(found["traffic"], lambda name: f"BVS, {label(name)}")
    return panels


def svg(results):
    panels = all_panels(results)
    step = HEAD + ROW * max((len(series) for _, series in panels), default=0) + 24
    rows = -(-len(panels) // COLUMNS)
    height = MARGIN * 2 + rows * step + 20
    host = results["machine"]
    foot = (f"{host['cpu']}, {host['cpus']} CPUs, Linux {host['kernel']}; medians of {results['rounds']} "
            "alternating rounds, whiskers: quartiles")
    drawn = [panel(MARGIN + (i % COLUMNS) * WIDTH / COLUMNS, MARGIN + i // COLUMNS * step, *one)
             for i, one in enumerate(panels)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="Benchmark of switches between two containers">',
        f"<style>{STYLE}</style>", *drawn, words(MARGIN, height - MARGIN, foot, "note"), "</svg>", ""])
