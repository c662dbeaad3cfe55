/** What the panels share: measuring, memory, tips, titles, keys. */
import { Component } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { FULL, LEAST } from "../geometry.js";

/** Pixels of a unit of a drawing: a reader who sets text to twice its size sees drawings grow with it. */
export const unit = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

/** A length in units of a drawing, as CSS. */
export const rem = (length) => `${length / 16}rem`;

const LARGE = 1.2; // text so many times its usual size is asked for by a reader who could not read it

/**
 * How wide a drawing is. Where there is less room than it wants it scrolls sideways; large text does not shrink to fit.
 * @param {number} initial the room in units of a drawing, until there is some to measure
 * @param {(large: boolean, room: number) => number} [wants] how wide it wants to be at least
 * @returns {{ref: any, width: number, room: number, large: boolean, letters: number}} what to measure; the width of the
 *   drawing and the room for it; whether text is large, and the smallest letters that may be
 */
export function useWidth(initial, wants) {
  const ref = useRef(null);
  const [[room, large], setRoom] = useState([initial, false]);
  useLayoutEffect(() => {
    const measure = () => {
      const size = unit();
      /** @type {[number, boolean]} */
      const next = [Math.round(ref.current.clientWidth / size) || initial, size > LARGE];
      setRoom((last) => (next.join() === last.join() ? last : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  const width = Math.max(room, large ? 240 : 180, wants?.(large, room) ?? 0);
  return { ref, width, room, large, letters: large ? FULL : LEAST };
}

/** Draw a part again only when one of its properties is another one. */
export function quiet(Part) {
  return class extends Component {
    shouldComponentUpdate(next) {
      for (const name in next) if (next[name] !== this.props[name]) return true;
      return false;
    }

    render(props) {
      return <Part {...props} />;
    }
  };
}

/** Draw a panel again only when it changed, or a control that it sets. */
export function still(Panel) {
  return class extends Component {
    shouldComponentUpdate(next) {
      return next.panel.key !== this.props.panel.key || touched(next) !== touched(this.props);
    }

    render(props) {
      return <Panel {...props} />;
    }
  };
}

function touched({ panel, at }) {
  const picks = [panel.drag, ...(panel.handles ?? []), panel.pick].filter(Boolean);
  const grabs = (panel.boxes ?? []).flatMap(({ grab }) => (grab ? [...grab.place, ...grab.size] : []));
  return [...picks.flatMap((p) => [p.control, p.row, p.column]), ...grabs].map((name) => at[name]).join();
}

/** The height of the tallest of a panel's states, which a drawing has in all of them. */
export function useTallest(room, width, height, now) {
  const most = useMemo(() => Math.max(0, ...(room?.states ?? []).map((state) => height(state, width))), [room, width]);
  return Math.max(most, now);
}

/**
 * A picture in a drawing. The page that the build wrote has it from a file; it is the figure's own once that is live, and
 * goes with it when it is saved.
 */
export function Picture(props) {
  const ref = useRef(null);
  useLayoutEffect(() => {
    if (ref.current.getAttribute("href") !== props.href) ref.current.setAttribute("href", props.href);
  }, []);
  return <image ref={ref} {...props} />;
}

/** Texts that keep room for the longest of what may stand in their place. */
export const Copies = quiet(({ of, look = "", write = (text) => text }) =>
  of.map((text) => (
    <div key={text} class={`${look} gb-sizes`} aria-hidden="true">
      {write(text)}
    </div>
  )),
);

export function Title({ panel, room }) {
  if (!panel.title && !room?.titles.length) return null;
  return (
    <div class="gb-room">
      {panel.title && <p class="gb-title">{panel.title}</p>}
      <Copies of={room?.titles ?? []} look="gb-title" />
    </div>
  );
}

/**
 * What the marks mean; only those in use in some state are named. Its line is there before there are any, and room for
 * what they mean in other states.
 */
export function Key({ marks, meanings, room }) {
  const kinds = new Set([...(room?.marks ?? []), ...marks.map((m) => m.at(-1))]);
  const said = (legend) => {
    const all = { ...meanings, ...legend };
    return JSON.stringify(
      Object.keys(all).flatMap((kind) => (all[kind] && kinds.has(kind) ? [[kind, all[kind]]] : [])),
    );
  };
  const now = said();
  const others = new Set((room?.states ?? []).map((state) => said(state.legend)));
  others.delete(now);
  return (
    <div class="gb-room">
      <Meanings all={now} />
      {[...others].map((all) => (
        <Meanings key={all} all={all} size />
      ))}
    </div>
  );
}

const Meanings = quiet(({ all, size = false }) => (
  <p class={size ? "gb-key gb-sizes" : "gb-key"} aria-hidden={size || undefined}>
    {JSON.parse(all).map(([kind, meaning]) => (
      <span key={kind} class={`gb-${kind}`}>
        <i />
        {meaning}
      </span>
    ))}
    {all === "[]" && "\u00a0"}
  </p>
));

/**
 * A small box above (or below) a place of a drawing, kept inside the panel. It stands `gap` away from the place.
 * @param {{text: string, x: number, y: number, gap?: number, width: number, height: number, scale?: number,
 *   wide?: boolean}} props in units of the drawing, of which `scale` are a pixel; a wide one scrolls, the tip with it
 */
export function Tip({ text, x, y, gap = 14, width, height, scale = 1, wide = false }) {
  if (!text) return null;
  const across = Math.min(1, Math.max(0, x / width));
  const above = y / scale > 58;
  const far = (above ? height - y + gap * scale : y + gap * scale) / height;
  const style = {
    left: wide ? rem((across * width) / scale) : `${100 * across}%`,
    [above ? "bottom" : "top"]: `${100 * far}%`,
    transform: `translateX(${-100 * across}%)`,
  };
  return (
    <div class="gb-tip" style={style}>
      {text}
    </div>
  );
}

/**
 * A pointer's place in an SVG, in the units of its viewBox.
 * @returns {[number, number]}
 */
export function pointIn(event) {
  const svg = event.currentTarget.ownerSVGElement ?? event.currentTarget;
  const frame = svg.getBoundingClientRect();
  const box = svg.viewBox.baseVal;
  return [
    ((event.clientX - frame.left) / frame.width) * box.width,
    ((event.clientY - frame.top) / frame.height) * box.height,
  ];
}

/** What a pick of a cell sets; nothing where there is no pick. */
export function picksOf(pick, [row, column]) {
  const moves = {};
  if (pick?.row) moves[pick.row] = row;
  if (pick?.column) moves[pick.column] = column;
  return moves;
}

export const paint = (name) => `var(--gb-${name})`;
export const dashes = { solid: undefined, dashed: "7 4", dotted: "2 4" };
