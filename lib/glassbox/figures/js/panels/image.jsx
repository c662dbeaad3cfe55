/** A picture with boxes; a model may let the reader move and resize a box. */
import { useRef, useState } from "preact/hooks";
import { stepped } from "../geometry.js";
import { arrow, dashes, paint, pointIn, still, Tip, Title, useWidth } from "./shared.jsx";

export const Image = still(({ panel, at, set, counts }) => {
  const [ref, width] = useWidth(480);
  const [cursor, setCursor] = useState(null);
  const scale = panel.width / width; // picture pixels a CSS pixel: strokes and letters keep their size
  const hovered = cursor !== null && panel.boxes[cursor.index];
  return (
    <div class="gb-panel gb-image" ref={ref}>
      <Title panel={panel} />
      <div class="gb-sheet">
        <svg
          viewBox={`0 0 ${panel.width} ${panel.height}`}
          role="group"
          aria-label={`${panel.title || "picture"}: ${panel.describe || `${panel.boxes.length} boxes`}`}
          onPointerLeave={() => setCursor(null)}
        >
          {panel.src ? (
            <image href={panel.src} width={panel.width} height={panel.height} />
          ) : (
            <rect class="gb-blank" width={panel.width} height={panel.height} />
          )}
          {panel.boxes.map((box, i) => (
            <Box
              key={i}
              box={box}
              scale={scale}
              at={at}
              counts={counts}
              set={set}
              limits={panel}
              pick={panel.pick && (() => set({ [panel.pick.control]: panel.pick.values[i] }))}
              enter={() => setCursor({ index: i })}
              leave={() => setCursor(null)}
            />
          ))}
        </svg>
        <Tip
          text={hovered?.text}
          x={hovered ? (hovered.x1 + hovered.x2) / 2 / scale : 0}
          y={hovered ? (hovered.y1 + 14 * scale) / scale : 0}
          width={width}
        />
        <span class="gb-hidden" aria-live="polite">
          {hovered?.text}
        </span>
      </div>
    </div>
  );
});

function Box({ box, scale, at, counts, set, limits, pick, enter, leave }) {
  const grip = useRef(null);
  const [w, h] = [box.x2 - box.x1, box.y2 - box.y1];
  const { grab } = box;

  const step = (names, by) => {
    const moves = {};
    names.forEach((name, i) => {
      if (by[i]) moves[name] = stepped(at[name], by[i], counts[name]);
    });
    set(moves);
  };
  const key = (event) => {
    if (pick && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pick();
    }
    const by = grab && arrow(event);
    if (by) step(event.shiftKey ? grab.size : grab.place, by);
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
    const moved = [px - from[0], py - from[1]].map((d) => Math.round(d / grab.step));
    set(Object.fromEntries(names.map((name, i) => [name, stepped(start[i], moved[i], counts[name])])));
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
      aria-label={[box.label, box.text].filter(Boolean).join(": ") || "box"}
      aria-roledescription={grab ? "movable box" : undefined}
      onKeyDown={key}
      onFocus={enter}
      onBlur={leave}
      onPointerEnter={enter}
      onClick={pick || undefined}
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
      {box.label && <Tag box={box} scale={scale} limits={limits} />}
      {grab && (
        <circle class="gb-knob" cx={box.x2} cy={box.y2} r={8 * scale} stroke-width={2 * scale} {...holds(grab.size)} />
      )}
    </g>
  );
}

/** The label on the corner of a box, on a ground of its own. */
function Tag({ box, scale, limits }) {
  const size = 10.5 * scale;
  const wide = (box.label.length * 0.58 + 0.7) * size;
  const x = Math.max(0, Math.min(box.x1 - (box.width / 2) * scale, limits.width - wide));
  const above = box.y1 > 1.4 * size;
  const y = above ? box.y1 - 1.3 * size : box.y1;
  return (
    <g class="gb-tag">
      <rect x={x} y={y} width={wide} height={1.3 * size} rx={2 * scale} fill={paint(box.color)} />
      <text x={x + 0.35 * size} y={y + 0.98 * size} font-size={size}>
        {box.label}
      </text>
    </g>
  );
}
