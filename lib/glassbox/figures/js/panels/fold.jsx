/** A tree whose nodes slide into the cells of a table: nodes that ask the same question meet. */
import { useMemo } from "preact/hooks";
import { cellLabels, FULL, foldLayout, foldWidth, nodeFont } from "../geometry.js";
import { Sheet } from "../sheet.jsx";
import { still, Title, useTallest, useWidth } from "./shared.jsx";

const FEW = 200; // up to so many nodes are drawn one by one, with their edges and labels

export const Fold = still(({ panel, room }) => {
  const { ref, width, room: there } = useWidth(640, (large) => (large ? foldWidth(panel) : 0));
  const { parents, cells, rows, columns, upward, share } = panel;
  const box = useMemo(() => foldLayout(panel, width), [parents, cells, rows, columns, upward, width]);
  const tall = useTallest(room, width, ({ rows: { length } }) => 44 + length * (length > 8 ? 28 : 40), box.height);
  const { home, cellOf, places, counts, radius, wide, high } = box;
  const points = useMemo(() => box.pointsAt(share), [box, share]);
  const few = parents.length <= FEW;
  const folded = share === 1;

  const twinsOf = (cell) => points.filter((_, i) => cellOf[i] === cell);
  const tell = (cell) => {
    const [place] = twinsOf(cell);
    return place ? { text: panel.texts[cell], x: place[0], y: place[1], gap: radius + 8 } : null;
  };
  const walk = (cell, by) => {
    if (cell === null) return 0;
    const next = box.neighbour(cell, by.map(Math.sign));
    return next !== cell && !by.every(Number.isFinite) ? walk(next, by) : next; // Home and End go all the way
  };
  const most = Math.max(...counts);
  return (
    <div class="gb-panel gb-fold" ref={ref}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "fold"}: ${panel.describe || "arrow keys read the cells"}`}
        width={width}
        room={there}
        height={tall}
        find={(px, py) => box.nearestCell(points, share, px, py)}
        walk={walk}
        tell={tell}
      >
        {(cursor) => (
          <>
            <Labels panel={panel} box={box} share={share} />
            <path class="gb-fold-grid" d={box.grid} style={{ opacity: 0.25 + 0.75 * share }} />
            {share > 0 &&
              places.map(([r, c], k) => (
                <rect
                  key={`${r},${c}`}
                  class="gb-fold-cell"
                  x={box.left + c * wide}
                  y={box.top + r * high}
                  width={wide}
                  height={high}
                  style={{ fillOpacity: share * (0.14 + 0.5 * (most > 1 ? Math.log(counts[k]) / Math.log(most) : 0)) }}
                />
              ))}
            {few ? (
              points.map(
                (p, i) => parents[i] >= 0 && <Edge key={`e${i}`} from={p} to={points[parents[i]]} share={share} />,
              )
            ) : (
              <path class="gb-fold-edges" d={share === 0 ? box.edges : ""} />
            )}
            {few ? (
              points.map(([x, y], i) => (
                <g key={i} class="gb-fold-node" transform={`translate(${x} ${y})`}>
                  <circle r={radius} opacity={folded ? 0 : 1} />
                  {!folded && nodeFont(columns[cells[i][1]], radius) > 0 && (
                    <text dy="0.35em" font-size={nodeFont(columns[cells[i][1]], radius)}>
                      {columns[cells[i][1]]}
                    </text>
                  )}
                </g>
              ))
            ) : (
              <path class="gb-fold-dots" d={box.dots(points)} stroke-width={2 * radius} />
            )}
            {folded && <Values panel={panel} box={box} />}
            {cursor !== null && (
              <path class="gb-fold-twins" d={box.dots(twinsOf(cursor))} stroke-width={2 * radius + 5} />
            )}
            {cursor !== null && share > 0.5 && (
              <rect
                class="gb-cell"
                x={home[cursor][0] - wide / 2}
                y={home[cursor][1] - high / 2}
                width={wide}
                height={high}
              />
            )}
          </>
        )}
      </Sheet>
    </div>
  );
});

function Edge({ from: [x1, y1], to: [x2, y2], share }) {
  return <line class="gb-fold-edge" x1={x1} y1={y1} x2={x2} y2={y2} style={{ opacity: 1 - 0.75 * share }} />;
}

/** What stands in the cells once all nodes have met, and how many met there. */
function Values({ panel, box: { home, counts, wide, high } }) {
  const longest = Math.max(...panel.values.map((text) => text.length));
  const size = Math.min(FULL, (wide - 4) / (0.62 * longest));
  if (size < 7) return null;
  return (
    <g class="gb-fold-values">
      {home.map(([x, y], k) => (
        <g key={`${x},${y}`}>
          <text x={x} y={y} dy="0.35em" font-size={size}>
            {panel.values[k]}
          </text>
          {counts[k] > 1 && wide > 34 && (
            <text class="gb-fold-count" x={x + wide / 2 - 3} y={y - high / 2 + 10}>
              ×{counts[k]}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

function Labels({ panel, box: { left, top, wide, high }, share }) {
  const named = [panel.ylabel && `${panel.ylabel} ↓`, panel.xlabel && `${panel.xlabel} →`].filter(Boolean).join("   ");
  return (
    <g class="gb-axes">
      <text class="gb-name" x={2} y={12}>
        {named}
      </text>
      {panel.rows.map((text, r) => (
        <text key={`r${r}`} x={left - 8} y={top + (r + 0.5) * high} dy="0.34em" text-anchor="end">
          {text}
        </text>
      ))}
      {cellLabels(panel.columns, panel.columns.length, wide).map(({ label, i }) => (
        <text
          key={`c${i}`}
          x={left + (i + 0.5) * wide}
          y={top - 7}
          text-anchor="middle"
          font-size={11}
          style={{ opacity: share }}
        >
          {label}
        </text>
      ))}
    </g>
  );
}
