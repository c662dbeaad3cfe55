/** The cells of a list or a table, with marks and arrows. */
import { useState } from "preact/hooks";
import { arrayLayout, stepped } from "../geometry.js";
import { arrow, Key, pointIn, still, Tip, Title, useWidth } from "./shared.jsx";

const Cells = still(({ panel, at, set, uid }) => {
  const [ref, width] = useWidth(360);
  const [cursor, setCursor] = useState(null);
  const box = arrayLayout(panel, width);
  const { pick } = panel;

  const choose = (place) => {
    if (!place || !pick) return;
    if (panel.flat) set({ [pick.control]: pick.values[place[1]] });
    else {
      const moves = {};
      if (pick.row) moves[pick.row] = place[0];
      if (pick.column) moves[pick.column] = place[1];
      set(moves);
    }
  };
  const key = (event) => {
    if (event.key === "Escape") setCursor(null);
    if (event.key === "Enter") choose(cursor);
    const by = arrow(event);
    if (!by) return;
    event.stopPropagation();
    const row = cursor ? stepped(cursor[0], by[1], panel.cells.length) : 0;
    setCursor([row, cursor ? stepped(cursor[1], by[0], panel.cells[row].length) : 0]);
  };
  const alive = cursor && cursor[1] < (panel.cells[cursor[0]]?.length ?? 0);
  const tip = alive && cellText(panel, cursor);
  /** @type {[number, number]} */
  const [tx, ty] = alive ? box.corner(cursor) : [0, 0];
  /** @type {[number, number] | false} */
  const picked = pick && !panel.flat && [at[pick.row], at[pick.column]];
  return (
    <div class="gb-panel gb-array" ref={ref}>
      <Title panel={panel} />
      <div class="gb-sheet" style={{ maxWidth: `${box.width}px` }}>
        <svg
          viewBox={`0 0 ${box.width} ${box.height}`}
          role="group"
          aria-label={`${panel.title || "array"}: ${panel.describe || "arrow keys read the cells"}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk over the cells
          tabIndex={0}
          class={pick ? "gb-picks" : ""}
          onPointerMove={(event) => setCursor(box.cellAt(...pointIn(event)))}
          onPointerDown={(event) => choose(box.cellAt(...pointIn(event)))}
          onPointerLeave={() => setCursor(null)}
          onKeyDown={key}
          onBlur={() => setCursor(null)}
        >
          <defs>
            <marker
              id={`${uid}-tip`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" class="gb-arrowhead" />
            </marker>
          </defs>
          <Labels panel={panel} box={box} />
          {panel.cells.every((row) => row.length === 0) && (
            <text class="gb-empty" x={4} y={box.high / 2} dy="0.34em">
              empty
            </text>
          )}
          {panel.cells.map((row, r) =>
            row.map((text, c) => {
              const [x, y] = box.corner([r, c]);
              const mark = markOf(panel, r, c);
              return (
                <g key={`${r},${c}`} class={`gb-slot${mark ? ` gb-${mark}` : ""}`}>
                  <rect x={x + 1} y={y + 1} width={box.wide - 2} height={box.high - 2} rx={3} />
                  <text x={x + box.wide / 2} y={y + box.high / 2} dy="0.34em" font-size={box.font}>
                    {text}
                  </text>
                </g>
              );
            }),
          )}
          {(panel.arrows ?? []).map(([from, to]) => (
            <path key={`${from}-${to}`} class="gb-arrow" d={box.arrow(from, to)} marker-end={`url(#${uid}-tip)`} />
          ))}
          {picked && <Outline name="gb-picked" place={picked} box={box} />}
          {alive && <Outline name="gb-cell" place={cursor} box={box} />}
        </svg>
        <Tip text={tip} x={tx + box.wide / 2} y={ty} width={box.width} />
        <span class="gb-hidden" aria-live="polite">
          {tip}
        </span>
      </div>
      <Key marks={panel.marks} meanings={{ ...meanings, ...panel.legend }} />
    </div>
  );
});

const markOf = (panel, r, c) => panel.marks.find((m) => m[0] === r && m[1] === c)?.[2];

function cellText(panel, [r, c]) {
  const column = panel.columns?.[c] ?? c;
  const row = panel.rows?.[r] ?? r;
  const where = panel.flat
    ? `${panel.title || "cell"}[${column}]`
    : `${panel.ylabel || "row"} ${row}, ${panel.xlabel || "column"} ${column}`;
  return `${where}: ${panel.cells[r][c] || "empty"}`;
}

function Outline({ name, place: [r, c], box }) {
  if (r === undefined || c === undefined) return null;
  const [x, y] = box.corner([r, c]);
  return <rect class={name} x={x} y={y} width={box.wide} height={box.high} rx={4} />;
}

function Labels({ panel, box }) {
  return (
    <g class="gb-axes">
      {box.rowLabels.map(({ text, x, y }) => (
        <text key={`r${y}`} x={x} y={y} dy="0.34em" text-anchor="end">
          {text}
        </text>
      ))}
      {box.columnLabels.map(({ text, x, y }) => (
        <text key={`c${x},${y}`} x={x} y={y} text-anchor="middle" font-size={11}>
          {text}
        </text>
      ))}
      {!panel.flat && (
        <text class="gb-name" x={2} y={12}>
          {[panel.ylabel && `${panel.ylabel} ↓`, panel.xlabel && `${panel.xlabel} →`].filter(Boolean).join("   ")}
        </text>
      )}
    </g>
  );
}

const meanings = { read: "read", write: "written", compare: "compared", new: "new", path: "on the path" };

export { Cells as Array };
