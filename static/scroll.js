/* What is wider or higher than its place scrolls: it can then be reached by the keyboard. It is measured when it is laid
   out, also where it is unfolded, or the window gets narrow. */
const blocks = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const more = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
    if (more && getComputedStyle(target).overflowX !== "visible") target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

// Listings of figures scroll both ways, and say so themselves.
for (const block of document.querySelectorAll("pre:not(.gb-listing), .cell_output > .output, .jp-RenderedHTMLCommon"))
  blocks.observe(block);
