// Finds a place for the browser's secret, then goes to the platform: a cookie, which came with this
// page; the platform's storage; or this page itself, while a new tab goes on and asks for it.
import { ask, put, show } from "./windows.js";

const page = document.getElementById("start").dataset;
const form = document.querySelector("#start form");

function cookiesWork() {
  const probe = (seconds) =>
    `peerloom-probe=1; Path=/lti; SameSite=None; Secure; Partitioned; Max-Age=${seconds}`;
  document.cookie = probe(10);
  const works = document.cookie.includes("peerloom-probe=1");
  document.cookie = probe(0);
  return works;
}

async function isKept() {
  if (cookiesWork()) return true;
  // The page that opened this tab answers as long as it is there.
  if (page.tab) return Boolean(await ask(window.opener, location.origin, { subject: "peerloom.secret" }));
  return put(page, form.elements.browser.value);
}

if (form) {
  form.addEventListener("submit", () => {
    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== location.origin || data?.subject !== "peerloom.secret") return;
      const value = form.elements.browser.value;
      source.postMessage({ subject: "peerloom.secret.response", message_id: data.message_id, value }, origin);
    });
    show("opened");
  });
}

if (await isKept()) location.replace(page.address);
else show("blocked");
