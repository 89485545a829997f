// Hides the questions that another answer makes needless. Without this script they all stand there, each saying when it is asked.

const values = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].map((input) => input.value);

const show = (form, box) => {
  const wanted = box.dataset.values.split(" ");
  const met = values(form, box.dataset.when).some((value) => wanted.includes(value));
  const kept = [...box.querySelectorAll("input, textarea")].some((input) => input.getAttribute("aria-invalid") === "true");
  box.hidden = !kept && (box.dataset.unless ? met : !met);
};

for (const form of document.querySelectorAll("[data-part-form]")) {
  const boxes = [...form.querySelectorAll("[data-when]")];
  const update = () => boxes.forEach((box) => show(form, box));
  form.addEventListener("change", update);
  update();
}
