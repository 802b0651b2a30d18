// Nothing typed is lost: a form with data-draft is kept here and on the server while somebody types, and comes back after a
// reload, a logout or a dead network.  A form that came back refused already holds its input: that is kept, for whoever leaves
// the page to mend what is missing, and comes back.

const SENT = "draft-sent";
const forms = [...document.querySelectorAll("form[data-draft]")];
const isKept = (el) => el.name && !["csrfmiddlewaretoken", "once", "strokes"].includes(el.name) && !["file", "password", "hidden", "submit", "button"].includes(el.type);
const mark = (form) => `${form.dataset.draftOf}:${form.dataset.draft}`; // one machine, several people: each their own
const place = (marked) => `draft:${marked}`;

function values(form) {
  const out = {};
  for (const el of form.elements) {
    if (!isKept(el)) continue;
    if (el.type === "checkbox") (out[el.name] ??= []).push(...(el.checked ? [el.value] : []));
    else if (el.type === "radio") {
      if (el.checked) out[el.name] = [el.value];
    } else if (el.multiple) out[el.name] = [...el.selectedOptions].map((o) => o.value);
    else (out[el.name] ??= []).push(el.value);
  }
  return out;
}

function fill(form, data) {
  form.dispatchEvent(new CustomEvent("draft-fill", { detail: data })); // a form that grows grows to what was typed
  const seen = {};
  for (const el of form.elements) {
    if (!isKept(el) || !(el.name in data)) continue;
    const list = data[el.name];
    if (el.type === "checkbox" || el.type === "radio") el.checked = list.includes(el.value);
    else if (el.multiple) for (const o of el.options) o.selected = list.includes(o.value);
    else {
      const at = (seen[el.name] = (seen[el.name] ?? -1) + 1);
      if (at < list.length) el.value = list[at];
    }
    el.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function tell(form, time) {
  const note = form.querySelector("[data-draft-note]") ?? document.querySelector("[data-draft-note]");
  if (!note) return;
  note.textContent = note.dataset.says.replace("{time}", time);
}

const hhmm = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" }); // the clock of the page's head

async function send(form, data) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken?.value ?? "");
  body.set("key", form.dataset.draft);
  body.set("data", data === null ? "" : JSON.stringify(data));
  return fetch(form.dataset.draftUrl, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
}

async function start(form) {
  const key = mark(form);
  const blank = JSON.stringify(values(form));
  const sent = sessionStorage.getItem(SENT) === key;
  // Why a form was refused may stand above it, outside; of several forms it is the one that was sent.
  const refused = form.querySelector("[data-refusal], .field-errors") !== null || (sent && document.querySelector("[data-refusal]") !== null);
  let timer = 0;
  const save = async () => {
    const data = values(form);
    if (JSON.stringify(data) === blank && !(sent && refused)) return;
    try {
      localStorage.setItem(place(key), JSON.stringify({ at: Date.now(), time: hhmm(), data }));
    } catch {
      // private window: the server still keeps it
    }
    tell(form, hhmm());
    try {
      await send(form, data);
    } catch {
      // no network: it lies in this browser and goes with the next change
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("pagehide", () => {
    if (timer && sessionStorage.getItem(SENT) !== key) save();
  });

  // Last, since it asks the server: what is typed meanwhile is kept already.
  if (sent) {
    sessionStorage.removeItem(SENT);
    await (refused ? save() : forget(form));
  } else if (!refused) await restore(form, blank);
}

async function restore(form, blank) {
  if (form.querySelector("[data-grows]") && document.readyState !== "complete") await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(place(mark(form))));
  } catch {
    kept = null;
  }
  if (!kept) {
    try {
      const answer = await fetch(`${form.dataset.draftUrl}?key=${encodeURIComponent(form.dataset.draft)}`, { headers: { "HX-Request": "true" } });
      const body = answer.ok ? await answer.json() : null;
      if (body?.data) kept = { time: body.saved_at, data: body.data };
    } catch {
      kept = null;
    }
  }
  if (!kept || JSON.stringify(kept.data) === blank || JSON.stringify(values(form)) !== blank) return;
  fill(form, kept.data);
  tell(form, kept.time);
  offerToClear(form);
}

// What came back may be of the last customer: one press empties the form (the page that opens again forgets the draft).
function offerToClear(form) {
  const button = (form.querySelector("[data-draft-note]") ?? document.querySelector("[data-draft-note]"))?.parentElement?.querySelector("[data-draft-clear]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    sessionStorage.setItem(SENT, mark(form));
    window.location.reload();
  });
}

async function forget(form) {
  localStorage.removeItem(place(mark(form)));
  try {
    await send(form, null);
  } catch {
    // it will be overwritten by the next draft
  }
}

// The form was sent and this is another page: it arrived, its draft may go.
const sent = sessionStorage.getItem(SENT);
if (sent && !forms.some((form) => mark(form) === sent)) {
  sessionStorage.removeItem(SENT);
  localStorage.removeItem(place(sent));
}
forms.forEach(start);
