/**
 * The marks after sentences: each becomes a button that unfolds, below its paragraph, the cell that
 * asserts the sentence. Without this script they are links to the cells.
 */
(() => {
  const selector = "details.gb-check";
  const all = (root, wanted) => [...root.querySelectorAll(wanted)];
  const marks = () => all(document, ".gb-checked");

  /** The block that a check is shown below: not within a row of a table, nor within a caption. */
  function blockOf(mark) {
    const table = mark.closest("table");
    if (table) return table.closest(".pst-scrollable-table-container") ?? table;
    return mark.closest("figure, dl, h1, h2, h3, h4, h5, h6, p, li, dd") ?? mark;
  }

  function tell(check) {
    for (const mark of marks()) {
      if (mark.dataset.mark === check.id) mark.ariaExpanded = String(check.open && mark === check.mark);
    }
  }

  function open(mark, check) {
    check.mark = mark;
    blockOf(mark).after(check);
    check.open = true;
    tell(check);
  }

  function close(check) {
    if (check.contains(document.activeElement)) check.mark?.focus(); // while it is still to be seen
    check.open = false;
    tell(check);
  }

  function press(mark) {
    const check = document.getElementById(mark.dataset.mark);
    if (check.open && check.mark === mark) close(check);
    else open(mark, check);
  }

  /** A link, as another page or the address bar may hold it, leads to the sentence. */
  function follow() {
    const check = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!check?.matches(selector)) return;
    const mark = marks().find((m) => m.dataset.mark === check.id);
    if (!mark) return;
    open(mark, check);
    blockOf(mark).scrollIntoView();
  }

  function button(link) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = link.className;
    made.textContent = link.textContent;
    made.ariaLabel = link.ariaLabel;
    made.dataset.mark = link.dataset.mark;
    made.ariaExpanded = "false";
    made.setAttribute("aria-controls", link.dataset.mark);
    made.addEventListener("click", () => press(made));
    link.replaceWith(made);
  }

  marks().forEach(button);
  for (const check of all(document, selector)) {
    check.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      close(check);
    });
  }
  addEventListener("hashchange", follow);
  follow();
})();
