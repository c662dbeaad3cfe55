/** Axes with layers: lines, scatter, bars, rules; a handle to drag; a readout under the pointer. */
import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";
import { useMemo, useRef } from "preact/hooks";
import {
  areaPath,
  barLabels,
  handleAt,
  linePath,
  nearestHandle,
  nearestPoint,
  plotLayout,
  pointText,
  stepped,
  turned,
  wayOf,
} from "../geometry.js";
import { arrow, Sheet } from "../sheet.jsx";
import { dashes, paint, quiet, still, Title, useTallest, useWidth } from "./shared.jsx";

const shapes = {
  circle: symbolCircle,
  square: symbolSquare,
  triangle: symbolTriangle,
  diamond: symbolDiamond,
  cross: symbolCross,
};

export const Plot = still(({ panel, at, set, labels, names, uid, room }) => {
  const { ref, width, room: there } = useWidth(360);
  const held = useRef(null); // the handle in hand, and where it stood
  const { xlim, ylim, xscale, yscale, xticks, yticks, xlabel, ylabel, equal } = panel;
  const given = [width, xlim, ylim, xscale, yscale, xticks, yticks, xlabel, ylabel, equal];
  const box = useMemo(() => plotLayout(panel, width), [...given, !panel.drag, !panel.drag?.y]);
  const tall = useTallest(
    room,
    width,
    (state, across) => plotLayout({ ...panel, ...state }, across).height,
    box.height,
  );
  const { x, y } = box;
  const { drag, handles } = panel;
  const crowd = Math.max(4, Math.min(9, (0.45 * (box.right - box.left)) / handles.length)); // handles keep apart

  const grab = (drag || handles.length > 0) && {
    start: (place) => {
      const taken = handles.length ? handleAt(drag, handles, at, x, y, place) : drag;
      held.current = taken && { drag: taken, before: at[taken.control] };
    },
    move: ([px, py]) =>
      held.current && set({ [held.current.drag.control]: nearestHandle(held.current.drag, x, y, px, py) }),
    undo: () => held.current && set({ [held.current.drag.control]: held.current.before }),
  };
  const choose = ({ layer, index }) => {
    const { pick } = panel.layers[layer];
    if (!pick) return false;
    set({ [pick.control]: pick.values[index] });
    return true;
  };
  const placeOf = ({ layer, index }) => {
    const { x: xs = [], y: ys = [] } = panel.layers[layer] ?? {};
    return index < xs.length ? [x(xs[index]), y(ys[index])] : null;
  };
  const tell = (cursor) => {
    const place = placeOf(cursor);
    if (!place) return null;
    return { text: pointText(panel, panel.layers[cursor.layer], cursor.index), x: place[0], y: place[1] };
  };
  return (
    <div class={`gb-panel gb-plot${panel.yticks ? " gb-rows" : ""}`} ref={ref}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || panel.ylabel || "plot"}: ${panel.describe || "arrow keys read the points"}`}
        width={width}
        room={there}
        height={tall}
        sight={drag ? sightOf(x(drag.x[at[drag.control]])) : undefined}
        look={[grab && "gb-drags", panel.layers.some((l) => l.pick) && "gb-picks"].filter(Boolean).join(" ")}
        find={(px, py, finger) => nearestPoint(panel, x, y, px, py, finger ? 160 : 40)}
        walk={(cursor, by) => walk(panel, cursor, by)}
        tell={tell}
        choose={choose}
        grab={grab}
      >
        {(cursor) => (
          <>
            <Axes box={box} {...{ xlim, ylim, xscale, yscale, xlabel, ylabel }} names={xticks} />
            <clipPath id={`${uid}-clip`}>
              <rect
                x={box.left - 6}
                y={box.top - 6}
                width={box.right - box.left + 12}
                height={box.bottom - box.top + 12}
              />
            </clipPath>
            <g clip-path={`url(#${uid}-clip)`}>
              {panel.layers.map((l, i) => {
                const Layer = layers[l.type];
                return <Layer key={i} layer={l} box={box} {...{ ylim, yscale }} />;
              })}
            </g>
            {cursor && <circle class="gb-cursor" cx={placeOf(cursor)[0]} cy={placeOf(cursor)[1]} r={6} />}
            {drag && (
              <Handle
                drag={drag}
                box={box}
                position={at[drag.control]}
                labels={labels[drag.control]}
                name={names[drag.control]}
                set={set}
              />
            )}
            {handles.map((one) => (
              <Handle
                key={one.control}
                drag={one}
                box={box}
                position={at[one.control]}
                labels={labels[one.control]}
                name={names[one.control]}
                set={set}
                small
                crowd={crowd}
              />
            ))}
          </>
        )}
      </Sheet>
      <div class="gb-room">
        <Legend layers={panel.layers} />
        {room?.legends.map((layers, i) => (
          <Legend key={i} layers={layers} size />
        ))}
      </div>
    </div>
  );
});

