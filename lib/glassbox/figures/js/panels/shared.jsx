/** What the panels share: measuring, memory, tips, titles, keys. */
import { Component } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** The width of an element in CSS pixels; `initial` until there is one to measure. */
export function useWidth(initial) {
  const ref = useRef(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.max(220, Math.round(ref.current.clientWidth)) || initial);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([ref, width]);
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
  const picks = [panel.drag, ...(panel.handles ?? []), panel.pick, ...(panel.layers ?? []).map((layer) => layer.pick)];
  return picks
    .filter(Boolean)
    .flatMap((p) => [p.control, p.row, p.column])
    .map((name) => at[name])
    .join();
}

export function Title({ panel }) {
  return panel.title ? <p class="gb-title">{panel.title}</p> : null;
}

/** What the marks mean; only those in use are named. Its line is there before there are any. */
export function Key({ marks, meanings }) {
  const used = Object.keys(meanings).filter((kind) => meanings[kind] && marks.some((m) => m.at(-1) === kind));
  if (!used.length) return <p class="gb-key">&nbsp;</p>;
  return (
    <p class="gb-key">
      {used.map((kind) => (
        <span key={kind} class={`gb-${kind}`}>
          <i />
          {meanings[kind]}
        </span>
      ))}
    </p>
  );
}

/**
 * A small box above (or below) a place of a drawing, kept inside the panel. It stands `gap` away from the place.
 * @param {{text: string, x: number, y: number, gap?: number, width: number, height: number, scale?: number}} props in
 *   units of the drawing, of which `scale` are a pixel
 */
export function Tip({ text, x, y, gap = 14, width, height, scale = 1 }) {
  if (!text) return null;
  const across = Math.min(1, Math.max(0, x / width));
  const above = y / scale > 58;
  const far = (above ? height - y + gap * scale : y + gap * scale) / height;
  const style = {
    left: `${100 * across}%`,
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
