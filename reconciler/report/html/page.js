// Filters, search, theme: the page can be read whole without any of it.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll(".card")];
  const tiles = [...document.querySelectorAll(".tile")];
  const search = byId("search");
  const all = byId("all");
  const theme = byId("theme");

  const pressed = (what) =>
    tiles
      .filter((tile) => tile.dataset.filter === what && tile.getAttribute("aria-pressed") === "true")
      .map((tile) => tile.dataset.value);

  function filter() {
    const actions = pressed("action");
    const groups = pressed("group");
    const blocked = pressed("blocked").length > 0;
    const wanted = search ? search.value.trim().toLowerCase() : "";
    let shown = 0;
    for (const card of cards) {
      const fits =
        (!actions.length || actions.includes(card.dataset.action)) &&
        (!groups.length || groups.includes(card.dataset.group)) &&
        (!blocked || card.dataset.blocked !== undefined) &&
        (!wanted || card.textContent.toLowerCase().includes(wanted));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector(".card:not([hidden])");
    }
    const nothing = byId("nothing");
    if (nothing) nothing.hidden = shown > 0;
  }

  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      const on = tile.getAttribute("aria-pressed") === "true";
      tile.setAttribute("aria-pressed", String(!on));
      filter();
    });
  }

  if (search) {
    search.hidden = false;
    search.addEventListener("input", filter);
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && document.activeElement !== search) {
        event.preventDefault();
        search.focus();
      } else if (event.key === "Escape" && document.activeElement === search) {
        search.value = "";
        filter();
        search.blur();
      }
    });
  }

  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const open = all.textContent === "Open all";
      for (const card of cards) card.open = open;
      all.textContent = open ? "Close all" : "Open all";
    });
  }

  // An arrow of the lineage leads to its change, which opens.
  function follow() {
    const card = byId(location.hash.slice(1));
    if (card && card.classList.contains("card")) {
      card.hidden = false;
      card.open = true;
      card.scrollIntoView();
      card.querySelector("summary").focus({ preventScroll: true });
    }
  }
  window.addEventListener("hashchange", follow);
  if (location.hash) follow();

  if (theme) {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const now = () => root.dataset.theme || (dark.matches ? "dark" : "light");
    const name = () => {
      theme.textContent = now() === "dark" ? "Light" : "Dark";
      theme.setAttribute("aria-label", `Switch to the ${now() === "dark" ? "light" : "dark"} theme`);
    };
    theme.hidden = false;
    theme.addEventListener("click", () => {
      root.dataset.theme = now() === "dark" ? "light" : "dark";
      name();
    });
    dark.addEventListener("change", name);
    name();
  }
})();
