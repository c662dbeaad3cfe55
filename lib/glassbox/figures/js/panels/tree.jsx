/** Rooted trees: a heap's levels, a search growing, the sets of a union-find. */
import { useMemo } from "preact/hooks";
import { legibleWidth, nearestNode, nodeFont, stepped, treeLayout, treeWidth } from "../geometry.js";
import { Sheet } from "../sheet.jsx";
import { Key, paint, quiet, rem, still, Title, useWidth } from "./shared.jsx";

export const Tree = still(({ panel, set, room }) => {
  const { labels, parents, binary, pick } = panel;
  const states = room?.states ?? [];
  const most = useMemo(() => Math.max(0, ...states.map((state) => legibleWidth(state))), [room]);
  const least = Math.max(
    most,
    useMemo(() => legibleWidth(panel), [labels, parents, binary]),
  );
  // As wide as this state wants it: the largest of them may scroll, and this one fit.
  const { ref, width, room: there, large } = useWidth(360, (big, across) => treeWidth(panel, big, across));
  const box = useMemo(() => treeLayout(panel, width), [labels, parents, binary, width]);
  const { points, radius } = box;
  const below = Object.values(panel.looks ?? {}).some(isStub) ? 10 : 0; // a label under the last level
  const tallest = useMemo(() => {
    const wide = (state) => Math.max(there, treeWidth(state, large, there));
    return Math.max(0, ...states.map((state) => treeLayout(state, wide(state)).height));
  }, [room, there, large]);
  const tall = Math.max(tallest, box.height);
  const shown = labels.map((_, i) => !panel.born || panel.born[i] <= panel.step);
  const choose = (i) => {
    if (!pick) return false;
    set({ [pick.control]: pick.values[i] });
    return true;
  };
  const tell = (i) => {
    if (!shown[i]) return null;
    const text = panel.texts?.[i] ?? `node ${i}: ${labels[i]}`;
    return { text, x: points[i][0], y: points[i][1], gap: radius + 6 };
  };
  const marks = new Map(panel.marks);
  const newest = panel.born
    ? labels.map((_, i) => i).reduce((a, b) => (shown[b] && panel.born[b] > panel.born[a] ? b : a), 0)
    : 0;
  return (
    <div class="gb-panel gb-tree" ref={ref} style={least > 260 ? { flexBasis: rem(Math.min(least, 640)) } : undefined}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "tree"}: ${panel.describe || "arrow keys read the nodes"}`}
        width={width}
        room={there}
        sight={points.length ? [points[newest][0] - 40, points[newest][0] + 40] : undefined}
        height={tall + below}
        look={pick ? "gb-picks" : ""}
        find={(x, y, finger) => nearestNode(points, shown, x, y, finger ? 44 : Math.max(16, radius + 6))}
        walk={(i, by) => walk(parents, shown, i, by)}
        tell={tell}
        choose={choose}
      >
        {(cursor) => (
          <>
            <Edges panel={panel} points={points} radius={radius} shown={shown} />
            {panel.edges &&
              radius > 6 &&
              parents.map(
                (p, i) =>
                  p >= 0 &&
                  shown[i] && <EdgeText key={`t${i}`} text={panel.edges[i]} from={points[p]} to={points[i]} />,
              )}
            {labels.map(
              (text, i) =>
                shown[i] && (
                  <Node
                    key={i}
                    text={text}
                    look={lookOf(panel, i)}
                    mark={marks.get(i)}
                    at={cursor === i}
                    place={points[i]}
                    radius={radius}
                  />
                ),
            )}
          </>
        )}
      </Sheet>
      <Kinds panel={panel} all={room?.kinds ?? []} />
      {panel.legend && (panel.marks.length > 0 || room?.marks.length > 0) && (
        <Key marks={panel.marks} meanings={panel.legend} room={room} />
      )}
    </div>
  );
});

const usual = { shape: "circle", color: null, filled: false };

/** How a node looks, by its kind. */
const lookOf = (panel, i) => panel.looks?.[panel.kinds?.[i]] ?? usual;

/** A cross or a bar is a thin sign, of a branch that was not entered: its label stands below it. */
const isStub = ({ shape }) => shape === "cross" || shape === "bar";

const colored = ({ color }) => (color ? { "--gb-look": paint(color) } : undefined);

/**
 * Down from the parent and down into the child, so that no edge runs behind a sibling; in a heap straight. All of a kind
 * are one path: a drawing with fewer elements is laid out sooner.
 */
function Edges({ panel, points, radius, shown }) {
  const paths = { "": "", "3 3": "" };
  panel.parents.forEach((p, i) => {
    if (p < 0 || !shown[i]) return;
    const [x1, top, x2, y2] = [...points[p], ...points[i]];
    const y1 = Math.min(top + (isStub(lookOf(panel, p)) ? radius + 11 : 0), y2); // below its label
    const middle = (y1 + y2) / 2;
    const way = panel.binary ? `L${x2} ${y2}` : `C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
    paths[isStub(lookOf(panel, i)) ? "3 3" : ""] += `M${x1} ${y1}${way}`;
  });
  return Object.entries(paths).map(
    ([dash, d]) => d && <path key={dash} class="gb-edge-line" d={d} stroke-dasharray={dash || undefined} />,
  );
}

