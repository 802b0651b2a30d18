// Words ready to send: a button copies the text it names; without a clipboard (no TLS) the text is selected instead.

for (const group of document.querySelectorAll("[data-copies]")) {
  const says = group.querySelector("[data-copy-says]");
  for (const button of group.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span");
    const before = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(text.textContent.trim());
      } catch {
        const range = document.createRange();
        range.selectNodeContents(text);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        if (!document.execCommand("copy")) return;
      }
      label.textContent = group.dataset.copied;
      says.textContent = group.dataset.copied;
      setTimeout(() => {
        label.textContent = before;
        says.textContent = "";
      }, 2000);
    });
  }
}
