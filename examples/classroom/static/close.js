// A tool that has finished its registration says so to the window around its frame.
window.addEventListener("message", (event) => {
  const frame = document.querySelector("iframe");
  const isFromFrame = event.source === frame.contentWindow;
  if (isFromFrame && event.data?.subject === "org.imsglobal.lti.close") {
    document.getElementById("done").click();
  }
});
