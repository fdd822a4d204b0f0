// Looks again after a few seconds, unless the person has begun to do something on the page.

const timer = setTimeout(() => location.reload(), 4000);
for (const kind of ["input", "keydown", "pointerdown"]) {
  addEventListener(kind, () => clearTimeout(timer), { once: true });
}
