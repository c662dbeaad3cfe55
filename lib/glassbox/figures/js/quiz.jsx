/** A question: choices or a place to type, a button, and what is said to the answer. */
import { useState } from "preact/hooks";
import { judgeAnswer, unsealed } from "./answers.js";
import { inline } from "./panels/text.jsx";

/** Strings, <code>, <strong> and <em>. */
function rich(text) {
  const emphasis = (part) =>
    part.split(/(\*[^*\s](?:[^*]*[^*\s])?\*)/).map((p, i) => (i % 2 ? <em key={i}>{p.slice(1, -1)}</em> : p));
  return inline(text).map((part) => (typeof part === "string" ? emphasis(part) : part));
}

const SIGNS = { right: "✓", wrong: "✗", none: "" };

export function Quiz({ panel, uid }) {
  const { question, choices, input, unit } = panel;
  const typed = input === "number" || input === "text";
  const [given, setGiven] = useState(/** @type {number[] | string} */ (typed ? "" : []));
  const [judgement, setJudgement] = useState(/** @type {import("./answers.js").Judgement | null} */ (null));
  const give = (answer) => {
    setGiven(answer);
    setJudgement(null);
  };
  const submit = (event) => {
    event.preventDefault();
    setJudgement(judgeAnswer(unsealed(panel.secret), given));
  };
  const lines = question.split("\n").flatMap((line, i) => (i ? [<br key={i} />, ...rich(line)] : rich(line)));
  return (
    <form class="gb-panel gb-quiz" onSubmit={submit} novalidate autocomplete="off">
      {typed ? (
        <p class="gb-quiz-typed">
          <label for={`${uid}-typed`}>{lines}</label>
          <span>
            <input
              id={`${uid}-typed`}
              type="text"
              inputmode={input === "number" ? "decimal" : "text"}
              spellcheck={false}
              value={String(given)}
              onInput={(event) => give(event.currentTarget.value)}
            />{" "}
            {unit && rich(unit)}
          </span>
        </p>
      ) : (
        <fieldset>
          <legend>{lines}</legend>
          {choices.map((text, i) => (
            <Choice
              key={text}
              name={`${uid}-choice`}
              text={text}
              several={input === "several"}
              chosen={given.includes(/** @type {never} */ (i))}
              choose={() => give(chosen(given, i, input === "several"))}
            />
          ))}
        </fieldset>
      )}
      <button type="submit">Check</button>
      <div class={`gb-quiz-said gb-${judgement?.state ?? "none"}`} role="status">
        {judgement && (
          <p>
            <strong>
              {SIGNS[judgement.state]} {judgement.verdict}
            </strong>{" "}
            {judgement.said.map((text, i) => (
              <span key={i}>{rich(text)} </span>
            ))}
          </p>
        )}
      </div>
    </form>
  );
}

function chosen(given, i, several) {
  if (!several) return [i];
  return given.includes(i) ? given.filter((other) => other !== i) : [...given, i];
}

function Choice({ name, text, several, chosen: on, choose }) {
  return (
    <label class="gb-quiz-choice">
      <input type={several ? "checkbox" : "radio"} name={name} checked={on} onChange={choose} />
      <span>{rich(text)}</span>
    </label>
  );
}
