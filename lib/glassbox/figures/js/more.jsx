/** The menu of a card: a link to how it stands, and files of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { download, pngOf, svgOf } from "./save.js";

/**
 * @param {object} props
 * @param {string} props.name of the files
 * @param {string} props.caption
 * @param {string} [props.link] the end of the address of this setting
 */
export function More({ name, caption, link }) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const menu = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event) =>
      (event.key ?? "Escape") === "Escape" && !menu.current.contains(event.target) && setOpen(false);
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [open]);

  const act = (what, deed) => async () => {
    setOpen(false);
    try {
      setSaid((await deed()) ?? what);
    } catch (error) {
      setSaid(`This did not work: ${error.message}`);
    }
  };
  const copy = async () => {
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(location.href);
      return "The link is copied.";
    } catch {
      return "The link stands in the address bar.";
    }
  };
  const svg = () => {
    const figure = menu.current.closest(".glassbox-frame, .glassbox-figure");
    const written = figure.querySelector("figcaption .caption-number")?.textContent.trim() ?? "";
    return svgOf(menu.current.closest(".gb-card"), `${written} ${caption.replaceAll(/[`*]/g, "")}`.trim());
  };
  const saveSvg = () => download(new Blob([svg()], { type: "image/svg+xml" }), `${name}.svg`);
  const savePng = async () => download(await pngOf(svg()), `${name}.png`);
  const key = (event) => {
    if (event.key !== "Escape") return;
    setOpen(false);
    menu.current.querySelector("button").focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what its button opened
    <div class="gb-more gb-acts" ref={menu} onKeyDown={key}>
      <button
        type="button"
        aria-label="share this figure"
        title="share this figure"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <div>
          {link !== undefined && (
            <button type="button" onClick={act("", copy)}>
              copy link to this state
            </button>
          )}
          <button type="button" onClick={act("Saved as SVG.", saveSvg)}>
            save as SVG
          </button>
          <button type="button" onClick={act("Saved as PNG.", savePng)}>
            save as PNG
          </button>
        </div>
      )}
      <span aria-live="polite">{said}</span>
    </div>
  );
}
