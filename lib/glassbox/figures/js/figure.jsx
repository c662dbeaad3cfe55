/** The figure: controls, panels, and the current state in words. */
import { Component } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Controls } from "./controls.jsx";
import { controlsAt, labelAt, moved, panelsOf, positionOf, settle, startOf, valueAt } from "./decode.js";
import { linkOf, positionsIn } from "./link.js";
import { modelOf } from "./models.js";
import { More } from "./more.jsx";
import { Array as Cells } from "./panels/array.jsx";
import { Code } from "./panels/code.jsx";
import { Fold } from "./panels/fold.jsx";
import { Heap } from "./panels/heap.jsx";
import { Image } from "./panels/image.jsx";
import { Matrix } from "./panels/matrix.jsx";
import { Plot } from "./panels/plot.jsx";
import { Copies, rem, unit } from "./panels/shared.jsx";
import { Table } from "./panels/table.jsx";
import { inline, Text } from "./panels/text.jsx";
import { Tree } from "./panels/tree.jsx";
import { Worksheet } from "./panels/worksheet.jsx";
import { Quiz } from "./quiz.jsx";
import { roomOf } from "./room.js";
import { bound } from "./words.js";

const renderers = {
  plot: Plot,
  matrix: Matrix,
  image: Image,
  text: Text,
  table: Table,
  array: Cells,
  tree: Tree,
  code: Code,
  fold: Fold,
  worksheet: Worksheet,
  heap: Heap,
  quiz: Quiz,
};

/**
 * @param {object} props
 * @param {import("./decode.js").Spec} props.spec
 * @param {string} props.uid unique on the page; element ids start with it
 * @param {{get: (name: string) => any, set: (values: Record<string, any>) => void,
 *   subscribe: (listener: (name: string, value: any) => void) => () => void}} [props.host]
 *   where control values also live (the kernel's model)
 * @param {boolean} [props.caption] whether to show the caption (the book writes that of a named figure)
 * @param {string} [props.link] the name under which an address finds the figure
 */
export function Figure({ spec, uid, host, caption = false, link = "" }) {
  const { controls } = spec;
  const [positions, setPositions] = useState(() => {
    const first = controls.map((c) => (host ? positionOf(c, host.get(c.name)) : startOf(c)));
    return settle(controls, first, first);
  });
  const panelsAt = useMemo(() => panelsOf(spec, modelOf), [spec]);
  const room = useMemo(() => roomOf(spec, panelsAt, controls.map(startOf)), [spec]);
  const panels = panelsAt(positions);
  const latest = useRef(positions); // two may move before a render
  latest.current = positions;
  const card = useRef(null);
  const floor = useFloor(card);
  const stand = (next) => {
    const old = latest.current;
    const typed = controls.some(({ kind }, i) => kind === "entry" && next[i] !== old[i]);
    floor(!typed); // what is typed may be a lot
    if (typed) tall.current = field.current.offsetHeight;
    latest.current = next;
    setPositions(next);
  };

  /** Move some controls, given as `{name: position}`. */
  const set = useCallback(
    (moves) => {
      const old = latest.current;
      const next = moved(controls, old, moves);
      stand(next);
      const changed = controls.map((c, i) => /** @type {const} */ ([c.name, valueAt(c, next[i])]));
      host?.set(Object.fromEntries(changed.filter(([name], i) => name in moves || next[i] !== old[i])));
    },
    [spec, host],
  );
  useEffect(
    () =>
      host?.subscribe((name, value) => {
        const i = controls.findIndex((c) => c.name === name);
        const old = latest.current;
        stand(settle(controls, old, old.with(i, positionOf(controls[i], value))));
      }),
    [host],
  );

  const field = useRef(null);
  const tall = useRef(0);
  const odd = panels.length !== room.panels.length || panels.some(({ kind }, i) => kind !== room.panels[i].kind);
  useLayoutEffect(() => {
    // Where there is no drawing, because of what was typed, its place stays as tall as it was.
    field.current.style.minHeight = odd && tall.current ? `${tall.current}px` : "";
  }, [odd]);
  useEffect(() => {
    if (!link) return undefined;
    const go = () => {
      const sent = positionsIn(location.hash, link, controls);
      if (!sent) return;
      stand(sent);
      for (let up = card.current; up; up = up.parentElement) if (up.localName === "details") up.open = true;
      (card.current.closest("figure") ?? card.current).scrollIntoView({ behavior: "instant" });
    };
    go();
    window.addEventListener("hashchange", go);
    return () => window.removeEventListener("hashchange", go);
  }, [spec]);

  const shown = controlsAt(controls, positions);
  const at = Object.fromEntries(controls.map((c, i) => [c.name, positions[i]]));
  const labels = useMemo(() => Object.fromEntries(controls.map((c) => [c.name, c.labels])), [spec]);
  const names = useMemo(() => Object.fromEntries(controls.map((c) => [c.name, c.label])), [spec]);
  const asks = panels.some((panel) => panel.kind === "quiz"); // a question is no picture
  return (
    <div class="gb-card" role="group" aria-label={nameOf(spec)} ref={card}>
      {spec.title && <p class="gb-heading">{spec.title}</p>}
      <Controls controls={shown} positions={positions} uid={uid} set={set} />
      <div class="gb-panels" ref={field}>
        {panels.map((panel, i) => {
          const Renderer = renderers[panel.kind];
          const own = {
            panel,
            at,
            set,
            labels,
            names,
            uid: `${uid}-${i}`,
            room: room.panels[i]?.kind === panel.kind ? room.panels[i] : undefined,
          };
          return <Renderer key={i} {...own} />;
        })}
      </div>
      <div class="gb-foot">
        <div class="gb-room">
          <Status controls={shown} positions={positions} panels={panels} />
          <Copies of={room.said} look="gb-status" write={bound} />
        </div>
        {!asks && (
          <More
            name={link || "figure"}
            caption={spec.caption}
            link={link && controls.length ? linkOf(link, controls, positions) : undefined}
          />
        )}
      </div>
      {caption && spec.caption && <p class="gb-caption">{inline(spec.caption)}</p>}
    </div>
  );
}

