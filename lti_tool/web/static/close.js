// The registration page sits in a frame or a window of the platform, which closes it when told so.
// The message holds no secret, and the page does not know which of its platform's origins listens.
const button = document.getElementById("close");
const platform = window.opener ?? (window.parent === window ? null : window.parent);

if (button && platform) {
  button.hidden = false;
  button.addEventListener("click", () => {
    platform.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
  });
}
