// The editor of a quotation: amounts and sums follow what is typed; a quantity that is not the computed one asks for a reason.
// The server works out and checks everything again.

const yuan = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const cents = (value) => Math.round((value + Number.EPSILON) * 100) / 100;
const shown = (value) => `¥${yuan.format(value)}`;
const read = (text) => Number(text.normalize("NFKC").replace(/[,，\s]/g, ""));

function lineOf(row) {
  const field = row.querySelector("[data-quantity]");
  const computed = row.dataset.computed;
  const typed = field.value.trim() === "" && computed !== undefined ? Number(computed) : read(field.value);
  const gone = row.querySelector("[data-remove]").checked;
  const other = computed !== undefined && Number.isFinite(typed) && cents(typed) !== Number(computed);
  row.classList.toggle("is-gone", gone);
  row.classList.toggle("is-other", other && !gone);
  row.querySelector("[data-reason]").hidden = !other || gone;
  const amount = gone || !Number.isFinite(typed) ? 0 : cents(cents(typed) * Number(row.dataset.price));
  row.querySelector("[data-amount]").textContent = shown(amount);
  return "outside" in row.dataset ? 0 : amount - Number(row.dataset.was);
}

// Only what differs from what was saved is worked out here: lines on other pages keep their sums.
function settle(form) {
  const sums = document.querySelector("[data-quote-sums]");
  let subtotal = Number(sums.dataset.subtotal);
  for (const room of form.querySelectorAll("[data-quote-room]")) {
    let more = 0;
    for (const row of room.querySelectorAll("[data-quote-line]")) more += lineOf(row);
    room.querySelector("[data-room-sum]").textContent = shown(cents(Number(room.dataset.sum) + more));
    subtotal += more;
  }
  subtotal = cents(subtotal);
  const fee = cents((subtotal * Number(sums.dataset.management)) / 100);
  const taxed = subtotal + fee - Number(sums.dataset.discount);
  const tax = cents((taxed * Number(sums.dataset.tax)) / 100);
  const values = { subtotal, management: fee, tax, total: taxed + tax };
  for (const place of document.querySelectorAll("[data-sum]")) if (place.dataset.sum in values) place.textContent = shown(values[place.dataset.sum]);
}

const lines = document.querySelector("form#lines");
if (lines) {
  let saved = true;
  const changed = () => {
    saved = false;
    lines.querySelector("[data-unsaved]").hidden = false;
    settle(lines);
  };
  lines.addEventListener("input", changed);
  lines.addEventListener("change", changed);
  lines.addEventListener("submit", () => (saved = true));
  window.addEventListener("beforeunload", (event) => {
    if (!saved) event.preventDefault();
  });
  if (lines.querySelector("[aria-invalid]")) changed();
}

const items = document.querySelector("form#items");
if (items) {
  const status = items.querySelector("[data-taken]");
  const count = () => {
    for (const typed of items.querySelectorAll("input[name^=quantity_]")) {
      if (typed.value.trim() && typed === document.activeElement) typed.closest("li").querySelector("input[type=checkbox]").checked = true;
    }
    const taken = items.querySelectorAll("input[type=checkbox]:checked").length;
    status.textContent = taken === 0 ? status.dataset.none : taken === 1 ? status.dataset.one : status.dataset.many.replace("{n}", taken);
  };
  items.addEventListener("input", count);
  count();
  const search = items.querySelector("[data-quote-search]");
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  search.addEventListener("input", () => {
    const words = search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let any = false;
    for (const group of items.querySelectorAll("[data-quote-group]")) {
      let some = false;
      for (const offer of group.querySelectorAll("[data-quote-offer]")) {
        const fits = words.every((word) => offer.dataset.words.includes(word));
        offer.hidden = !fits;
        some ||= fits;
      }
      group.hidden = !some;
      any ||= some;
    }
    items.querySelector("[data-quote-none]").hidden = any;
  });
}
