// The open article: the quote comes into view and, after a click, takes the focus; "Back" returns it to the number.
const reveal = (focus) => {
  const mark = element.querySelector("mark");
  const goal = mark || element.querySelector("article, .fn-problem");
  if (!goal) return;
  const wide = window.matchMedia("(min-width: 900px)").matches;
  if (focus || wide) goal.scrollIntoView({ block: mark ? "center" : "start" });
  if (focus && mark) mark.focus({ preventScroll: true });
};

element.addEventListener("click", (event) => {
  if (!event.target.closest(".fn-back")) return;
  const from = document.querySelector("#fn-conversation [aria-current]") || document.querySelector("#fn-question textarea");
  from.scrollIntoView({ block: "center" });
  from.focus({ preventScroll: true });
});

document.addEventListener("footnote-reveal", () => reveal(true));

watch("value", () => {
  const article = element.querySelector("article");
  reveal(article ? article.dataset.focus === "yes" : false);
});
