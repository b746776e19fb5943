// Adds what answers a hand to a page that says everything without it. Nothing here makes markup of text.
"use strict";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// A cursor through the steps of each chart, by pointer or by arrow keys.
for (const figure of all("[data-walk]")) {
  const walk = figure.querySelector(".walk");
  const input = walk.querySelector("input");
  const output = walk.querySelector("output");
  const plane = figure.querySelector(".plane");
  const cursor = figure.querySelector(".cursor");
  const rows = all("tbody tr", figure);
  const places = rows.map((row) => Number(row.dataset.at));
  if (rows.length === 0) continue;

  let step = rows.length - 1;
  const tell = (next, at) => {
    step = Math.min(Math.max(next, 0), rows.length - 1);
    const row = rows[step];
    const said = `Since ${row.cells[0].textContent}: ${row.dataset.state}`;
    input.value = at;
    input.setAttribute("aria-valuetext", said);
    output.textContent = said;
  };
  const show = (next, at) => {
    tell(next, at);
    cursor.setAttribute("x1", `${at}%`);
    cursor.setAttribute("x2", `${at}%`);
    cursor.classList.add("on");
  };
  const reach = (at) => show(places.findLastIndex((place) => place <= at), at);
  const go = (next) => {
    const to = Math.min(Math.max(next, 0), rows.length - 1);
    show(to, places[to]);
  };

  walk.hidden = false;
  tell(step, 100);
  input.addEventListener("input", () => reach(Number(input.value)));
  input.addEventListener("keydown", (event) => {
    const targets = {
      ArrowLeft: step - 1, ArrowDown: step - 1, ArrowRight: step + 1, ArrowUp: step + 1,
      PageDown: step - 10, PageUp: step + 10, Home: 0, End: rows.length - 1,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    go(targets[event.key]);
  });
  plane.addEventListener("pointermove", (event) => {
    const box = plane.getBoundingClientRect();
    reach(Math.min(Math.max((100 * (event.clientX - box.left)) / box.width, 0), 100));
  });
}

// Filters and orders of the incidents.
const controls = document.querySelector(".controls");
if (controls) {
  const list = document.querySelector(".incidents");
  const items = all(":scope > li", list);
  const { text, environment, ending, order, all: unfold } = controls.elements;
  const status = controls.querySelector("[role=status]");
  const words = new Map();
  const textOf = (item) => {
    if (!words.has(item)) words.set(item, item.textContent.toLowerCase());
    return words.get(item);
  };
  const orders = {
    newest: (left, right) => right.dataset.number - left.dataset.number,
    oldest: (left, right) => left.dataset.number - right.dataset.number,
    longest: (left, right) => right.dataset.seconds - left.dataset.seconds,
  };
  const shown = (item, wanted) =>
    (!environment.value || item.dataset.environment === environment.value) &&
    (!ending.value || item.dataset.ending === ending.value) &&
    (!wanted || textOf(item).includes(wanted));

  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    let count = 0;
    for (const item of items) {
      item.hidden = !shown(item, wanted);
      if (!item.hidden) count += 1;
    }
    status.textContent = count === items.length ? `${count} shown` : `${count} of ${items.length} shown`;
  };
  let waiting;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  environment.addEventListener("change", filter);
  ending.addEventListener("change", filter);
  order.addEventListener("change", () => list.append(...items.sort(orders[order.value])));
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-expanded") !== "true";
    unfold.setAttribute("aria-expanded", String(open));
    unfold.textContent = open ? "Fold all" : "Unfold all";
    for (const item of items) item.firstElementChild.open = open && !item.hidden;
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  filter();

  // A link to an incident shows it, whatever is filtered.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const item = target && target.closest(".incidents > li");
    if (!item) return;
    item.hidden = false;
    item.firstElementChild.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
}

// Paper cannot be unfolded; where style alone does not do it, this does.
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details:not([open])");
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
