// Buttons that copy: of `data-copies` the text itself, else what is in the <pre> beside them. A page
// that came by plain HTTP from another machine has no clipboard: there the text is selected and
// copied the old way.

document.documentElement.classList.add("scripted");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const text = button.dataset.copies ?? button.parentElement.querySelector("pre").innerText;
  await put(text);
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = before), 1500);
});

async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