function EdgeText({ text, from, to }) {
  return (
    <text class="gb-edge-text" x={(from[0] + to[0]) / 2 + 4} y={(from[1] + to[1]) / 2}>
      {text}
    </text>
  );
}

const Node = quiet(({ text, look, mark, at, place, radius }) => {
  const size = nodeFont(text, radius);
  const name = ["gb-node", look.filled && "gb-filled", mark && `gb-${mark}`, at && "gb-at"].filter(Boolean).join(" ");
  return (
    <g class={name} style={colored(look)} transform={`translate(${place[0]} ${place[1]})`}>
      <Shape look={look} r={radius} />
      {size > 0 && (
        <text dy={isStub(look) ? radius + 8 : "0.35em"} font-size={size}>
          {text}
        </text>
      )}
    </g>
  );
});

/** Shapes say what colours say. */
function Shape({ look: { shape }, r }) {
  if (shape === "square") return <rect x={-r} y={-r} width={2 * r} height={2 * r} rx={2} />;
  if (shape === "cross")
    return (
      <path
        class="gb-sign"
        d={`M${-r * 0.6} ${-r * 0.6}L${r * 0.6} ${r * 0.6}M${r * 0.6} ${-r * 0.6}L${-r * 0.6} ${r * 0.6}`}
      />
    );
  if (shape === "bar") return <path class="gb-sign" d={`M${-r * 0.8} 0H${r * 0.8}`} />;
  return <circle r={r} />;
}

/** What the kinds are, in the words of whoever made the tree; only those that occur in some state. */
function Kinds({ panel: { kinds, looks, legend }, all }) {
  const occur = new Set([...(kinds ?? []), ...all]);
  const used = Object.keys(legend ?? {}).filter((kind) => legend[kind] && occur.has(kind));
  if (!used.length) return null;
  return (
    <ul class="gb-legend">
      {used.map((kind) => {
        const look = looks?.[kind] ?? usual;
        return (
          <li key={kind}>
            <svg viewBox="-7 -7 14 14" aria-hidden="true">
              <g class={`gb-node${look.filled ? " gb-filled" : ""}`} style={colored(look)}>
                <Shape look={look} r={5} />
              </g>
            </svg>
            {legend[kind]}
          </li>
        );
      })}
    </ul>
  );
}

/** Up to the parent, down to the first child, sideways to a sibling; never to a node that is not there yet. */
function walk(parents, shown, i, [right, down]) {
  const there = (k) => shown[k];
  const all = parents.map((_, k) => k);
  if (i === null) return all.find((k) => parents[k] < 0 && there(k)) ?? null;
  if (down < 0) return parents[i] < 0 ? i : parents[i];
  if (down > 0) return all.find((k) => parents[k] === i && there(k)) ?? i;
  const siblings = all.filter((k) => parents[k] === parents[i] && there(k));
  return siblings[stepped(siblings.indexOf(i), right, siblings.length)];
}
