/** A matrix as coloured cells, with a colour bar. */
import { useMemo } from "preact/hooks";
import { bitmap, css, isFull, palettes, shade } from "../color.js";
import { cellLabels, matrixLayout, matrixWidth, missingPath, namesWidth, steppedCell } from "../geometry.js";
import { fixed, short } from "../numbers.js";
import { Sheet } from "../sheet.jsx";
import { Picture, picksOf, quiet, rem, still, Title, useTallest, useWidth } from "./shared.jsx";

const SLIM = 256; // the width of a panel from which on it takes a row for itself, if it has to

export const Matrix = still(({ panel, at, set, room }) => {
  const names = namesWidth(panel);
  const { ref, width, room: there } = useWidth(360, (large) => Math.max(names, large ? matrixWidth(panel) : 0));
  const shape = [panel.values.length, panel.values[0].length];
  const named = { rows: panel.rows, columns: panel.columns, xlabel: panel.xlabel, ylabel: panel.ylabel };
  const box = useMemo(() => matrixLayout(panel, width), [width, panel.square, ...shape, ...Object.values(named)]);
  const tall = useTallest(room, width, (state, across) => matrixLayout(state, across).height, box.height);
  const { rows, columns, left, top, wide, high } = box;
  const { pick, values, colormap, vmin, vmax } = panel;
  const picture = useMemo(() => bitmap(values, colormap, vmin, vmax), [values, colormap, vmin, vmax]);

  const find = (px, py) => {
    const [r, c] = [Math.floor((py - top) / high), Math.floor((px - left) / wide)];
    return r >= 0 && c >= 0 && r < rows && c < columns ? [r, c] : null;
  };
  const tell = ([r, c]) =>
    r < rows && c < columns
      ? {
          text: cellText(panel, [r, c]),
          x: left + (c + 0.5) * wide,
          y: top + (r + 0.5) * high,
          gap: Math.max(14, high / 2 + 4),
        }
      : null;
  return (
    <div class="gb-panel gb-matrix" ref={ref} style={names > SLIM ? { flexBasis: rem(names) } : undefined}>
      <Title panel={panel} room={room} />
      <Sheet
        name={`${panel.title || "matrix"}: ${panel.describe || "arrow keys read the cells"}`}
        width={box.width}
        height={tall}
        shrinks
        room={there}
        look={pick ? "gb-picks" : ""}
        find={find}
        walk={(cursor, by) => steppedCell(cursor, by, rows, () => columns)}
        tell={tell}
        choose={(place) => set(picksOf(pick, place))}
      >
        {(cursor) => (
          <>
            <Picture
              class="gb-pixels"
              href={picture}
              x={left}
              y={top}
              width={wide * columns}
              height={high * rows}
              preserveAspectRatio="none"
            />
            <rect class="gb-outline" x={left} y={top} width={wide * columns} height={high * rows} />
            {panel.missing && <path class="gb-missing" d={missingPath(panel.missing, box)} />}
            <Labels {...named} box={box} />
            {panel.annotate !== null && <Annotations panel={panel} box={box} />}
            {panel.highlight.map(([r, c]) => (
              <Frame key={`${r},${c}`} name="gb-mark" at={[r, c]} box={box} />
            ))}
            {pick && <Frame name="gb-picked" at={[at[pick.row] ?? null, at[pick.column] ?? null]} box={box} />}
            {cursor && <Frame name="gb-cell" at={cursor} box={box} />}
          </>
        )}
      </Sheet>
      <ColorBar panel={panel} />
    </div>
  );
});

function cellText(panel, [r, c]) {
  const name = (side, labels, i) => `${side} ${labels?.[i] ?? i}`;
  const row = name(panel.ylabel || "row", panel.rows, r);
  const column = name(panel.xlabel || "column", panel.columns, c);
  const value = panel.missing?.[r][c] ? panel.missing_label : named(panel, panel.values[r][c]);
  return `${row}, ${column}: ${value}`;
}

/** What a value is called: the nearest name of the legend, else the number. */
function named({ legend }, value) {
  if (!legend) return short(value);
  return legend.reduce((best, entry) => (Math.abs(entry[0] - value) < Math.abs(best[0] - value) ? entry : best))[1];
}

