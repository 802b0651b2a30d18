// The phone check page: every item is a small form that is sent when it changes.  What could not be sent waits in this page and is
// tried again; the outbox line always says how much has arrived.  The server judges; limits shown here are only a help.

const outbox = document.querySelector("[data-outbox]");
const waiting = new Set();
const sending = new Set();
const rejected = new Set();
// A random UUID; crypto.randomUUID is missing where the site is not served over TLS.
const key = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

// --- measured values: limits live ---------------------------------------------------------------------------------
const numberOf = (text) => {
  const plain = text.normalize("NFKC").trim().replace(/[，,。]/g, ".").replace(/\s/g, "");
  return plain !== "" && /^[-+]?\d*\.?\d*$/.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
};
const shown = (n) => String(Math.round(n * 1000) / 1000);

for (const measure of document.querySelectorAll("[data-measure]")) {
  const input = measure.querySelector("input");
  const gap = measure.querySelector("[data-measure-gap]");
  const low = measure.dataset.low === "" ? null : Number(measure.dataset.low);
  const high = measure.dataset.high === "" ? null : Number(measure.dataset.high);
  const judge = () => {
    const value = numberOf(input.value);
    const off = value === null ? 0 : low !== null && value < low ? low - value : high !== null && value > high ? value - high : 0;
    measure.classList.toggle("is-out", off > 0);
    measure.classList.toggle("is-in", value !== null && off === 0);
    gap.replaceChildren();
    if (off > 0) {
      const words = document.createElement("b");
      words.textContent = "× " + measure.dataset.gap.replace("{gap}", `${shown(off)} ${measure.dataset.unit}`.trim());
      gap.append(words, ` ${measure.dataset.consequence}`);
    }
    point(measure, value, off > 0);
  };
  input.addEventListener("input", judge);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const value = numberOf(input.value);
    if (value !== null) input.value = shown(value);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    forward(1);
  });
  input.addEventListener("blur", () => {
    const value = numberOf(input.value);
    if (value !== null && input.value.trim()) input.value = shown(value);
  });
}

// The triangle on the ruler follows the typed value (the scale itself is drawn by the server).
function point(measure, value, out) {
  const ruler = measure.querySelector(".ruler");
  if (!ruler || !ruler.dataset.start) return;
  let mark = ruler.querySelector("[data-mark]");
  ruler.querySelectorAll("[data-mark-server]").forEach((el) => el.remove());
  if (value === null) {
    mark?.remove();
    return;
  }
  const start = Number(ruler.dataset.start);
  const end = Number(ruler.dataset.end);
  const x = 7 + 312 * Math.min(1, Math.max(0, (value - start) / (end - start)));
  if (!mark) {
    mark = document.createElementNS("http://www.w3.org/2000/svg", "g");
    mark.setAttribute("data-mark", "");
    mark.append(document.createElementNS("http://www.w3.org/2000/svg", "path"), document.createElementNS("http://www.w3.org/2000/svg", "path"));
    ruler.append(mark);
  }
  const [line, arrow] = mark.children;
  line.setAttribute("d", `M${x} 24V8`);
  line.setAttribute("class", `s-${out ? "late" : "done"} thick`);
  arrow.setAttribute("d", `M${x - 6} 1h12l-6 9z`);
  arrow.setAttribute("class", `c-${out ? "late" : "done"}`);
}

// --- sending ---------------------------------------------------------------------------------------------------------
// Every change gets a new key; a repeated attempt keeps it, so that the server answers what it answered first.  One at a time an item.
async function send(form) {
  if (sending.has(form)) return;
  sending.add(form);
  draw();
  const sent = form.elements.once?.value;
  const photos = form.querySelector("[data-photo-field]")?.files.length ?? 0;
  let answer = null;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    if (answer.status < 500) await take(form, answer, photos, sent);
  } catch {
    answer = null; // no network: it waits
  } finally {
    sending.delete(form);
  }
  if (answer && waiting.has(form) && form.elements.once?.value !== sent) return send(form);
  draw();
}

async function take(form, answer, photos, sent) {
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const progress = answer.ok ? page.querySelector(".check-progress") : null;
  if (answer.ok && !progress) return signedOut(); // the answer is the page of signing in: nothing arrived, nothing is lost
  if (form.elements.once?.value === sent) waiting.delete(form); // else it changed while the answer was read: that goes next
  if (progress) {
    rejected.delete(form);
    form.dataset.arrived = "1";
    mark(form, "");
    document.querySelector(".site-head .check-progress")?.replaceWith(progress);
    form.querySelector("[data-photo-input]")?.dispatchEvent(new CustomEvent("photos-sent", { detail: photos }));
    const shown = page.querySelector("[data-item-photos]");
    if (shown) form.querySelector("[data-item-photos]")?.replaceWith(shown);
    const lacks = page.querySelector("[data-item-lacks]");
    if (lacks) form.querySelector("[data-item-lacks]")?.replaceWith(lacks);
  } else {
    rejected.add(form);
    mark(form, answer.headers.get("Content-Type")?.startsWith("text/plain") ? text.slice(0, 300) : `${answer.status} ${answer.statusText}`);
  }
}

