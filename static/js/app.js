// What every page can do: forms that are sent once, keys, menus, capitals for money, live fragments.

const isTyping = (el) => el && (el.matches("input, textarea, select") || el.isContentEditable);

// --- once: a form on its way is not sent a second time --------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
  setTimeout(() => rest(form), 8000);
});
function rest(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(rest));

// --- keys: / search is in omnibox.js; j k rows, Enter opens, Alt letter, Ctrl Enter sends, Esc closes -------------------
const keysOn = () => localStorage.getItem("keys") !== "off";
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("is-selected"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows.forEach((row) => row.classList.toggle("is-selected", row === next));
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-menu][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form");
    if (form && form.method === "post") {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (!keysOn()) return;
  if (event.altKey && !event.ctrlKey && event.key.length === 1) {
    const act = document.querySelector(`[data-alt="${CSS.escape(event.key.toLowerCase())}"]`);
    if (act) {
      event.preventDefault();
      act.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// --- a click anywhere on a table row opens its link ------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
  const link = row.querySelector("a.row-link, th a");
  if (link) event.ctrlKey || event.metaKey ? window.open(link.href, "_blank", "noopener") : link.click();
});

// --- on a phone the stage line is wider than the screen: bring the current stage into view ------------------------------------
for (const line of document.querySelectorAll(".stage-line")) {
  const now = line.querySelector(".stage-words .is-current");
  if (now && line.scrollWidth > line.clientWidth) line.scrollLeft = now.offsetLeft - line.clientWidth / 2 + now.offsetWidth / 2;
}

// --- the open one of pages beside each other stands in sight -------------------------------------------------------------
for (const row of document.querySelectorAll(".section-tabs ul")) {
  const open = row.querySelector("[aria-current]");
  if (open && row.scrollWidth > row.clientWidth) row.scrollLeft += open.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - open.offsetWidth) / 2;
}

// --- a form that came back is entered at the topmost field to mend; a refusal takes the focus once ----------------------
// The page says which is the topmost: a form may declare its fields in another order.
const FIELDS = "input:not([type=hidden]), select, textarea";
const wrong = document.querySelector(`main form :is(.is-wrong, [aria-invalid="true"]:not([type="hidden"]))`);
const first = wrong?.matches(FIELDS) ? wrong : wrong?.querySelector(FIELDS);
for (let fold = first?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
first?.focus();
for (const link of first?.id ? first.form.querySelectorAll(".form-wrong a") : []) link.setAttribute("href", `#${first.id}`);
document.querySelector("[data-refusal]")?.focus({ preventScroll: false });

// --- 大写 beside a money field ---------------------------------------------------------------------------------------
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const half = (text) => text.normalize("NFKC").replace(/[,，\s¥]/g, "");
export function capitals(text) {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(half(text));
  if (!match) return "";
  const whole = match[1].replace(/^0+(?=\d)/, "");
  const [jiao, fen] = (match[2] || "").padEnd(2, "0").split("").map(Number);
  let out = "";
  if (Number(whole)) {
    const groups = whole.padStart(Math.ceil(whole.length / 4) * 4, "0").match(/.{4}/g);
    groups.forEach((group, index) => {
      let part = "";
      [...group].forEach((digit, place) => {
        if (digit === "0") part += part.endsWith("零") ? "" : "零";
        else part += DIGITS[digit] + ["仟", "佰", "拾", ""][place];
      });
      part = part.replace(/零$/, "");
      if (part) out += part + ["", "万", "亿"][groups.length - 1 - index];
      else if (out && !out.endsWith("零") && index < groups.length - 1) out += "零";
    });
    out = out.replace(/^零+/, "").replace(/零+/g, "零").replace(/零$/, "") + "元";
  }
  if (!jiao && !fen) return out ? `${out}整` : "零元整";
  if (jiao) out += DIGITS[jiao] + "角";
  else if (out) out += "零";
  return out + (fen ? DIGITS[fen] + "分" : "整");
}
for (const field of document.querySelectorAll("[data-capitals]")) {
  const show = () => {
    document.getElementById(field.dataset.capitals).textContent = field.value.trim() ? capitals(field.value) : "";
  };
  field.addEventListener("input", show);
  show();
}

// --- live fragments: what the form says so far is asked of the server while somebody types ------------------------------
for (const field of document.querySelectorAll("[data-live]")) {
  let timer = 0;
  let current = null;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      current?.abort();
      current = new AbortController();
      const typed = new URLSearchParams(); // posted, not asked for in the address: numbers stand in no log of addresses
      for (const [name, value] of new FormData(field.form)) {
        if (typeof value === "string" && name !== "once") typed.append(name, value);
      }
      try {
        const answer = await fetch(field.dataset.live, { method: "POST", body: typed, headers: { "HX-Request": "true" }, signal: current.signal });
        const place = document.getElementById(field.dataset.liveInto ?? `${field.id}_live`);
        if (answer.ok && place) place.innerHTML = await answer.text();
      } catch {
        // typing went on, or the network is away: the form works without the hint
      }
    }, 250);
  });
}

// --- one choice suggests another: while that one says what was suggested last, it follows; what somebody chose stays ----------
for (const field of document.querySelectorAll("select[data-goes-with]")) {
  const goes = JSON.parse(field.dataset.goesWith);
  const other = field.form.elements.origin;
  field.addEventListener("change", () => {
    if (!goes[field.value] || (other.value && other.value !== (other.dataset.suggested ?? other.querySelector("[selected]")?.value))) return;
    other.value = other.dataset.suggested = goes[field.value];
    other.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// --- forms that send themselves when a filter changes --------------------------------------------------------------
for (const field of document.querySelectorAll("[data-send-on-change]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
