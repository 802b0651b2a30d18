// The survey grows on the page: one more opening, pipe or room without a journey to the server, so that nothing typed and no
// photo taken is lost.  Without this script the same buttons post and the page comes back with one row more.

import { start as photos } from "./photo.js";

const form = document.querySelector("[data-survey]")?.closest("form");
if (form) run(form);

function run(form) {
  const total = (prefix) => form.elements[`${prefix}-TOTAL_FORMS`];
  const box = (prefix) => form.querySelector(`[data-grows="${CSS.escape(prefix)}"]`);

  // A new row from the template beside the rows; its number is the next one.
  function add(prefix) {
    const rows = box(prefix);
    const count = total(prefix);
    const template = rows?.parentElement.querySelector(`template[data-row-of="${CSS.escape(prefix)}"]`);
    if (!template || !count) return null;
    const mark = `${prefix}-__prefix__`;
    rows.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll(mark, `${prefix}-${count.value}`));
    count.value = Number(count.value) + 1;
    const made = rows.lastElementChild;
    for (const input of made.querySelectorAll("[data-photo-input]")) photos(input);
    return made;
  }

  form.addEventListener("click", (event) => {
    const more = event.target.closest("button[name=more]");
    if (more) {
      const made = add(more.value === "room" ? "rooms" : more.value);
      if (!made) return;
      event.preventDefault();
      if (made.matches("details")) {
        for (const other of form.querySelectorAll("details.survey-room")) other.open = other === made;
        made.scrollIntoView({ block: "start" });
      }
      made.querySelector("input:not([type=hidden])")?.focus();
      sum(made.closest("details"));
      return;
    }
    const drop = event.target.closest("[data-drop-row]");
    if (drop) {
      const row = drop.closest("[data-row]");
      for (const field of row.querySelectorAll("input, select")) if (field.type !== "hidden") field.value = field.tagName === "SELECT" ? field.value : "";
      row.hidden = true; // an empty row is left out; its number stays its own
      sum(row.closest("details"));
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // What the openings add up to, and what the head of a closed room says.
  function sum(room) {
    if (!room) return;
    let square = 0;
    let count = 0;
    for (const row of room.querySelectorAll("[data-opening]")) {
      const [width, height] = ["width_mm", "height_mm"].map((name) => Number(row.querySelector(`[name$="-${name}"]`)?.value));
      if (width > 0 && height > 0) {
        square += (width * height) / 1e6;
        count += 1;
      }
    }
    const says = room.querySelector("[data-sum]");
    if (says) says.textContent = count ? says.dataset.says.replace("{count}", count).replace("{square}", square.toFixed(2)) : "";
    const typed = room.querySelector("[data-typed-sums]");
    if (typed) typed.hidden = count > 0;
    const value = (name) => room.querySelector(`[name$="-${name}"]`)?.value.trim() ?? "";
    const name = room.querySelector("summary b");
    if (name && value("name")) name.textContent = value("name");
    const state = room.querySelector("summary [data-state]");
    const sizes = ["length_mm", "width_mm", "height_mm"].map(value);
    if (state) state.textContent = sizes.every(Boolean) ? `${sizes.join(" × ")}${count ? ` · ${says.textContent}` : ""}` : state.dataset.blank;
  }

  form.addEventListener("input", (event) => sum(event.target.closest?.("details.survey-room")));
  form.addEventListener("draft-fill", (event) => {
    for (const name of Object.keys(event.detail)) {
      const room = name.match(/^rooms-(\d+)-/);
      while (room && total("rooms") && Number(total("rooms").value) <= Number(room[1])) if (!add("rooms")) break;
      const row = name.match(/^(rooms-\d+-[of])-(\d+)-/);
      while (row && total(row[1]) && Number(total(row[1]).value) <= Number(row[2])) if (!add(row[1])) break;
    }
    setTimeout(() => form.querySelectorAll("details.survey-room").forEach(sum));
  });
  form.querySelectorAll("details.survey-room").forEach(sum);
}
