/** The figure: controls, panels, and the current state in words. */
import { Component } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Controls } from "./controls.jsx";
import { controlsAt, labelAt, moved, panelsOf, positionOf, settle, startOf, valueAt } from "./decode.js";
import { modelOf } from "./models.js";
import { Array as Cells } from "./panels/array.jsx";
import { Code } from "./panels/code.jsx";
import { Fold } from "./panels/fold.jsx";
import { Heap } from "./panels/heap.jsx";
import { Image } from "./panels/image.jsx";
import { Matrix } from "./panels/matrix.jsx";
import { Plot } from "./panels/plot.jsx";
import { Table } from "./panels/table.jsx";
import { inline, Text } from "./panels/text.jsx";
import { Tree } from "./panels/tree.jsx";
import { Worksheet } from "./panels/worksheet.jsx";
import { Quiz } from "./quiz.jsx";

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
 */
export function Figure({ spec, uid, host, caption = false }) {
  const { controls } = spec;
  const [positions, setPositions] = useState(() => {
    const first = controls.map((c) => (host ? positionOf(c, host.get(c.name)) : startOf(c)));
    return settle(controls, first, first);
  });
  const panelsAt = useMemo(() => panelsOf(spec, modelOf), [spec]);
  const panels = panelsAt(positions);

  /** Move some controls, given as `{name: position}`. */
  const set = (moves) => {
    setPositions((latest) => moved(controls, latest, moves)); // two may move before a render
    const next = moved(controls, positions, moves);
    const changed = controls.map((c, i) => /** @type {const} */ ([c.name, valueAt(c, next[i])]));
    host?.set(Object.fromEntries(changed.filter(([name], i) => name in moves || next[i] !== positions[i])));
  };
  useEffect(
    () =>
      host?.subscribe((name, value) => {
        const i = controls.findIndex((c) => c.name === name);
        setPositions((old) => settle(controls, old, old.with(i, positionOf(controls[i], value))));
      }),
    [host],
  );

  const shown = controlsAt(controls, positions);
  const at = Object.fromEntries(controls.map((c, i) => [c.name, positions[i]]));
  const labels = useMemo(() => Object.fromEntries(controls.map((c) => [c.name, c.labels])), [spec]);
  const names = useMemo(() => Object.fromEntries(controls.map((c) => [c.name, c.label])), [spec]);
  return (
    <div class="gb-card" role="group" aria-label={nameOf(spec)}>
      {spec.title && <p class="gb-heading">{spec.title}</p>}
      <Controls controls={shown} positions={positions} uid={uid} set={set} />
      <div class="gb-panels">
        {panels.map((panel, i) => {
          const Renderer = renderers[panel.kind];
          return <Renderer key={i} panel={panel} at={at} set={set} labels={labels} names={names} uid={`${uid}-${i}`} />;
        })}
      </div>
      <Status controls={shown} positions={positions} panels={panels} />
      {caption && spec.caption && <p class="gb-caption">{inline(spec.caption)}</p>}
    </div>
  );
}

/** What a screen reader calls the figure: the first sentence of its caption, else its title. */
function nameOf({ caption, title }) {
  const [first] = caption.replaceAll(/[`*]/g, "").match(/^.*?[.?!](?=\s|$)|^.+/) ?? [title];
  return first || "Interactive figure";
}

/**
 * What the figure shows now, in words; screen readers hear it when it changes. What only repeats the controls is for
 * them alone.
 */
function Status({ controls, positions, panels }) {
  const setting = controls
    .map((c, i) => (c.hidden ? "" : `${c.label} ${labelAt(c, positions[i])}`))
    .filter(Boolean)
    .join(", ");
  const said = panels.map((panel) => panel.describe).filter(Boolean);
  return (
    <p class={said.length ? "gb-status" : "gb-status gb-hidden"} aria-live="polite">
      {setting && <span class="gb-hidden">{setting}. </span>}
      {said.join(" ")}
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
