/** A table to fill: the reader names the cells that the next one is made of, then its value. */
import { useEffect, useRef, useState } from "preact/hooks";
import { cellLabels, sheetLayout, steppedCell } from "../geometry.js";
import { Sheet } from "../sheet.jsx";
import { still, Title, useTallest, useWidth } from "./shared.jsx";

const TICKS = 30; // redraws a second while the machine fills

export const Worksheet = still(({ panel, uid, room }) => {
  const { ref, width, room: there, letters } = useWidth(640);
  const [playing, setPlaying] = useState(false);
  const [states, setStates] = useState({}); // one a setting of the controls
  const state = states[panel.key] ?? fresh;
  const box = sheetLayout(panel, width, letters);
  const tall = useTallest(room, width, (state, across) => sheetLayout(state, across, letters).height, box.height);
  const total = (panel.rows.length - 1) * panel.columns.length;
  const filled = panel.begin + state.added;
  const target = filled < total ? box.cellOf(filled) : null;
  const hands = panel.cells !== null; // else there are too many cells for a hand
  const at = (table, [r, c]) => table[r - 1][c];
  const wanted = target && hands ? at(panel.sources, target) : [];
  const found = wanted.filter((cell) => state.picked.some((p) => same(p, cell)));
  const options = target && hands && found.length === wanted.length ? at(panel.choices, target) : [];

  const change = (step) => setStates((old) => ({ ...old, [panel.key]: step(old[panel.key] ?? fresh) }));
  useEffect(() => setPlaying(false), [panel.key]);
  const clock = useRef(0);
  useEffect(() => {
    if (!playing) return undefined;
    clock.current = performance.now();
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - clock.current) / 1000) * panel.pace);
      if (!due) return;
      clock.current += (1000 * due) / panel.pace;
      advance(due, "");
    }, 1000 / TICKS);
    return () => clearInterval(timer);
  }, [playing, panel.key]);
  useEffect(() => {
    if (filled >= total) setPlaying(false);
  }, [filled]);

  const setState = (next) => change((old) => ({ ...old, ...next }));
  const advance = (count, said, mine = 0) =>
    change((old) => ({
      added: Math.min(total - panel.begin, old.added + count),
      mine: old.mine + mine,
      picked: [],
      said,
    }));
  const choose = (cell) => {
    if (!cell || !target || !hands || playing) return;
    if (cell[0] > 0 && box.numberOf(cell) >= filled) {
      const said = same(cell, target) ? "This is the cell to fill." : "That cell is not filled yet.";
      setState({ said: `${said} ${at(panel.hints, target)}` });
    } else if (!wanted.some((source) => same(source, cell))) {
      setState({ said: `Not that one: ${panel.texts[cell[0]][cell[1]]}. ${at(panel.hints, target)}` });
    } else if (!found.some((source) => same(source, cell))) {
      const picked = [...state.picked, cell];
      const said = `Yes: ${panel.texts[cell[0]][cell[1]]}.`;
      const done = wanted.every((source) => picked.some((p) => same(p, source)));
      if (done && !at(panel.choices, target).length) advance(1, `${said} It is copied.`, 1);
      else setState({ picked, said: done ? `${said} Now pick the value.` : `${said} Which other cell?` });
    }
  };
  const answer = ([text, why]) => {
    const right = text === panel.cells[target[0]][target[1]];
    if (right) advance(1, `Right: ${why}.`, 1);
    else setState({ said: `Not ${text}: ${why}.` });
  };
  const step = (cursor, by) =>
    cursor ? steppedCell(cursor, by, panel.rows.length, () => panel.columns.length) : (target ?? [0, 0]);
  const ask = hands
    ? target && `Fill ${nameOf(panel, target)}. ${at(panel.hints, target)}`
    : "Too many cells for a hand: let the machine fill them.";
  const left = Math.ceil((total - filled) / panel.pace);
  return (
    <div class="gb-panel gb-worksheet" ref={ref}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "worksheet"}: ${hands ? "arrow keys walk over the cells, Enter picks one" : panel.describe}`}
        width={box.width}
        height={tall}
        room={there}
        sight={target ? sightOf(target, box) : undefined}
        look={hands ? "gb-hand" : ""}
        find={hands ? box.cellAt : undefined}
        walk={hands ? step : undefined}
        tell={(cell) => said(panel, box, cell, filled)}
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
            <Labels panel={panel} box={box} />
            {hands ? (
              <Cells panel={panel} box={box} filled={filled} target={target} found={found} />
            ) : (
              <Bars panel={panel} box={box} filled={filled} />
            )}
            {found.map((cell) => (
              <path key={cell.join()} class="gb-arrow" d={box.arrow(cell, target)} marker-end={`url(#${uid}-tip)`} />
            ))}
            {cursor && <Outline box={box} cell={cursor} />}
          </>
        )}
      </Sheet>
      <p class="gb-said" aria-live="polite">
        {state.said || (target ? ask : panel.done)}
      </p>
      <div class="gb-question gb-acts">
        {options.map((option) => (
          <button key={option[0]} type="button" onClick={() => answer(option)}>
            {option[0]}
          </button>
        ))}
      </div>
      <div class="gb-question gb-acts">
        <button
          type="button"
          class={hands && target && !playing ? undefined : "gb-sizes"}
          disabled={!hands || !target || playing}
          onClick={() => advance(1, "")}
        >
          fill this cell
        </button>
        {target ? (
          <button type="button" onClick={() => setPlaying(!playing)}>
            {playing ? "stop" : `fill the rest, ${panel.pace} cells a second`}
          </button>
        ) : (
          <button type="button" onClick={() => change(() => ({ ...fresh, added: -panel.begin }))}>
            empty the table
          </button>
        )}
        <span class="gb-score">
          {filled.toLocaleString("en")} of {total.toLocaleString("en")} cells filled
          {state.mine ? `, ${state.mine} by you` : ""}
          {target ? `; ${time(left)} to go` : ""}
        </span>
      </div>
    </div>
  );
});