/** From where to where a handle, and what it points at, are seen. */
const sightOf = (x) => /** @type {[number, number]} */ ([x - 40, x + 40]);

/** Move the cursor along its curve (left, right) or to the next curve (up, down). */
function walk(panel, cursor, [right, downward]) {
  const readable = panel.layers.map((l, i) => (l.type === "rules" ? -1 : i)).filter((i) => i >= 0);
  if (!readable.length) return null;
  if (!cursor) return { layer: readable[0], index: 0 };
  const at = stepped(readable.indexOf(cursor.layer), downward, readable.length);
  const count = panel.layers[readable[at]].x.length;
  return { layer: readable[at], index: stepped(cursor.index, right, count) };
}

const Axes = quiet(({ box, xlim, ylim, xscale, yscale, xlabel, ylabel, names }) => {
  const { x, y, left, right, top, bottom, room, height, xticks, yticks } = box;
  return (
    <g class="gb-axes" data-x={`${names ? "names" : xscale} ${xlim}`} data-y={`${yscale} ${ylim}`}>
      {yticks.map(({ value, label }) => (
        <g key={label} transform={`translate(0 ${y(value)})`}>
          <line class="gb-grid" x1={left} x2={right} />
          <text x={left - box.aside} dy="0.32em" text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      {xticks.map(({ value, lines }) => (
        <g key={value} transform={`translate(${x(value)} ${bottom})`}>
          <line class="gb-tick" y2={room ? 4 : 5} />
          <text text-anchor="middle">
            {lines.map((text, i) => (
              <tspan key={i} x={0} y={19 + room + 13 * i}>
                {text}
              </tspan>
            ))}
          </text>
        </g>
      ))}
      <line class="gb-axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      <text class="gb-name" x={right} y={height - 10} text-anchor="end">
        {xlabel}
      </text>
      <text class="gb-name" x={2} y={top - 12}>
        {ylabel}
      </text>
    </g>
  );
});

const Lines = quiet(({ layer, ylim, yscale, box: { x, y } }) => {
  return (
    <g>
      {layer.fill && <path d={areaPath(layer, x, y, { ylim, yscale })} fill={paint(layer.color)} fill-opacity={0.16} />}
      <path
        class="gb-line"
        d={linePath(layer, x, y)}
        stroke={paint(layer.color)}
        stroke-width={layer.width}
        stroke-dasharray={dashes[layer.dash]}
      />
    </g>
  );
});

const Scatter = quiet(({ layer, box: { x, y } }) => {
  const d = markerPath(layer.marker, layer.size);
  return (
    <g
      fill={layer.filled ? paint(layer.color) : paint("paper")}
      stroke={paint(layer.filled ? "paper" : layer.color)}
      stroke-width={layer.filled ? 1 : 2}
    >
      {layer.x.map((v, i) => (
        <path key={i} d={d} transform={`translate(${x(v)} ${y(layer.y[i])})`} />
      ))}
    </g>
  );
});

function markerPath(marker, size) {
  return symbol(shapes[marker], Math.PI * size * size)();
}

const Bars = quiet(({ layer, ylim, box: { x, y, top } }) => {
  const wide = Math.min(0.7 * (x(1) - x(0)), 60);
  const zero = y(Math.max(ylim[0], 0));
  const tops =
    layer.texts &&
    barLabels(
      layer.texts,
      layer.x.map(x),
      layer.y.map((v) => Math.min(y(v), zero) - 5),
      top + 6,
    );
  return (
    <g>
      {layer.y.map((v, i) => (
        <g key={i} transform={`translate(${x(layer.x[i])} 0)`}>
          <rect
            x={-wide / 2}
            y={Math.min(y(v), zero)}
            width={wide}
            height={Math.abs(zero - y(v))}
            fill={paint(layer.colors?.[i] ?? layer.color)}
            rx={2}
          />
          {layer.texts && (
            <text class="gb-value" y={tops[i]} text-anchor="middle">
              {layer.texts[i]}
            </text>
          )}
        </g>
      ))}
    </g>
  );
});

const Rules = quiet(({ layer, box: { x, y, left, right, top, bottom } }) => {
  return (
    <g stroke={paint(layer.color)} stroke-width={1.5} stroke-dasharray={dashes[layer.dash]}>
      {layer.x.map((v) => (
        <line key={`x${v}`} x1={x(v)} x2={x(v)} y1={top} y2={bottom} />
      ))}
      {layer.y.map((v) => (
        <line key={`y${v}`} x1={left} x2={right} y1={y(v)} y2={y(v)} />
      ))}
    </g>
  );
});

const layers = { lines: Lines, scatter: Scatter, bars: Bars, rules: Rules };

const SIDEWAYS = "M-2-3L-5 0L-2 3M2-3L5 0L2 3";

/** Whether the places of a handle fill a part of the plane, not a curve in it: each row and each column has several. */
const isPlane = ({ x, y }) =>
  Boolean(y) && [x, y].map((values) => new Set(values).size).every((n) => n > 1 && 2 * n < x.length);

/**
 * The handle of a drag; by keyboard it is a slider. One that follows a curve is a ring, through which the point under it
 * can be seen; any other is a rule that hangs on a knob below the axis. No point of the data looks so, and neither lies
 * on a label. Its arrows say which way it goes; one that goes anywhere in the plane has four.
 */
const Handle = quiet(({ drag, box, position, labels, name, set, small = false, crowd = 9 }) => {
  const { x, y, top, bottom, room } = box;
  const at = [x(drag.x[position]), drag.y ? y(drag.y[position]) : bottom + room / 2 + 2.5];
  const { rises, upright } = wayOf(drag, x, y);
  const turn = upright ? "rotate(90)" : undefined;
  const grip = isPlane(drag) ? `${SIDEWAYS}M-3-2L0-5L3-2M-3 2L0 5L3 2` : SIDEWAYS;
  const key = (event) => {
    const by = arrow(event);
    if (by) set({ [drag.control]: turned(position, by, labels.length) });
  };
  return (
    <g
      class="gb-handle"
      role="slider"
      tabindex={0}
      aria-label={`${name}, handle`}
      aria-valuemin={0}
      aria-valuemax={labels.length - 1}
      aria-valuenow={position}
      aria-valuetext={labels[position]}
      aria-orientation={upright ? "vertical" : undefined}
      data-rises={rises || undefined}
      onKeyDown={key}
      transform={`translate(${at[0]} ${at[1]})`}
    >
      <circle class="gb-reach" r={small ? crowd + 5 : 22} />
      {small ? (
        <>
          <circle class="gb-knob" r={crowd} />
          {crowd > 6 && <path class="gb-grip" d={grip} transform={turn} />}
        </>
      ) : drag.y ? (
        <>
          <circle class="gb-ring gb-ring-halo" r={9.5} />
          <circle class="gb-ring" r={9.5} />
          <path class="gb-grip gb-grip-halo" d="M-13.5-3.5L-17 0L-13.5 3.5M13.5-3.5L17 0L13.5 3.5" transform={turn} />
          <path class="gb-grip" d="M-13.5-3.5L-17 0L-13.5 3.5M13.5-3.5L17 0L13.5 3.5" transform={turn} />
        </>
      ) : (
        <>
          <line y1={top - at[1]} y2={-9} />
          <rect class="gb-knob" x={-13} y={-9} width={26} height={18} rx={9} />
          <path class="gb-grip" d="M-3.5-4L-7.5 0L-3.5 4M3.5-4L7.5 0L3.5 4" />
        </>
      )}
    </g>
  );
});

/**
 * What the layers are, in one string for each, so that it is written again only when one looks otherwise. A line and
 * points of the same name are one entry, of both.
 */
const Legend = ({ layers: all, size = false }) => {
  const named = [];
  for (const { type, label, color, dash, marker, filled, width } of all) {
    if (!label) continue;
    const line = type === "scatter" && named.find((l) => l.type === "lines" && l.label === label);
    if (line) line.points = { marker, filled };
    else named.push({ type, label, color, dash, marker, filled, width });
  }
  return named.length > 0 && <Named all={JSON.stringify(named)} size={size} />;
};

const Named = quiet(({ all, size }) => {
  const named = JSON.parse(all);
  return (
    <ul class={size ? "gb-legend gb-sizes" : "gb-legend"} aria-hidden={size || undefined}>
      {named.map((l, i) => (
        <li key={i}>
          <svg viewBox="0 0 26 12" aria-hidden="true">
            {l.type === "bars" && <rect x={7} y={1} width={12} height={10} rx={2} fill={paint(l.color)} />}
            {l.type !== "bars" && l.type !== "scatter" && (
              <path
                d="M1 6H25"
                stroke={paint(l.color)}
                stroke-width={l.width ?? 1.5}
                stroke-dasharray={dashes[l.dash]}
              />
            )}
            {(l.type === "scatter" || l.points) && (
              <path
                d={markerPath((l.points ?? l).marker, l.points ? 3.5 : 4.5)}
                transform="translate(13 6)"
                fill={(l.points ?? l).filled ? paint(l.color) : "none"}
                stroke={paint(l.color)}
                stroke-width={1.5}
              />
            )}
          </svg>
          {l.label}
        </li>
      ))}
    </ul>
  );
});
