"""The readable form of a benchmark: one page with the table, the marks and a plot for each question."""

import html

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 300, 64, 44, 16, 150
COLOURS = ("#1b6ca8", "#c0392b", "#27825b", "#8e6c00", "#6b4ea0")

STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 62em; color: #222 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: 0.15em 0.7em; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
.missed { color: #c0392b; font-weight: bold }
svg text { font: 12px sans-serif }
"""


def element(name, content="", **attributes):
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{words}>{content}</{name}>"


def ticks(most):
    """At most six round numbers from 0 to the first that is not below the greatest value."""
    step = 10 ** len(str(int(most)))
    for divisor in (1, 2, 5, 10, 20, 50, 100):
        if most / (step / divisor) <= 5:
            finest = step / divisor
    count = int(-(-most // finest))
    return [number * finest for number in range(count + 1)]


def number(value):
    return f"{value:g}"


def plot(title, across, up, series):
    """Lines through points (x, y), each from 0 on; series: {name: [(x, y), ...]}."""
    points = [point for line in series.values() for point in line]
    if not points:
        return ""
    x_ticks, y_ticks = (ticks(max(point[axis] for point in points)) for axis in (0, 1))

    def x(value):
        return round(LEFT + value / x_ticks[-1] * (WIDTH - LEFT - RIGHT), 1)

    def y(value):
        return round(HEIGHT - BOTTOM - value / y_ticks[-1] * (HEIGHT - BOTTOM - TOP), 1)

    drawn = [element("line", x1=x(0), x2=x(x_ticks[-1]), y1=y(tick), y2=y(tick), stroke="#ddd") for tick in y_ticks]
    drawn += [element("text", number(tick), x=LEFT - 8, y=y(tick) + 4, text_anchor="end") for tick in y_ticks]
    drawn += [element("text", number(tick), x=x(tick), y=HEIGHT - BOTTOM + 18, text_anchor="middle") for tick in x_ticks]
    drawn.append(element("text", html.escape(across), x=x(x_ticks[-1] / 2), y=HEIGHT - 6, text_anchor="middle"))
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join(f"{x(a)},{y(b)}" for a, b in sorted(line))
        drawn.append(element("polyline", points=path, fill="none", stroke=colour, stroke_width=2))
        drawn += [element("circle", cx=x(a), cy=y(b), r=3, fill=colour) for a, b in line]
        drawn.append(element("text", html.escape(name), x=WIDTH - RIGHT + 12, y=TOP + 18 * (index + 1), fill=colour))
    picture = element("svg", "".join(drawn), width=WIDTH, height=HEIGHT, role="img")
    return element("h3", html.escape(f"{title} ({up})")) + picture


def table(rows):
    head, *body = [[html.escape(str(cell)) for cell in row] for row in rows]
    lines = [element("tr", "".join(element("th", cell) for cell in head))]
    lines += [element("tr", "".join(element("td", cell) for cell in row)) for row in body]
    return element("table", "\n".join(lines))


def verdicts(marks):
    lines = [element("li", html.escape(mark.told())) if mark.holds()
             else element("li", "missed: " + html.escape(mark.told()), class_="missed") for mark in marks]
    return element("ul", "\n".join(lines))


def page(title, rows, marks, plots):
    body = [element("h1", html.escape(title)), table(rows)]
    body += [element("h2", "Marks"), verdicts(marks), element("h2", "How it grows")] + plots
    head = element("title", html.escape(title)) + element("style", STYLE)
    return f"<!DOCTYPE html>\n<html lang='en'><meta charset='utf-8'>{head}\n" + "\n".join(body) + "\n</html>\n"
