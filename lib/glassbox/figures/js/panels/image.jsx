/** A picture with boxes; a model may let the reader move and resize a box. */
import { useMemo, useRef, useState } from "preact/hooks";
import { bitmap } from "../color.js";
import { stepped, tagPlaces } from "../geometry.js";
import { arrow, Sheet } from "../sheet.jsx";
import { dashes, Picture, paint, pointIn, still, Title, useTallest, useWidth } from "./shared.jsx";

export const Image = still(({ panel, at, set, labels, room }) => {
  const { ref, width, room: there } = useWidth(480, () => panel.least);
  const [cursor, setCursor] = useState(null);
  const tall = useTallest(room, panel.width, (state, across) => (across * state.height) / state.width, panel.height);
  const scale = panel.width / width; // picture pixels a CSS pixel: strokes and letters keep their size
  const hovered = cursor === null ? null : panel.boxes[cursor.index];
  const tip = hovered?.text
    ? { text: hovered.text, x: (hovered.x1 + hovered.x2) / 2, y: hovered.y1, gap: 6 }
    : undefined;
  return (
    <div class="gb-panel gb-image" ref={ref}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "picture"}: ${panel.describe || `${panel.boxes.length} boxes`}`}
        width={panel.width}
        height={tall}
        scale={scale}
        room={there}
        tip={tip}
      >
        {() => (
          <>
            <rect class="gb-blank" width={panel.width} height={panel.height} stroke-width={scale} />
            {panel.heat && <Heat heat={panel.heat} width={panel.width} height={panel.height} />}
            {panel.src && <Picture href={panel.src} width={panel.width} height={panel.height} />}
            {panel.boxes.map((box, i) => (
              <Box
                key={i}
                box={box}
                scale={scale}
                at={at}
                labels={labels}
                set={set}
                pick={
                  box.pick
                    ? () => set(box.pick)
                    : panel.pick && (() => set({ [panel.pick.control]: panel.pick.values[i] }))
                }
                enter={() => setCursor({ index: i })}
                leave={() => setCursor(null)}
              />
            ))}
            {tagPlaces(panel, scale).map((place, i) => place && <Tag key={i} box={panel.boxes[i]} place={place} />)}
          </>
        )}
      </Sheet>
    </div>
  );
});

function Heat({ heat: { values, colormap, low, high }, width, height }) {
  const href = useMemo(() => bitmap(values, colormap, low, high), [values]);
  return <Picture class="gb-pixels" href={href} width={width} height={height} preserveAspectRatio="none" />;
}

function Box({ box, scale, at, labels, set, pick, enter, leave }) {
  const grip = useRef(null);
  const [w, h] = [box.x2 - box.x1, box.y2 - box.y1];
  const { grab } = box;

  // Steps to the right and down, as steps of two controls: with `up` the second grows upwards.
  const steps = (/** @type {number[]} */ [right, down]) => [right, grab.up ? -down : down];
  const step = (names, by) => {
    const moves = {};
    names.forEach((name, i) => {
      if (by[i]) moves[name] = stepped(at[name], by[i], labels[name].length);
    });
    set(moves);
  };
  // The tip told what a pick would do, and would lie on what it did.
  const choose = () => {
    pick();
    leave();
  };
  const key = (event) => {
    if (pick && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose();
    }
    const by = grab && arrow(event);
    if (by) step(event.shiftKey ? grab.size : grab.place, steps(by));
  };
  const hold = (names) => (event) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = { names, from: pointIn(event), start: names.map((name) => at[name]) };
  };
  const drag = (event) => {
    if (!grip.current) return;
    const [px, py] = pointIn(event);
    const { names, from, start } = grip.current;
    const moved = steps([px - from[0], py - from[1]].map((d) => Math.round(d / grab.step)));
    set(Object.fromEntries(names.map((name, i) => [name, stepped(start[i], moved[i], labels[name].length)])));
  };
  const release = () => {
    grip.current = null;
  };

  const holds = (names) => ({
    onPointerDown: hold(names),
    onPointerMove: drag,
    onPointerUp: release,
    onPointerCancel: release,
  });
  const live = grab || pick;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is a button where it has handlers
    <g
      class={`gb-box${grab ? " gb-grab" : ""}${pick ? " gb-picks" : ""}`}
      tabindex={live || box.text ? 0 : undefined}
      role={live ? "button" : "img"}
      aria-label={nameOf(box)}
      aria-roledescription={grab ? "movable box" : undefined}
      onKeyDown={key}
      onFocus={enter}
      onBlur={leave}
      onPointerEnter={enter}
      onClick={pick ? choose : undefined}
    >
      <rect
        class="gb-area"
        x={box.x1}
        y={box.y1}
        width={w}
        height={h}
        fill={box.fill ? paint(box.color) : "transparent"}
        fill-opacity={box.fill || undefined}
        {...(grab ? holds(grab.place) : {})}
      />
      {box.dash !== "none" && (
        <g class="gb-edge" fill="none">
          <rect x={box.x1} y={box.y1} width={w} height={h} class="gb-halo" stroke-width={(box.width + 1.6) * scale} />
          <rect
            x={box.x1}
            y={box.y1}
            width={w}
            height={h}
            stroke={paint(box.color)}
            stroke-width={box.width * scale}
            stroke-dasharray={dashes[box.dash]
              ?.split(" ")
              .map((d) => d * scale)
              .join(" ")}
          />
        </g>
      )}
      {grab && (
        <circle
          class="gb-knob"
          cx={box.x2}
          cy={box.y2}
          r={8 * scale}
          style={{ strokeWidth: 2.5 * scale }}
          {...holds(grab.size)}
        />
      )}
    </g>
  );
}

/** A box's label and text; the text alone where it begins with the label. */
function nameOf({ label, text }) {
  const parts = text.startsWith(label) ? [text] : [label, text];
  return parts.filter(Boolean).join(": ") || label || "box";
}

/** The label at a corner of a box, on a ground of its own. */
function Tag({ box, place: { x, y, width, height, size } }) {
  return (
    <g class="gb-tag">
      <rect x={x} y={y} width={width} height={height} rx={0.2 * size} fill={paint(box.color)} />
      <text x={x + 0.35 * size} y={y + 0.98 * size} font-size={size}>
        {box.label}
      </text>
    </g>
  );
}
