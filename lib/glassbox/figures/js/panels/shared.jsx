/** What the panels share: measuring, memory, hover boxes, titles. */
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
  const picks = [panel.drag, panel.pick, ...(panel.layers ?? []).map((layer) => layer.pick)];
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

/** A small box beside the pointer, kept inside the panel; `x`, `y` in pixels of the panel. */
export function Tip({ text, x, y, width }) {
  if (!text) return null;
  const onRight = x > width / 2;
  const style = {
    top: `${Math.max(0, y - 12)}px`,
    [onRight ? "right" : "left"]: `${(onRight ? width - x : x) + 14}px`,
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

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The direction of an arrow key as `[right, down]`, and the page kept from scrolling by it. */
export function arrow(event) {
  const by = arrows[event.key];
  if (by) event.preventDefault();
  return by;
}

export const paint = (name) => `var(--gb-${name})`;
export const dashes = { solid: undefined, dashed: "7 4", dotted: "2 4" };
