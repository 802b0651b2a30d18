// The search box: "/" focuses, results in place, arrow keys choose, Enter opens, Ctrl Enter opens beside, Esc closes.

const box = document.querySelector("[data-omnibox]");
if (box) start(box);

function start(form) {
  const input = form.querySelector("input[type=search]");
  const found = form.querySelector("[role=listbox]");
  const key = form.querySelector("kbd");
  const before = { focus: null };
  let asked = null;
  let timer = 0;

  const rows = () => [...found.querySelectorAll("[role=option]")];
  const chosen = () => found.querySelector("[aria-selected=true]");
  const choose = (row) => {
    for (const other of rows()) other.setAttribute("aria-selected", String(other === row));
    if (row) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    found.hidden = !open;
    form.classList.toggle("is-open", open);
    input.setAttribute("aria-expanded", String(open));
    if (key) key.textContent = open ? key.dataset.keyOpen : key.dataset.keyIdle;
  };
  const close = () => {
    asked?.abort();
    show(false);
    choose(null);
  };

  async function ask() {
    const words = input.value.trim();
    if (!words) return close();
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" }, signal: asked.signal,
      });
      if (!answer.ok) return;
      found.innerHTML = await answer.text();
      show(true);
      choose(rows()[0] ?? null);
    } catch {
      // a newer question is on its way, or no network: Enter still opens the search page
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("focus", () => {
    if (input.value.trim() && found.childElementCount) show(true);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close();
      input.value = "";
      input.blur();
      before.focus?.focus?.();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = rows();
      if (!all.length) return;
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen() && !found.hidden) {
      event.preventDefault();
      event.stopPropagation();
      if (event.ctrlKey || event.metaKey) window.open(chosen().href, "_blank", "noopener");
      else location.href = chosen().href;
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.("input, textarea, select, [contenteditable]")) return;
    if (localStorage.getItem("keys") === "off") return;
    event.preventDefault();
    before.focus = document.activeElement;
    input.focus();
    input.select();
  });
}