function signedOut() {
  const says = document.querySelector("[data-signed-out]");
  if (says) says.hidden = false;
}

function mark(form, words) {
  let place = form.querySelector("[data-item-said]");
  if (!place) {
    place = document.createElement("p");
    place.className = "item-error";
    place.setAttribute("role", "alert");
    place.dataset.itemSaid = "";
    form.append(place);
  }
  place.textContent = words;
  place.hidden = !words;
}

for (const form of document.querySelectorAll(".check-form")) {
  const queue = () => {
    if (form.elements.once) form.elements.once.value = key();
    waiting.add(form);
    send(form);
  };
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-photo-field], [data-goes-along=photo]")) return; // a room and a wall go with the next photo
    if (event.target.matches("[data-goes-along=value]") && !form.querySelector("[data-measure] input")?.value) return;
    const item = form.closest(".check-item");
    if (item && (event.target.closest(".tap-fail") || event.target.closest(".measure.is-out"))) open(item);
    queue();
  });
  form.addEventListener("photos-ready", queue);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    queue();
  }, true);
}

function draw() {
  for (const form of document.querySelectorAll(".check-form")) form.classList.toggle("is-waiting", waiting.has(form));
  if (!outbox) return;
  const here = document.querySelectorAll(".check-item:not(.is-sent) .check-form[data-arrived]").length;
  const arrived = Number(outbox.dataset.arrived) + here;
  const total = Math.max(Number(outbox.dataset.total), arrived + waiting.size + rejected.size);
  const tone = rejected.size ? "late" : waiting.size ? "soon" : "done";
  outbox.classList.remove("is-done", "is-soon", "is-late");
  outbox.classList.add(`is-${tone}`);
  outbox.querySelector("[data-outbox-arrived]").textContent = total ? outbox.dataset.saysDone.replace("{a}", arrived).replace("{t}", total) : outbox.dataset.saysNone;
  outbox.querySelector("[data-outbox-more]").textContent = rejected.size
    ? outbox.dataset.saysRejected.replace("{n}", rejected.size)
    : waiting.size ? outbox.dataset.saysWaiting.replace("{n}", waiting.size) : "";
  outbox.querySelector("[data-outbox-send]").hidden = tone === "done";
}

const flush = () => [...waiting].forEach((form) => send(form));
window.addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
outbox?.querySelector("[data-outbox-send]")?.addEventListener("click", flush);
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});

// --- one item open at a time, next and previous ------------------------------------------------------------------------
const items = [...document.querySelectorAll(".check-item")];
function open(next) {
  if (next.classList.contains("is-open")) return;
  items.forEach((item) => item.classList.toggle("is-open", item === next));
  history.replaceState(null, "", `?item=${next.id}`);
  show(next, matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
}
// The item before stays in sight above the open one.
function show(item, behavior) {
  const head = document.querySelector(".site-head")?.offsetHeight ?? 0;
  const top = (item.previousElementSibling?.classList.contains("check-item") ? item.previousElementSibling : item).getBoundingClientRect().top;
  window.scrollTo({ top: window.scrollY + top - head, behavior });
}
function forward(by) {
  if (!items.length) return;
  const focused = items.findIndex((item) => item.contains(document.activeElement));
  const at = Math.max(0, focused >= 0 ? focused : items.findIndex((item) => item.classList.contains("is-open")));
  const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
  open(next);
  next.querySelector("input:not([type=hidden], [type=file])")?.focus({ preventScroll: true });
}
for (const item of items) item.addEventListener("click", (event) => event.target.closest(".item-words") && open(item));
const first = items.find((item) => item.classList.contains("is-open"));
if (first && items.indexOf(first) > 0) show(first, "auto");
for (const button of document.querySelectorAll("button[data-next]")) button.addEventListener("click", () => forward(1));
for (const button of document.querySelectorAll("button[data-prev]")) button.addEventListener("click", () => forward(-1));
document.querySelector("[data-shutter]:not([for])")?.addEventListener("click", () => {
  const open = document.querySelector(".check-item.is-open") ?? items[0];
  open?.querySelector("[data-photo-field]")?.click();
});
