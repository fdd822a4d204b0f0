// Fetches the browser's secret from where the first page left it, and goes on with it.
import { ask, show, take } from "./windows.js";

const form = document.getElementById("return");
const kept =
  (await take(form.dataset)) ??
  (await ask(window.opener, location.origin, { subject: "peerloom.secret" }))?.value;

if (kept) {
  form.elements.browser.value = kept;
  form.submit();
} else show("blocked");
