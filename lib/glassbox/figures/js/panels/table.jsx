/** A table whose rows may set a control. */
import { still, Title } from "./shared.jsx";

export const Table = still(({ panel, set }) => {
  const choose = (i) => panel.pick && set({ [panel.pick.control]: panel.pick.values[i] });
  const key = (event, i) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(i);
  };
  return (
    <div class="gb-panel gb-table">
      <Title panel={panel} />
      <div class="gb-scroll" tabindex={0} role="region" aria-label={panel.title || "table"}>
        <table>
          <thead>
            <tr>
              {panel.columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {panel.rows.map((row, i) => (
              <tr
                key={i}
                class={`${panel.highlight.includes(i) ? "gb-on" : ""}${panel.pick ? " gb-picks" : ""}`}
                tabindex={panel.pick ? 0 : undefined}
                onClick={() => choose(i)}
                onKeyDown={(event) => key(event, i)}
              >
                {row.map((cell, c) => (
                  <td key={c}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
});