/** A frame around a cell; a null row (column) frames the whole column (row). */
function Frame({ name, at: [r, c], box: { left, top, wide, high, rows, columns } }) {
  const [row, down] = r === null ? [0, rows] : [r, 1];
  const [column, across] = c === null ? [0, columns] : [c, 1];
  const place = { x: left + column * wide, y: top + row * high };
  return <rect class={name} {...place} width={across * wide} height={down * high} />;
}

const Labels = quiet(({ box, xlabel, ylabel, ...named }) => {
  const { left, top, wide, high, rows, columns, slant, height } = box;
  const bottom = top + rows * high;
  const turned = (x, y) => ({ transform: `translate(${x} ${y}) rotate(${-slant})`, "text-anchor": "end" });
  return (
    <g class="gb-axes">
      {cellLabels(named.rows, rows, high, true).map(({ label, i }) => (
        <text key={`r${i}`} x={left - 6} y={top + (i + 0.5) * high} dy="0.32em" text-anchor="end">
          {label}
        </text>
      ))}
      {slant
        ? named.columns.map((label, i) => (
            <text key={`c${i}`} {...turned(left + (i + 0.5) * wide + 4, bottom + (slant > 45 ? 6 : 11))}>
              {label}
            </text>
          ))
        : cellLabels(named.columns, columns, wide).map(({ label, i }) => (
            <text key={`c${i}`} x={left + (i + 0.5) * wide} y={bottom + 16} text-anchor="middle">
              {label}
            </text>
          ))}
      <text class="gb-name" x={left + columns * wide} y={slant ? height - 8 : bottom + 34} text-anchor="end">
        {xlabel}
      </text>
      <text class="gb-name" transform={`translate(12 ${top + (rows * high) / 2}) rotate(-90)`} text-anchor="middle">
        {ylabel}
      </text>
    </g>
  );
});

function Annotations({ panel, box: { left, top, wide, high } }) {
  const colors = palettes[panel.colormap];
  return (
    <g class="gb-numbers">
      {panel.values.flatMap((row, r) =>
        row.map(
          (v, c) =>
            !panel.missing?.[r][c] && (
              <text
                key={`${r},${c}`}
                class={isFull(colors[shadeOf(panel, v)]) ? "gb-full" : ""}
                x={left + (c + 0.5) * wide}
                y={top + (r + 0.5) * high}
                dy="0.34em"
              >
                {fixed(v, panel.annotate)}
              </text>
            ),
        ),
      )}
    </g>
  );
}

const shadeOf = ({ vmin, vmax, colormap }, value) => shade(value, vmin, vmax, colormap);

/** The kinds of cells, each with its colour. */
function Kinds({ panel, kinds }) {
  const colors = palettes[panel.colormap];
  return (
    <p class="gb-bar gb-kinds">
      {kinds.map(([value, name]) => (
        <span key={name}>
          <b style={{ background: css(colors[shadeOf(panel, value)]) }} />
          {name}
        </span>
      ))}
      <Missing panel={panel} />
    </p>
  );
}

/** What a grey cell means, where there are any. */
function Missing({ panel: { missing, missing_label } }) {
  if (!missing) return null;
  return (
    <span>
      <b class="gb-missing" />
      {missing_label}
    </span>
  );
}

const FEW = 6; // so many whole numbers are named one by one, not by a continuous bar

/** The whole numbers from the least to the largest, where all values are such and they are few; else null. */
function fewWhole({ values, vmin, vmax }) {
  const whole = [vmin, vmax].every(Number.isInteger) && vmax - vmin < FEW;
  if (!whole || !values.every((row) => row.every(Number.isInteger))) return null;
  return Array.from({ length: vmax - vmin + 1 }, (_, i) => [vmin + i, short(vmin + i)]);
}

function ColorBar({ panel }) {
  const { colormap, vmin, vmax } = panel;
  const kinds = panel.legend ?? fewWhole(panel);
  if (kinds) return <Kinds panel={panel} kinds={kinds} />;
  const stops = Array.from({ length: 17 }, (_, i) =>
    css(palettes[colormap][shadeOf(panel, vmin + (i / 16) * (vmax - vmin))]),
  );
  return (
    <div class="gb-bar">
      <span>{short(vmin)}</span>
      <i style={{ background: `linear-gradient(to right, ${stops})` }} />
      <span>{short(vmax)}</span>
      <Missing panel={panel} />
    </div>
  );
}
