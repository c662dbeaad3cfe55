/** The cells of a list or a table, with marks and arrows. */
import { useMemo } from "preact/hooks";
import { arrayLayout, arrayWidth, longestOf, steppedCell } from "../geometry.js";
import { Sheet } from "../sheet.jsx";
import { Key, picksOf, quiet, rem, still, Title, useTallest, useWidth } from "./shared.jsx";

const Cells = still(({ panel, at, set, uid, room }) => {
  const { ref, width, room: there, letters } = useWidth(360);
  const { cells, flat, rows, columns } = panel;
  // A list keeps its cells' width, and so its lines, when one of them is written wider for a while.
  const widest = useMemo(
    () => (flat ? Math.max(0, ...(room?.states ?? []).map((s) => longestOf(s.cells.flat()))) : 0),
    [flat, room],
  );
  const box = useMemo(
    () => arrayLayout(panel, width, letters, widest),
    [width, letters, cells, flat, rows, columns, widest, !panel.arrows],
  );
  const tall = useTallest(
    room,
    width,
    (state, across) => arrayLayout(state, across, letters, widest).height,
    box.height,
  );
  const least = useMemo(() => Math.max(...[panel, ...(room?.states ?? [])].map(arrayWidth)), [room, cells]);
  const { pick } = panel;
  const marks = new Map(panel.marks.toReversed().map(([r, c, kind]) => [`${r},${c}`, kind])); // the first one counts

  const choose = ([row, column]) => {
    if (!pick) return false;
    set(panel.flat ? { [pick.control]: pick.values[column] } : picksOf(pick, [row, column]));
    return true;
  };
  const tell = ([r, c]) => {
    if (c >= (panel.cells[r]?.length ?? 0)) return null;
    const [x, y] = box.corner([r, c]);
    return { text: cellText(panel, [r, c]), x: x + box.wide / 2, y: y + box.high / 2, gap: box.high / 2 + 4 };
  };
  /** @type {[number, number] | false} */
  const picked = pick && !panel.flat && [at[pick.row], at[pick.column]];
  return (
    <div class="gb-panel gb-array" ref={ref} style={least > 208 ? { flexBasis: rem(Math.min(least, 640)) } : undefined}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "array"}: ${panel.describe || "arrow keys read the cells"}`}
        width={box.width}
        height={tall}
        shrinks
        room={there}
        sight={sightOf(picked || busyOf(panel), box)}
        look={pick ? "gb-picks" : ""}
        find={box.cellAt}
        walk={(cursor, by) => steppedCell(cursor, by, panel.cells.length, (r) => panel.cells[r].length)}
        tell={tell}
        choose={choose}
      >
        {(cursor) => (
          <>
            <defs>
              <marker
                id={`${uid}-tip`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerUnits="userSpaceOnUse"
                markerWidth="9"
                markerHeight="9"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" class="gb-arrowhead" />
              </marker>
            </defs>
            <Labels box={box} flat={flat} xlabel={panel.xlabel} ylabel={panel.ylabel} />
            {panel.cells.every((row) => row.length === 0) && (
              <text class="gb-empty" x={4} y={box.high / 2} dy="0.34em">
                empty
              </text>
            )}
            {panel.cells.map((row, r) =>
              row.map((text, c) => {
                const [x, y] = box.corner([r, c]);
                const { wide, high, font } = box;
                const key = `${r},${c}`;
                return <Slot key={key} {...{ text, x, y, wide, high, font }} mark={marks.get(key)} />;
              }),
            )}
            {(panel.arrows ?? []).map(([from, to]) => (
              <path key={`${from}-${to}`} class="gb-arrow" d={box.arrow(from, to)} marker-end={`url(#${uid}-tip)`} />
            ))}
            {picked && <Outline name="gb-picked" place={picked} box={box} />}
            {cursor && <Outline name="gb-cell" place={cursor} box={box} />}
          </>
        )}
      </Sheet>
      <Key marks={panel.marks} meanings={{ ...meanings, ...panel.legend }} room={room} />
    </div>
  );
});

/** The cell of a table where something happens: the one that is written, or else marked first. */
const busyOf = ({ flat, marks }) => !flat && (marks.find(([, , kind]) => kind === "write") ?? marks[0]);

/** From where to where a cell lies. */
function sightOf(cell, box) {
  if (!cell || cell[1] === undefined) return undefined;
  const [x] = box.corner(cell);
  return /** @type {[number, number]} */ ([x, x + box.wide]);
}

const Slot = quiet(({ text, x, y, wide, high, font, mark }) => (
  <g class={`gb-slot${mark ? ` gb-${mark}` : ""}`}>
    <rect x={x + 1} y={y + 1} width={wide - 2} height={high - 2} rx={3} />
    <text x={x + wide / 2} y={y + high / 2} dy="0.34em" font-size={font}>
      {text}
    </text>
  </g>
));

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

const Labels = quiet(({ box, flat, xlabel, ylabel }) => {
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
      {!flat && (
        <text class="gb-name" x={2} y={12}>
          {[ylabel && `${ylabel} ↓`, xlabel && `${xlabel} →`].filter(Boolean).join("   ")}
        </text>
      )}
    </g>
  );
});

const meanings = { read: "read", write: "written", compare: "compared", new: "new", path: "on the path" };

export { Cells as Array };
