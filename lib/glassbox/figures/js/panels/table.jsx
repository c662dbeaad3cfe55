/** A table whose rows may set a control; the highlighted one stays in sight. */
import { useCallback, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { widthOf } from "../room.js";
import { quiet, still, Title } from "./shared.jsx";

export const Table = still(({ panel, set, room }) => {
  const control = panel.pick?.control;
  const choose = useCallback((to) => set({ [control]: to }), [control, set]);
  const scroller = useRef(null);
  const most = useMemo(() => Math.max(0, ...(room?.states ?? []).map(({ rows }) => rows.length)), [room]);
  useLayoutEffect(() => {
    const box = scroller.current;
    const row = box.querySelector(".gb-on");
    if (!row) return;
    const head = box.querySelector("thead").offsetHeight;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    else if (top < box.scrollTop + head) box.scrollTop = top - head;
  }, [panel]);
  return (
    <div class="gb-panel gb-table">
      <Title panel={panel} room={room} />
      {room?.states.length > 1 && <Widest states={room.states} />}
      <div
        class="gb-scroll"
        style={{ "--gb-rows": Math.max(panel.rows.length, most) }}
        ref={scroller}
        tabindex={0}
        role="group"
        aria-label={panel.title || "table"}
      >
        <table>
          <thead>
            <tr>
              {panel.columns.map((name, i) =>
                name ? (
                  <th key={i} scope="col">
                    {name}
                  </th>
                ) : (
                  <td key={i} />
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {panel.rows.map((row, i) => (
              <Row key={i} row={row} lit={panel.highlight.includes(i)} to={panel.pick?.values[i]} choose={choose} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
});

/** A row; one that may be picked moves a control `to` a position. */
const Row = quiet(({ row, lit, to, choose }) => {
  const picks = to === undefined ? {} : { tabindex: 0, onClick: () => choose(to), onKeyDown: key };
  function key(event) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(to);
  }
  return (
    <tr class={`${lit ? "gb-on" : ""}${to === undefined ? "" : " gb-picks"}`} {...picks}>
      {row.map((cell, c) => (
        <td key={c}>{cell}</td>
      ))}
    </tr>
  );
});

/** Keeps the width of the widest cells of all states. */
const Widest = quiet(({ states }) => {
  const cells = widest(states.flatMap(({ rows }) => rows));
  return (
    <table class="gb-sizes gb-widest" aria-hidden="true">
      <thead>
        <tr>
          {widest(states.map(({ columns }) => columns)).map((text, c) => (
            <th key={c}>{text}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          {cells.map((text, c) => (
            <td key={c}>{text}</td>
          ))}
        </tr>
      </tbody>
    </table>
  );
});

/** Of each column the text that is about the widest. */
function widest(rows) {
  const texts = (c) => rows.map((row) => String(row[c] ?? ""));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, c) => texts(c).reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a), ""));
}