const fresh = { added: 0, mine: 0, picked: [], said: "" };
const same = (a, b) => a[0] === b[0] && a[1] === b[1];
const time = (seconds) => (seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
const nameOf = (panel, [r, c]) => `row ${panel.rows[r]}, column ${panel.columns[c]}`;

/** From where to where a cell lies. */
function sightOf(cell, box) {
  const [x] = box.corner(cell);
  return /** @type {[number, number]} */ ([x, x + box.wide]);
}

/** What a tip says of a cell. */
function said(panel, box, cell, filled) {
  const known = cell[0] === 0 || box.numberOf(cell) < filled;
  const [x, y] = box.corner(cell);
  const text = `${nameOf(panel, cell)}: ${known ? panel.cells[cell[0]][cell[1]] : "to be filled"}`;
  return { text, x: x + box.wide / 2, y: y + box.high / 2, gap: box.high / 2 + 4 };
}

function Cells({ panel, box, filled, target, found }) {
  const { wide, high, font } = box;
  return panel.cells.map((row, r) =>
    row.map((text, c) => {
      const [x, y] = box.corner([r, c]);
      const known = r === 0 || box.numberOf([r, c]) < filled;
      const role = target && same([r, c], target) ? "write" : found.some((cell) => same(cell, [r, c])) ? "read" : "";
      return (
        <g key={`${r},${c}`} class={`gb-slot${role ? ` gb-${role}` : ""}`}>
          <rect x={x + 1} y={y + 1} width={wide - 2} height={high - 2} rx={3} />
          <text x={x + wide / 2} y={y + high / 2} dy="0.34em" font-size={font}>
            {known ? text : role === "write" ? "?" : ""}
          </text>
        </g>
      );
    }),
  );
}

/** A row of many cells as a bar, as long as it is filled. */
function Bars({ panel, box, filled }) {
  const { left, wide, high } = box;
  const columns = panel.columns.length;
  return panel.rows.map((_, r) => {
    const y = box.corner([r, 0])[1];
    const many = r === 0 ? columns : Math.max(0, Math.min(columns, filled - (r - 1) * columns));
    const lines = Array.from({ length: columns + 1 }, (__, c) => `M${left + c * wide} ${y}v${high - 2}`).join("");
    return (
      <g key={r}>
        <rect class="gb-sheet-full" x={left} y={y} width={many * wide} height={high - 2} />
        <rect class="gb-sheet-row" x={left} y={y} width={columns * wide} height={high - 2} />
        {wide > 3 && <path class="gb-fold-grid" d={lines} />}
      </g>
    );
  });
}

function Outline({ box, cell }) {
  const [x, y] = box.corner(cell);
  return <rect class="gb-cell" x={x} y={y} width={box.wide} height={box.high} rx={4} />;
}

function Labels({ panel, box: { left, top, wide, high, pitch, corner } }) {
  return (
    <g class="gb-axes">
      <text class="gb-name" x={2} y={12}>
        {[panel.ylabel && `${panel.ylabel} ↓`, panel.xlabel && `${panel.xlabel} →`].filter(Boolean).join("   ")}
      </text>
      {panel.rows.map((text, r) =>
        r % Math.ceil(13 / pitch) ? null : (
          <text key={`r${r}`} x={left - 8} y={corner([r, 0])[1] + high / 2} dy="0.34em" text-anchor="end">
            {text}
          </text>
        ),
      )}
      {cellLabels(panel.columns, panel.columns.length, wide).map(({ label, i }) => (
        <text key={`c${i}`} x={left + (i + 0.5) * wide} y={top - 7} text-anchor="middle" font-size={11}>
          {label}
        </text>
      ))}
    </g>
  );
}
