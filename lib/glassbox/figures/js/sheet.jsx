/**
 * The scaffold of a drawing that can be read: the svg, a tip, a live region, and one way for pointers, fingers and keys
 * to move over it. A panel says what is where; it handles no event itself.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { pointIn, rem, Tip } from "./panels/shared.jsx";

/** @typedef {[number, number]} Place x and y, in the units of the viewBox */

const arrows = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [Number.NEGATIVE_INFINITY, 0],
  End: [Number.POSITIVE_INFINITY, 0],
  PageUp: [0, Number.NEGATIVE_INFINITY],
  PageDown: [0, Number.POSITIVE_INFINITY],
};

/** The direction of a key as `[right, down]`, and the page kept from scrolling by it. */
export function arrow(event) {
  const by = event.altKey || event.ctrlKey || event.metaKey ? undefined : arrows[event.key];
  if (!by) return undefined;
  event.preventDefault();
  event.stopPropagation(); // the card has keys of its own
  return by;
}

const STILL = 8; // pixels that a finger may move and still tap

/**
 * What is said of a drawing. A `cursor` is whatever the panel likes (a cell, a node); null is none.
 * @param {object} props
 * @param {string} props.name what a screen reader calls it
 * @param {number} props.width of the viewBox; a unit is a sixteenth of the text's size unless it is scaled
 * @param {number} props.height
 * @param {string} [props.look] a class
 * @param {number} [props.scale] units of the viewBox a pixel, for the tip
 * @param {boolean} [props.shrinks] whether the drawing is never wider than its viewBox
 * @param {number} [props.room] the width that there is, in units of text: a wider drawing scrolls sideways
 * @param {[number, number]} [props.sight] from where to where it is kept in sight then
 * @param {(x: number, y: number, finger?: boolean) => any} [props.find] the cursor for a place; a finger means the
 *   nearest, also where it is farther
 * @param {(cursor: any, by: [number, number]) => any} [props.walk] the cursor after a key (of null: the first)
 * @param {(cursor: any) => {text: string, x: number, y: number, gap?: number} | null} [props.tell] what a tip says,
 *   where, and how far above or below; null where there is nothing (any more)
 * @param {(cursor: any) => boolean | void} [props.choose] what a click, a tap or Enter does; false: nothing
 * @param {{start: (place: Place) => void, move: (place: Place) => void, undo: () => void}} [props.grab] what a drag does
 * @param {{text: string, x: number, y: number, gap?: number} | null} [props.tip] instead of `tell`
 * @param {(cursor: any) => any} props.children the drawing
 */
export function Sheet({
  name,
  width,
  height,
  look,
  scale = 1,
  shrinks,
  room = width / scale,
  sight,
  find,
  walk,
  tell,
  choose,
  grab,
  tip,
  children,
}) {
  const [hovered, setCursor] = useState(null);
  const [pin, setPin] = useState(null); // the place of a tap: what is there may change under it
  const hold = useRef(null);
  const sheet = useRef(null);
  const cursor = pin ? (find?.(pin[0], pin[1], true) ?? null) : hovered;
  const told = tip ?? (cursor === null ? null : (tell?.(cursor) ?? null));

  useEffect(() => {
    if (!pin) return undefined;
    const leave = (event) => sheet.current?.contains(event.target) || setPin(null);
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [pin]);

  const wide = width / scale > room + 1;
  const scroller = useRef(null);
  useEffect(() => {
    if (!wide || !sight) return;
    const { clientWidth, scrollLeft } = scroller.current;
    const pixels = scroller.current.scrollWidth / width;
    const [from, to] = sight.map((x) => x * pixels);
    scroller.current.scrollLeft = Math.min(from, Math.max(to - clientWidth, scrollLeft));
  }, [wide, sight?.[0], sight?.[1]]);

  const over = (event) => find && setCursor(find(...pointIn(event)));
  const take = (event) => {
    sheet.current.setPointerCapture(event.pointerId);
    hold.current.live = true;
    setCursor(null); // no tip while the hand is at work
    grab.start(pointIn(event));
    grab.move(pointIn(event));
  };
  const down = (event) => {
    if (event.button > 0) return;
    const finger = event.pointerType === "touch";
    hold.current = { x: event.clientX, y: event.clientY, finger, live: false, far: false };
    const handle = event.target.closest(".gb-handle");
    if (finger && !handle) return; // it may be about to scroll
    const found = handle || !choose ? null : (find?.(...pointIn(event)) ?? null);
    if (found !== null && choose(found) !== false) return;
    if (grab) take(event);
  };
  const move = (event) => {
    const held = hold.current;
    if (held?.finger && !held.live) {
      const [dx, dy] = [Math.abs(event.clientX - held.x), Math.abs(event.clientY - held.y)];
      held.far ||= Math.max(dx, dy) > STILL;
      if (grab && !wide && dx > STILL && dx > dy) take(event); // one that is wide scrolls; its handle is dragged
      return;
    }
    if (held?.live) grab.move(pointIn(event));
    else if (event.pointerType !== "touch") over(event);
  };
  const up = (event) => {
    const held = hold.current;
    hold.current = null;
    const far = held && Math.max(Math.abs(event.clientX - held.x), Math.abs(event.clientY - held.y)) > STILL;
    if (!held?.finger || held.far || far) return;
    const [x, y] = pointIn(event);
    const found = find?.(x, y, true) ?? null;
    const chose = held.live || (found !== null && choose && choose(found) !== false);
    if (!chose && grab) {
      grab.start(pointIn(event));
      grab.move(pointIn(event));
    }
    setPin(found === null ? null : [x, y]);
  };
  const cancel = () => {
    if (hold.current?.live) grab.undo();
    hold.current = null;
  };
  const blur = () => {
    setPin(null);
    setCursor(null);
  };
  const leave = (event) => event.pointerType !== "touch" && setCursor(null);
  const key = (event) => {
    setPin(null);
    if (event.key === "Escape") setCursor(null);
    if (cursor !== null && choose && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      event.stopPropagation();
      choose(cursor);
    }
    const by = walk && arrow(event);
    if (by) setCursor(walk(cursor, by));
  };
  return (
    <div
      class={`gb-sheet${wide ? " gb-wide" : ""}`}
      style={{
        maxWidth: shrinks ? rem(Math.min(width, room)) : undefined,
        aspectRatio: wide ? undefined : `${width} / ${height}`,
      }}
      tabindex={wide && !walk ? 0 : undefined}
      ref={scroller}
    >
      <svg
        ref={sheet}
        viewBox={`0 0 ${width} ${height}`}
        style={wide ? { width: rem(width / scale) } : undefined}
        role="group"
        aria-label={name}
        tabindex={walk ? 0 : undefined} // in lower case: an attribute of SVG keeps its letters
        class={look}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={cancel}
        onPointerLeave={leave}
        onKeyDown={key}
        onBlur={blur}
      >
        {children(told && cursor)}
      </svg>
      {told && <Tip {...told} width={width} height={height} scale={scale} wide={wide} />}
      <span class="gb-hidden" aria-live="polite">
        {told?.text}
      </span>
    </div>
  );
}
