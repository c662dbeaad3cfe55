/** A few words, with **bold** and `code`. */
import { Copies, still, Title } from "./shared.jsx";

export const Text = still(({ panel, room }) => (
  <div class="gb-panel gb-text">
    <Title panel={panel} room={room} />
    <div class="gb-room">
      <div>{rows(panel.text)}</div>
      {room?.states.length > 1 && <Copies of={room.texts} write={rows} />}
    </div>
  </div>
));

const rows = (text) => text.split("\n").map((row, i) => <p key={i}>{inline(row)}</p>);

/** Split a line into strings, <strong> and <code>. */
export function inline(row) {
  return row.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, i) => {
    if (part.startsWith("**") && part.length > 4) return <strong key={i}>{part.slice(2, -2)}</strong>;
    if (part.startsWith("`") && part.length > 2) return <code key={i}>{part.slice(1, -1)}</code>;
    return part;
  });
}
