// Help on the profile page; the page works without it.
// Suggests the browser's time zone where none is chosen, and says beside each day what is ticked.

const zone = document.querySelector("#timezone");
if (zone?.dataset.empty === "yes") {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}

const hour = (minutes) => `${String(minutes / 60).padStart(2, "0")}:00`;

for (const day of document.querySelectorAll("[data-day]")) {
  const said = day.querySelector("[data-times]");
  const boxes = [...day.querySelectorAll("input")];
  day.addEventListener("change", () => {
    const spans = [];
    boxes.forEach((box, index) => {
      if (!box.checked) return;
      const last = spans.at(-1);
      if (last?.end === index * 60) last.end += 60;
      else spans.push({ start: index * 60, end: index * 60 + 60 });
    });
    said.textContent = spans.map(({ start, end }) => `${hour(start)}–${hour(end)}`).join(", ") || "–";
  });
}
