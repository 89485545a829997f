// Small additions only: every page works without this file.

// Filters: open beside the list on a wide screen, behind the button on a narrow one.
const wide = window.matchMedia("(min-width: 48.0625em)");
const panels = document.querySelectorAll("[data-vs-filter]");
const fitPanels = () => panels.forEach((panel) => { panel.open = wide.matches; });
if (panels.length) {
  fitPanels();
  wide.addEventListener("change", fitPanels);
}

// Printing needs the browser, so its button shows only where it works.
document.querySelectorAll("[data-vs-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
