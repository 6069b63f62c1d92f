// The conversation: a click on a number asks for its article at the quote; a new turn comes into view; Escape stops an
// answer, and who stopped one can type at once.
const asked = () => element.querySelectorAll(".fn-turn").length;
let turns = asked();

element.addEventListener("click", (event) => {
  const button = event.target.closest("button.fn-cite");
  if (!button) return;
  for (const other of element.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  const open = document.querySelector("#fn-article article");
  if (open && open.dataset.key === button.dataset.key) {
    document.dispatchEvent(new Event("footnote-reveal"));
  } else {
    trigger("click", { ...button.dataset });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) document.querySelector("#fn-stop")?.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#fn-stop")) document.querySelector("#fn-question textarea").focus({ preventScroll: true });
});

watch("value", () => {
  const last = element.querySelector(".fn-turn:last-child");
  if (last && asked() > turns) last.scrollIntoView({ block: "start" });
  turns = asked();
  // A question that met an error goes back into the box, unless another is being typed there.
  const failed = last && last.querySelector(".fn-problem[data-question]");
  const box = document.querySelector("#fn-question textarea");
  if (failed && box && !box.value) {
    box.value = failed.dataset.question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
