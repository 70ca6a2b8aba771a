"""A tree as a drawing: Mermaid text, or SVG. Pure."""

from dataclasses import dataclass
from html import escape
from typing import Any

from fast_sugiyama import from_edges

from ivr.nodes.ask import Ask
from ivr.nodes.base import Edge, Node
from ivr.nodes.branch import Branch
from ivr.nodes.subtree import SubTree
from ivr.places import nodes_near_person, written_by_default
from ivr.tree import Tree

#: A box and the room around it, px.
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 190, 46, 40, 64
_CSS = (
    "text{font:13px sans-serif;fill:#1f2328}.kind{font-size:11px;fill:#57606a}.way{font-size:11px;fill:#0550ae}"
    "rect{fill:#f6f8fa;stroke:#57606a}.end rect{fill:#ffebe9}.start rect{fill:#dafbe1}path{fill:none;stroke:#8c959f}"
    ".else{stroke-dasharray:5 4}"
)
_WHY = {"no_input": "no input", "no_match": "no match", "failure": "failure", "hang_up": "hang-up", "goes on": ""}


@dataclass(frozen=True)
class Arrow:
    """A way from a node to another, as a drawing has it."""

    start: str
    to: str
    #: What takes it; several where they lead to the same node.
    label: str
    #: Taken where a caller does not answer as asked.
    otherwise: bool


def arrows(tree: Tree) -> list[Arrow]:
    """Every way that is written in the tree, those between the same two nodes as one."""
    found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    near = nodes_near_person(tree)
    for name, node in tree.nodes.items():
        for edge in (*node.edges(), *written_by_default(node, tree, name, near)):
            if edge.path:
                labels = found.setdefault((name, edge.to), [])
                labels.append((_label(node, edge), edge.why not in ("caller", "goes on")))
    return [
        Arrow(start, to, ", ".join(dict.fromkeys(label for label, _ in labels if label)), all(o for _, o in labels))
        for (start, to), labels in found.items()
    ]


def _label(node: Node, edge: Edge) -> str:
    match node, edge.path:
        case Ask(), ("options", str(name), _):
            key = node.options[name].key
            return f"{key} {name}" if key else name
        case Branch(), ("ways", int(number), _):
            return node.ways[number].told()
        case Branch(), ("otherwise",):
            return "otherwise"
        case _, ("keys", str(key), _):
            return key
    return _WHY.get(edge.why, "")


def mermaid(tree: Tree) -> str:
    """A Mermaid flowchart."""
    numbers = {name: f"n{number}" for number, name in enumerate(tree.nodes)}
    lines = ["flowchart TD"]
    for name, node in tree.nodes.items():
        text = f'"{_quoted(node.label or name)}<br/><i>{_quoted(_kind(node))}</i>"'
        lines.append(f"  {numbers[name]}{f'([{text}])' if node.ends else f'[{text}]'}")
    for arrow in arrows(tree):
        line = "-.->" if arrow.otherwise else "-->"
        told = f'|"{_quoted(arrow.label)}"|' if arrow.label else ""
        lines.append(f"  {numbers[arrow.start]} {line}{told} {numbers[arrow.to]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return escape(text, quote=False).replace('"', "#quot;")


def _kind(node: Node) -> str:
    told: Any = getattr(node, "kind", "")
    return f"{told} {node.tree}" if isinstance(node, SubTree) else str(told)


def svg(tree: Tree) -> str:
    """An SVG drawing, laid out in layers from the start down."""
    drawn = arrows(tree)
    places = _laid_out(tree, drawn)
    width = max(x for x, _ in places.values()) + _WIDTH + _GAP_X
    height = max(y for _, y in places.values()) + _HEIGHT + _GAP_Y
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}"><title>{escape(tree.name)}</title><style>{_CSS}</style>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#8c959f;stroke:none"/></marker></defs>',
    ]
    parts += [_curve(arrow, places) for arrow in drawn]
    parts += [_box(tree, name, *places[name]) for name in tree.nodes]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _laid_out(tree: Tree, drawn: list[Arrow]) -> dict[str, tuple[float, float]]:
    ways = [(arrow.start, arrow.to) for arrow in drawn if arrow.start != arrow.to]
    found = dict(from_edges(ways, vertex_spacing=1).to_dict()) if ways else {}  # type: ignore[no-untyped-call]
    placed = {name: found[name] for name in tree.nodes if name in found}
    top = max((y for _, y in placed.values()), default=0)
    left = min((x for x, _ in placed.values()), default=0)
    below = top - min((y for _, y in placed.values()), default=0) + 1
    alone = [name for name in tree.nodes if name not in placed]
    spots = {name: (x - left, top - y) for name, (x, y) in placed.items()} | {
        name: (float(number), below) for number, name in enumerate(alone)
    }
    return {
        name: (_GAP_X + x * (_WIDTH + _GAP_X), _GAP_Y / 2 + y * (_HEIGHT + _GAP_Y)) for name, (x, y) in spots.items()
    }


def _box(tree: Tree, name: str, x: float, y: float) -> str:
    node = tree.nodes[name]
    style = "start" if name == tree.start else "end" if node.ends else ""
    middle = x + _WIDTH / 2
    return (
        f'<g class="{style}"><rect x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
        f'<text x="{middle:.0f}" y="{y + 20:.0f}" text-anchor="middle">{escape(node.label or name)}</text>'
        f'<text class="kind" x="{middle:.0f}" y="{y + 37:.0f}" text-anchor="middle">{escape(_kind(node))}</text></g>'
    )


def _curve(arrow: Arrow, places: dict[str, tuple[float, float]]) -> str:
    """From below a box to above another; back upwards on the right."""
    (x1, y1), (x2, y2) = places[arrow.start], places[arrow.to]
    if y2 > y1:
        x1, y1, x2 = x1 + _WIDTH / 2, y1 + _HEIGHT, x2 + _WIDTH / 2
        bend = (y2 - y1) / 2
        line = f"M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
        at = ((x1 + x2) / 2, (y1 + y2) / 2)
    else:
        x1, y1, x2, y2 = x1 + _WIDTH, y1 + _HEIGHT / 2, x2 + _WIDTH, y2 + _HEIGHT / 2
        out = max(x1, x2) + _GAP_X
        line = f"M{x1:.0f} {y1:.0f}C{out:.0f} {y1:.0f} {out:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
        at = (out, (y1 + y2) / 2)
    style = ' class="else"' if arrow.otherwise else ""
    told = f'<text class="way" x="{at[0]:.0f}" y="{at[1]:.0f}" text-anchor="middle">{escape(arrow.label)}</text>'
    return f'<path d="{line}"{style} marker-end="url(#tip)"/>' + (told if arrow.label else "")