/**
 * A way to keep a card from getting lower: a control that goes to and fro moves what is below it once at most. (To lay
 * out a whole page costs more than to draw a figure.) Another width or size of text lets it go.
 */
function useFloor(card) {
  const tall = useRef(0);
  useEffect(() => {
    const own = card.current;
    let seen = "";
    const watch = new ResizeObserver(([{ borderBoxSize }]) => {
      const [{ inlineSize, blockSize }] = borderBoxSize;
      const now = [Math.round(inlineSize), unit()].join();
      if (now !== seen) own.style.minHeight = "";
      seen = now;
      tall.current = blockSize; // to ask for it during an event would lay the page out once more
    });
    watch.observe(own);
    return () => watch.disconnect();
  }, []);
  return (held) => {
    card.current.style.minHeight = held && tall.current ? rem(tall.current / unit()) : "";
  };
}

/** What a screen reader calls the figure: the first sentence of its caption, else its title. */
function nameOf({ caption, title }) {
  const [first] = caption.replaceAll(/[`*]/g, "").match(/^.*?[.?!](?=\s|$)|^.+/) ?? [title];
  return first || "Interactive figure";
}

/** The names of the controls that a click into a panel sets. */
function picksIn({ pick, layers = [], boxes = [] }) {
  const picks = [pick, ...layers.map((layer) => layer.pick)].filter(Boolean);
  return [
    ...picks.flatMap(({ control, row, column }) => [control, row, column]),
    ...boxes.flatMap((box) => Object.keys(box.pick ?? {})),
  ];
}

/**
 * What the figure shows now, in words; screen readers hear it when it changes. What only repeats the controls is for
 * them alone.
 */
function Status({ controls, positions, panels }) {
  const picked = panels.flatMap(picksIn); // what is picked speaks by no input and no handle
  const setting = controls
    .map((c, i) => (c.hidden && !picked.includes(c.name) ? "" : `${c.label} ${labelAt(c, positions[i])}`))
    .filter(Boolean)
    .join(", ");
  const said = panels.map((panel) => panel.describe).filter(Boolean);
  return (
    <p class={said.length ? "gb-status" : "gb-status gb-hidden"} aria-live="polite">
      {setting && <span class="gb-hidden">{setting}. </span>}
      {bound(said.join(" "))}
    </p>
  );
}

/** Shows an error in the figure, not only in the console. */
export class Guard extends Component {
  constructor(props) {
    super(props);
    this.state = { error: null };
  }

  componentDidCatch(error) {
    this.setState({ error });
    console.error(error);
  }

  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <p class="gb-error" role="alert">
        This figure could not be drawn: {String(error.message ?? error)}
      </p>
    );
  }
}
