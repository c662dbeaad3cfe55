/** A control that plays: buttons, a scrubber, a speed, and a mode that asks before each step. */
import { useEffect, useRef, useState } from "preact/hooks";

const speeds = [1, 3, 10, 30]; // steps a second

export function Steps({ control, position, move, id }) {
  const last = control.labels.length - 1;
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(3);
  const [predicting, setPredicting] = useState(false);
  const [score, setScore] = useState({ right: 0, asked: 0, said: "", at: -1 });
  const bar = useRef(null);
  const start = useRef(position);

  const asked = (step) => (predicting ? control.questions[step + 1] : undefined);
  const question = playing ? undefined : asked(position);
  const asking = Object.keys(control.questions).map((step) => Number(step) - 1);
  const ahead = asking.filter((at) => at > position); // keys of an object that are numbers come in order
  const to = (next) => move(Math.min(last, Math.max(0, next)));
  const play = () => {
    if (!playing && position === last) to(0);
    setPlaying(!playing);
  };
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => bar.current.dispatchEvent(new Event("gb-tick")), 1000 / speed);
    return () => clearInterval(timer);
  }, [playing, speed]);
  useEffect(() => {
    const tick = () => {
      to(position + 1);
      if (position + 1 >= last || asked(position + 1)) setPlaying(false); // a question waits for its answer
    };
    const element = bar.current;
    element.addEventListener("gb-tick", tick);
    return () => element.removeEventListener("gb-tick", tick);
  });
  useEffect(() => {
    // The whole figure listens, so that keys work wherever the reader looks in it.
    const card = bar.current.closest(".gb-card");
    const key = (event) => {
      if (event.target.closest("input, select, button, [role=slider], .gb-scroll, .gb-listing")) return;
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) to(position + by);
      else if (event.key === " ") play();
      else return;
      event.preventDefault();
    };
    card.addEventListener("keydown", key);
    return () => card.removeEventListener("keydown", key);
  });

  const answer = (option) => {
    const right = option === question.answer;
    setScore({
      right: score.right + Number(right),
      asked: score.asked + 1,
      said: right ? `Right: ${question.answer}.` : `No: ${question.answer}.`,
      at: position + 1, // the step that it is about
    });
    to(position + 1);
  };
  return (
    <div class="gb-control gb-steps" ref={bar}>
      <div class="gb-buttons">
        <Button icon="M3 3v10M13 3L7 8l6 5" line name="first step" off={position === 0} press={() => to(0)} />
        <Button icon="M10 3L4 8l6 5" line name="step back" off={position === 0} press={() => to(position - 1)} />
        <Button
          icon={playing ? "M4 2h3v12H4zM9 2h3v12H9z" : "M4 2l9 6-9 6z"}
          name={playing ? "pause" : "play"}
          press={play}
        />
        <Button icon="M6 3l6 5-6 5" line name="step forward" off={position === last} press={() => to(position + 1)} />
        <Button icon="M3 3l6 5-6 5M13 3v10" line name="last step" off={position === last} press={() => to(last)} />
      </div>
      <label class="gb-hidden" for={id}>
        {control.label}
      </label>
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
      <output for={id} aria-live="off" style={{ minWidth: `${Math.max(...control.labels.map((t) => t.length))}ch` }}>
        {control.labels[position]}
      </output>
      <label class="gb-speed">
        speed
        <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
          {speeds.map((s) => (
            <option key={s} value={s}>
              {s}/s
            </option>
          ))}
        </select>
      </label>
      {Object.keys(control.questions).length > 0 && (
        <label class="gb-predict">
          <input
            type="checkbox"
            checked={predicting}
            onChange={({ currentTarget: { checked } }) => {
              setPredicting(checked);
              if (checked && position === start.current && !score.asked) to(0); // nobody has moved yet
            }}
          />
          predict
        </label>
      )}
      {predicting && (
        <div class="gb-question" role="group" aria-label="predict the next step">
          <p aria-live="polite">
            {score.at === position && score.said}{" "}
            {question ? question.ask : ahead.length ? "Nothing to ask here." : "No more questions."}
          </p>
          {question?.options.map((option) => (
            <button key={option} type="button" onClick={() => answer(option)}>
              {option}
            </button>
          ))}
          {!question && ahead.length > 0 && (
            <button type="button" onClick={() => to(ahead[0])}>
              to the next question
            </button>
          )}
          <span class="gb-score">
            {score.right} of {score.asked} right
          </span>
        </div>
      )}
    </div>
  );
}

/** Steps are lines, what plays on its own is filled. */
function Button({ icon, name, press, line = false, off = false }) {
  return (
    <button
      type="button"
      class={line ? undefined : "gb-play"}
      aria-label={name}
      title={name}
      disabled={off}
      onClick={press}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={icon} />
      </svg>
    </button>
  );
}
