/** A rooted tree: a heap's levels, or a search growing. */
import { useMemo, useState } from "preact/hooks";
import { nodeFont, stepped, treeLayout } from "../geometry.js";
import { arrow, Key, still, Tip, Title, useWidth } from "./shared.jsx";

export const Tree = still(({ panel, set }) => {
  const [ref, width] = useWidth(360);
  const [cursor, setCursor] = useState(null);
  const { labels, parents, binary, pick } = panel;
  const box = useMemo(() => treeLayout(panel, width), [labels, parents, binary, width]);
  const { points, radius } = box;
  const below = labels.some((_, i) => isStub(panel, i)) ? 10 : 0; // a label under the last level
  const shown = labels.map((_, i) => !panel.born || panel.born[i] <= panel.step);
  const choose = (i) => pick && set({ [pick.control]: pick.values[i] });
  const key = (event) => {
    if (event.key === "Escape") setCursor(null);
    if (event.key === "Enter" && cursor !== null) choose(cursor);
    const by = arrow(event);
    if (!by) return;
    event.stopPropagation();
    setCursor(cursor === null ? 0 : walk(panel, cursor, by));
  };
  const alive = cursor !== null && shown[cursor];
  const tip = alive && (panel.texts?.[cursor] ?? `node ${cursor}: ${labels[cursor]}`);
  const marks = new Map(panel.marks);
  return (
    <div class="gb-panel gb-tree" ref={ref}>
      <Title panel={panel} />
      <div class="gb-sheet">
        <svg
          viewBox={`0 0 ${width} ${box.height + below}`}
          role="group"
          aria-label={`${panel.title || "tree"}: ${panel.describe || "arrow keys read the nodes"}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk over the nodes
          tabIndex={0}
          class={pick ? "gb-picks" : ""}
          onPointerLeave={() => setCursor(null)}
          onKeyDown={key}
          onBlur={() => setCursor(null)}
        >
          {parents.map((p, i) =>
            p < 0 || !shown[i] ? null : (
              <g key={`e${i}`}>
                <line
                  class={`gb-edge-line gb-kind-${panel.kinds?.[i] ?? "inner"}`}
                  x1={points[p][0]}
                  y1={points[p][1]}
                  x2={points[i][0]}
                  y2={points[i][1]}
                />
                {panel.edges && radius > 6 && (
                  <text
                    class="gb-edge-text"
                    x={(points[p][0] + points[i][0]) / 2 + 4}
                    y={(points[p][1] + points[i][1]) / 2}
                  >
                    {panel.edges[i]}
                  </text>
                )}
              </g>
            ),
          )}
          {labels.map((text, i) =>
            shown[i] ? (
              <g
                key={i}
                class={`gb-node gb-kind-${panel.kinds?.[i] ?? "inner"}${marks.has(i) ? ` gb-${marks.get(i)}` : ""}${cursor === i ? " gb-at" : ""}`}
                transform={`translate(${points[i][0]} ${points[i][1]})`}
                onPointerEnter={() => setCursor(i)}
                onPointerDown={() => choose(i)}
              >
                <Shape kind={panel.kinds?.[i] ?? "inner"} r={radius} />
                {isStub(panel, i) && <circle class="gb-reach" r={radius} />}
                {nodeFont(text, radius) > 0 && (
                  <text dy={isStub(panel, i) ? radius + 8 : "0.35em"} font-size={nodeFont(text, radius)}>
                    {text}
                  </text>
                )}
              </g>
            ) : null,
          )}
        </svg>
        <Tip text={tip} x={alive ? points[cursor][0] : 0} y={alive ? points[cursor][1] : 0} width={width} />
        <span class="gb-hidden" aria-live="polite">
          {tip}
        </span>
      </div>
      {panel.kinds && <Kinds kinds={panel.kinds} />}
      {panel.legend && <Key marks={panel.marks} meanings={panel.legend} />}
    </div>
  );
});

/** A branch that was not entered is a thin sign: its label stands below it, and it has a reach to be pointed at. */
const isStub = (panel, i) => ["prune", "skip"].includes(panel.kinds?.[i]);

/** Shapes say what colours say: a solution is a square, a cut branch a cross, a skipped one a bar. */
function Shape({ kind, r }) {
  if (kind === "solution") return <rect x={-r} y={-r} width={2 * r} height={2 * r} rx={2} />;
  if (kind === "prune")
    return <path d={`M${-r * 0.6} ${-r * 0.6}L${r * 0.6} ${r * 0.6}M${r * 0.6} ${-r * 0.6}L${-r * 0.6} ${r * 0.6}`} />;
  if (kind === "skip") return <path d={`M${-r * 0.8} 0H${r * 0.8}`} />;
  return <circle r={r} />;
}

const names = { solution: "solution", dead: "dead end", prune: "cut: too large", skip: "skipped: a duplicate" };

function Kinds({ kinds }) {
  const used = Object.keys(names).filter((kind) => kinds.includes(kind));
  if (!used.length) return null;
  return (
    <ul class="gb-legend">
      {used.map((kind) => (
        <li key={kind}>
          <svg viewBox="-7 -7 14 14" width={14} height={14} aria-hidden="true">
            <g class={`gb-node gb-kind-${kind}`}>
              <Shape kind={kind} r={5} />
            </g>
          </svg>
          {names[kind]}
        </li>
      ))}
    </ul>
  );
}

/** Up to the parent, down to the first child, sideways to a sibling (or a neighbour of the level). */
function walk({ parents, labels }, i, [right, down]) {
  if (down < 0) return Math.max(0, parents[i]);
  if (down > 0) {
    const child = parents.indexOf(i);
    return child < 0 ? i : child;
  }
  const siblings = labels.map((_, k) => k).filter((k) => parents[k] === parents[i]);
  return siblings[stepped(siblings.indexOf(i), right, siblings.length)];
}
