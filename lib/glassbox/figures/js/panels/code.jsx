/** Source code, the running line lit and kept in view. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { quiet, still, Title } from "./shared.jsx";

const words =
  /(#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(def|return|for|in|while|if|elif|else|not|and|or|is|None|True|False|break|continue|yield|lambda|class|import|from|raise|del|with|as|try|except|pass|nonlocal)\b|\b(\d+(?:\.\d+)?)\b/g;
const kinds = [null, "comment", "string", "word", "number"];

/** Split a line of Python into `[kind, text]` pieces for colouring. */
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(words)) {
    if (match.index > end) found.push([null, text.slice(end, match.index)]);
    found.push([kinds[match.findIndex((part, i) => i > 0 && part !== undefined)], match[0]]);
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push([null, text.slice(end)]);
  return found;
}

const Line = quiet(({ text, lit }) => (
  <code class={lit ? "gb-lit" : ""}>
    {pieces(text).map(([kind, part], i) =>
      kind ? (
        <span key={i} class={`gb-${kind}`}>
          {part}
        </span>
      ) : (
        part
      ),
    )}
    {"\n"}
  </code>
));

export const Code = still(({ panel, room }) => {
  const frame = useRef(null);
  useLayoutEffect(() => {
    const lit = frame.current.querySelector(".gb-lit");
    if (!lit) return;
    const { scrollTop, clientHeight } = frame.current;
    const out = lit.offsetTop < scrollTop || lit.offsetTop + lit.offsetHeight > scrollTop + clientHeight;
    if (out) frame.current.scrollTop = lit.offsetTop - clientHeight / 2;
  }, [panel.line]);
  return (
    <div class="gb-panel gb-code">
      <Title panel={panel} room={room} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <pre class="gb-listing" ref={frame} tabIndex={0} role="group" aria-label={panel.title || "source code"}>
        {panel.lines.map(([number, text], at) => (
          <Line key={at} text={text} lit={number === panel.line} />
        ))}
      </pre>
    </div>
  );
});
