// Photos: made small in the browser (long side 1600), shown at once, put back into the file field.  If the browser cannot
// decode a picture (HEIC elsewhere than on an iPhone) the original goes, and the server makes it small.

const LONG = 1600;

for (const box of document.querySelectorAll("[data-photo-input]")) start(box);

export async function small(file) {
  if (!file.type.startsWith("image/")) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, LONG / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < 600_000) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close?.();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified }) : file;
}

export function start(box) {
  const field = box.querySelector("[data-photo-field]");
  const taken = box.querySelector("[data-photo-taken]");
  let files = [];

  const put = () => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    field.files = transfer.files;
  };
  const draw = () => {
    for (const image of taken.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    taken.replaceChildren(...files.map((file, index) => {
      const frame = document.createElement("span");
      frame.className = "photo";
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = "";
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "photo-drop";
      drop.textContent = "×";
      drop.setAttribute("aria-label", box.dataset.dropSays);
      drop.addEventListener("click", () => {
        files = files.filter((_file, at) => at !== index);
        put();
        draw();
      });
      frame.append(image, drop);
      return frame;
    }));
  };
  field.addEventListener("change", async (event) => {
    if (!event.isTrusted && !field.files.length) return;
    event.stopImmediatePropagation();
    const added = await Promise.all([...field.files].map(small));
    files = field.multiple ? [...files, ...added] : added.slice(0, 1);
    put();
    draw();
    box.dispatchEvent(new CustomEvent("photos-ready", { bubbles: true, detail: { count: files.length } }));
  });
  box.addEventListener("photos-sent", (event) => { // the page shows the kept ones instead
    files = files.slice(event.detail);
    put();
    draw();
  });
}
