/* A code block that is wider than its place scrolls: it can then be reached by the keyboard. The theme
   does so when a page opens; this also where one is unfolded, or the window gets narrow. */
const blocks = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

// Listings of figures scroll both ways, and say so themselves.
for (const block of document.querySelectorAll("pre:not(.gb-listing)")) blocks.observe(block);
