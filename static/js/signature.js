// The signature box.  Strokes go as JSON into the hidden field; a blank box is refused here and, decisively, by the server.
// Locked until the paper was scrolled to its end or "I have read it" was pressed.

for (const box of document.querySelectorAll("[data-sign]")) start(box);

function start(box) {
  const canvas = box.querySelector("[data-sign-canvas]");
  const field = box.querySelector("[data-sign-strokes]");
  const error = box.querySelector("[data-sign-error]");
  const read = box.querySelector("[data-sign-read-field]");
  const agree = box.querySelector("[data-sign-agree]");
  const form = box.closest("form");
  const pad = new window.SignaturePad(canvas, { penColor: "#15202b", minWidth: 1.1, maxWidth: 3.2, throttle: 8, minDistance: 2 });

  // The drawing buffer follows the box; what was drawn is kept over a turn of the phone.
  function fit() {
    const data = pad.toData();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    if (!canvas.offsetWidth) return;
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (data.length) pad.fromData(data);
  }
  new ResizeObserver(fit).observe(canvas);
  fit();

  const points = () => pad.toData().flatMap((stroke) => stroke.points);
  function isBlank() {
    const all = points();
    if (all.length < 8) return true;
    const spread = (name) => Math.max(...all.map((p) => p[name])) - Math.min(...all.map((p) => p[name]));
    return spread("x") + spread("y") < 30;
  }
  const clean = () => pad.toData().map((stroke) => ({
    points: stroke.points.map((p) => ({ x: Math.round(p.x * 10) / 10, y: Math.round(p.y * 10) / 10, time: p.time, pressure: p.pressure })),
  }));
  const say = (words) => {
    error.textContent = words;
  };

  box.querySelector("[data-sign-clear]").addEventListener("click", () => {
    pad.clear();
    field.value = "";
    say("");
  });
  pad.addEventListener("endStroke", () => {
    field.value = JSON.stringify(clean());
    say("");
  });

  // --- the lock ---
  const lock = box.querySelector("[data-sign-lock]");
  const unlock = () => {
    read.value = "1";
    lock?.remove();
    box.removeAttribute("data-sign-locked");
  };
  if (lock) {
    box.querySelector("[data-sign-read]").addEventListener("click", unlock);
    const end = document.querySelector("[data-paper-end]");
    if (end) {
      // Seeing a short paper at once is not reading it: somebody scrolls, or presses the button.
      const sheet = document.querySelector("[data-paper]");
      const scrolls = sheet && sheet.scrollHeight > sheet.clientHeight + 4;
      const seen = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        unlock();
        seen.disconnect();
      }, { root: scrolls ? sheet : null, rootMargin: "0px 0px 32px 0px" });
      (scrolls ? sheet : window).addEventListener("scroll", () => seen.observe(end), { once: true, passive: true });
    }
  }

  form?.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && !button.hasAttribute("data-sign-confirm")) return;
    let refused = "";
    if (!read.value) refused = box.dataset.locked;
    else if (isBlank()) refused = box.dataset.blank;
    else if (agree && !agree.checked) refused = box.dataset.agree;
    if (!refused) {
      field.value = JSON.stringify(clean());
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    say(refused);
  }, true);
}
