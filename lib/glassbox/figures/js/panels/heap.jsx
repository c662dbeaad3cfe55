/** A heap to play with: its elements slide through tree and list together. A topic's model says how. */
import { useEffect, useState } from "preact/hooks";
import { FULL, heapLayout, heapWidth, nodeFont } from "../geometry.js";
import { modelOf } from "../models.js";
import { rem, still, Title, useWidth } from "./shared.jsx";

const SIGNS = 5; // of a number, so that it can be read in its place
const PACE = 800; // milliseconds a frame is shown
const WAYS = { cpython: "CPython's way", textbook: "the textbook's" };

export const Heap = still(({ panel, uid }) => {
  const { ref, width, room: there } = useWidth(480, (large) => (large ? heapWidth(panel.room) : 0));
  const wide = width > there + 1;
  const [state, setState] = useState(() => fresh(panel));
  const [typed, setTyped] = useState(String(panel.offers[0] ?? 3));
  const [slow, setSlow] = useState(false);
  const [way, setWay] = useState("cpython");
  const { frames, at, serial } = state;
  const moving = at < frames.length - 1;
  const frame = frames[at] ?? { cells: state.cells, held: null, gap: -1, compared: [], said: "", asked: 0 };
  const box = heapLayout(panel.room, width);

  useEffect(() => {
    if (!moving || slow) return undefined;
    const timer = setTimeout(() => setState((old) => ({ ...old, at: old.at + 1 })), PACE);
    return () => clearTimeout(timer);
  }, [at, serial, slow]);

  const act = (action) => {
    const value = Number(typed);
    const { cells } = state;
    if (action === "push" && (typed.trim() === "" || !Number.isFinite(value))) {
      setState({ ...state, refused: "Type a number to push." });
    } else if (action === "push" && String(value).length > SIGNS) {
      setState({ ...state, refused: `Type a number of at most ${SIGNS} signs, to be read in its circle.` });
    } else if (action === "push" && cells.length >= panel.room) {
      setState({ ...state, refused: `This drawing has room for ${panel.room}: pop first.` });
    } else if (action === "pop" && !cells.length) {
      setState({ ...state, refused: "The heap is empty: heappop raises IndexError." });
    } else {
      const item = action === "push" ? [value, serial + 1000] : null;
      const other = way === "cpython" ? "textbook" : "cpython";
      const [ours, theirs] = [way, other].map((how) => modelOf(panel.operate)(cells, action, item, how, panel.largest));
      const asked = { [way]: ours.asked, [other]: theirs.asked };
      setState({
        ...state,
        cells: ours.cells,
        frames: ours.frames,
        at: 0,
        serial: serial + 1,
        way,
        refused: ours.frames.length ? "" : "It was the only one.",
        popped: action === "pop" ? [...state.popped, ours.returned[0]] : state.popped,
        before: { popped: state.popped, cpython: state.cpython, textbook: state.textbook },
        cpython: state.cpython + asked.cpython,
        textbook: state.textbook + asked.textbook,
        last: `${action}: ${questions(ours.asked)}${ours.asked === theirs.asked ? "" : `, the other way ${theirs.asked}`}`,
      });
      if (action === "push") setTyped(String(panel.offers[(serial + 1) % panel.offers.length] ?? ""));
    }
  };
  const step = () => setState((old) => ({ ...old, at: old.at + 1 }));
  const drawn = frame.cells.map((item, k) => [item, k, false]).filter(([item]) => item);
  if (frame.held) drawn.push([frame.held, frame.gap, true]);
  drawn.sort(([[, a]], [[, b]]) => a - b);
  const role = (k, held) => (held ? "write" : frame.compared.includes(k) ? "compare" : "");
  const count = frame.cells.length;
  const tally = moving ? { ...state.before, last: "" } : state; // nothing is told before it has happened
  if (moving) tally[state.way] += frame.asked;
  const popped = tally.popped.slice(-8);
  return (
    <div class="gb-panel gb-heap" ref={ref}>
      <Title panel={panel} room={undefined} />
      <div class="gb-acts gb-heap-acts">
        <label for={`${uid}-number`}>number</label>
        <input
          id={`${uid}-number`}
          type="number"
          step="any"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && act("push")}
        />
        <button type="button" onClick={() => act("push")}>
          push
        </button>
        <button type="button" onClick={() => act("pop")}>
          pop
        </button>
        <label for={`${uid}-way`}>a pop sinks</label>
        <select id={`${uid}-way`} value={way} onChange={(event) => setWay(event.currentTarget.value)}>
          {Object.entries(WAYS).map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
        <label class="gb-slow">
          <input type="checkbox" checked={slow} onChange={(event) => setSlow(event.currentTarget.checked)} /> step by
          step
        </label>
        <button type="button" disabled={!slow || !moving} onClick={step}>
          next step
        </button>
        <button type="button" onClick={() => setState(fresh(panel))}>
          start again
        </button>
      </div>
      <div class={`gb-sheet${wide ? " gb-wide" : ""}`} tabindex={wide ? 0 : undefined}>
        <svg
          viewBox={`0 0 ${width} ${box.height}`}
          style={wide ? { width: rem(width) } : undefined}
          class={frames.length ? "gb-heap-alive" : undefined}
          role="img"
          aria-label={`heap: ${words(frame)}`}
        >
          {frame.cells.map((_, k) =>
            k ? (
              <line
                key={`e${k}`}
                class="gb-edge-line"
                x1={box.node((k - 1) >> 1)[0]}
                y1={box.node((k - 1) >> 1)[1]}
                x2={box.node(k)[0]}
                y2={box.node(k)[1]}
              />
            ) : null,
          )}
          {Array.from({ length: panel.room }, (_, k) => (
            <rect
              key={`c${k}`}
              class={k < count ? "gb-heap-place" : "gb-heap-free"}
              x={box.cell(k)[0] - box.wide / 2 + 1}
              y={box.cell(k)[1] - box.high / 2 + 1}
              width={box.wide - 2}
              height={box.high - 2}
              rx={3}
            />
          ))}
          {Array.from({ length: count }, (_, k) => (
            <text key={`i${k}`} class="gb-heap-index" x={box.cell(k)[0]} y={box.cell(k)[1] + box.high / 2 + 11}>
              {k}
            </text>
          ))}
          {frame.gap >= 0 && (
            <g class="gb-heap-gap">
              <circle cx={box.node(frame.gap)[0]} cy={box.node(frame.gap)[1]} r={box.radius} />
              <rect
                x={box.cell(frame.gap)[0] - box.wide / 2 + 2}
                y={box.cell(frame.gap)[1] - box.high / 2 + 2}
                width={box.wide - 4}
                height={box.high - 4}
                rx={3}
              />
            </g>
          )}
          {drawn.map(([item, k, held]) => {
            const text = brief(item[0]);
            const [[nx, ny], [cx, cy]] = [box.node(k, held), box.cell(k, held)];
            return (
              <g key={item[1]}>
                <g
                  class={`gb-heap-item gb-node gb-${role(k, held)}`}
                  style={{ transform: `translate(${nx}px, ${ny}px)` }}
                >
                  <circle r={box.radius} />
                  <text dy="0.35em" font-size={nodeFont(text, box.radius)}>
                    {text}
                  </text>
                </g>
                <g
                  class={`gb-heap-item gb-slot gb-${role(k, held)}`}
                  style={{ transform: `translate(${cx}px, ${cy}px)` }}
                >
                  <rect x={2 - box.wide / 2} y={2 - box.high / 2} width={box.wide - 4} height={box.high - 4} rx={3} />
                  <text dy="0.35em" font-size={Math.min(FULL, (1.5 * box.wide) / Math.max(2, text.length))}>
                    {text}
                  </text>
                </g>
              </g>
            );
          })}
        </svg>
      </div>
      <p class="gb-said" aria-live="polite">
        {state.refused || frame.said || `A heap of ${count}. Push a number, or pop the first.`}
      </p>
      <p class="gb-heap-tally">
        {tally.last && <span>{tally.last}.</span>}
        <span>
          Comparisons so far:{" "}
          {Object.entries(WAYS)
            .map(([way, name]) => `${name} ${tally[way]}`)
            .join(", ")}
          .
        </span>
        <span>Popped: {popped.length ? popped.join(", ") : "nothing yet"}.</span>
      </p>
    </div>
  );
});

/** A number in few signs. */
const brief = (x) => (String(x).length > SIGNS ? String(Number(x.toPrecision(2))) : String(x)).replace("-", "−");

const questions = (n) => `${n} ${n === 1 ? "comparison" : "comparisons"}`;

const words = ({ cells, held }) =>
  `${cells.map((item) => (item ? item[0] : "gap")).join(", ") || "empty"}${held ? `; ${held[0]} in hand` : ""}`;

const fresh = (panel) => ({
  cells: panel.cells,
  frames: [],
  at: 0,
  serial: 0,
  refused: "",
  popped: [],
  cpython: 0,
  textbook: 0,
  last: "",
  way: "cpython", // of the operation that is shown
  before: { popped: [], cpython: 0, textbook: 0 },
});
