/** Native inputs, one a control. */

import { quiet } from "./panels/shared.jsx";
import { Steps } from "./transport.jsx";

const SEGMENTS = 34; // a choice of up to this many letters shows all its options at once

export function Controls({ controls, positions, uid, set }) {
  if (controls.every((control) => control.hidden)) return null;
  return (
    <div class="gb-controls">
      {controls.map((control, i) => {
        if (control.hidden) return null;
        const Input = inputs[control.kind === "choice" ? choiceKind(control) : control.kind];
        return (
          <Input key={control.name} id={`${uid}-${control.name}`} control={control} position={positions[i]} set={set} />
        );
      })}
    </div>
  );
}

function choiceKind({ labels }) {
  return labels.length < 7 && labels.join("").length <= SEGMENTS ? "segments" : "menu";
}

function Slider({ control, position, move, id }) {
  const last = control.labels.length - 1;
  const widest = Math.max(...control.labels.map((text) => text.length));
  return (
    <div class="gb-control gb-slider">
      <label for={id}>{control.label}</label>
      <input
        id={id}
        type="range"
        name={control.name}
        min={0}
        max={last}
        step={1}
        value={position}
        aria-valuetext={control.labels[position]}
        style={{ "--gb-part": position / last }}
        onInput={(event) => move(event.currentTarget.valueAsNumber)}
      />
      <output for={id} aria-live="off" style={{ minWidth: `${widest}ch` }}>
        {control.labels[position]}
      </output>
    </div>
  );
}

function Toggle({ control, position, move, id }) {
  return (
    <div class="gb-control gb-toggle">
      <input
        id={id}
        type="checkbox"
        name={control.name}
        checked={position === 1}
        onChange={(event) => move(Number(event.currentTarget.checked))}
      />
      <label for={id}>{control.label}</label>
    </div>
  );
}

function Segments({ control, position, move, id }) {
  return (
    <fieldset class="gb-control gb-segments">
      <legend>{control.label}</legend>
      <div>
        {control.labels.map((text, i) => (
          <label key={text} class={i === position ? "gb-on" : ""}>
            <input type="radio" name={id} value={text} checked={i === position} onChange={() => move(i)} />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Menu({ control, position, move, id }) {
  return (
    <div class="gb-control gb-menu">
      <label for={id}>{control.label}</label>
      <select id={id} name={control.name} onChange={(event) => move(event.currentTarget.selectedIndex)}>
        {control.labels.map((text, i) => (
          <option key={text} selected={i === position}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

const TYPED = 120; // letters at most, as in controls.py

/** A place to type: its position is the text. */
function Entry({ control, position, move, id }) {
  return (
    <div class="gb-control gb-entry">
      <label for={id}>{control.label}</label>
      <input
        id={id}
        type="text"
        name={control.name}
        value={position}
        maxLength={TYPED}
        size={Math.min(28, Math.max(4, control.values[0].length + 2))}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => move(event.currentTarget.value)}
      />
    </div>
  );
}

/** An input that is drawn again when its control stands otherwise. */
const moves = (Input) =>
  quiet(({ control, set, ...rest }) => (
    <Input control={control} move={(position) => set({ [control.name]: position })} {...rest} />
  ));

const inputs = {
  slider: moves(Slider),
  toggle: moves(Toggle),
  segments: moves(Segments),
  menu: moves(Menu),
  steps: moves(Steps),
  entry: moves(Entry),
};
