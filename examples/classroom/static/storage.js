// Keeps small values for tools, apart for each origin, as the 1EdTech draft "LTI Postmessage
// Storage" says. They last as long as this page.
const kept = new Map();

addEventListener("message", ({ data, origin, source }) => {
  const { subject, message_id, key, value } = data ?? {};
  const place = JSON.stringify([origin, key]);
  if (subject === "lti.put_data") {
    if (value === null) kept.delete(place);
    else kept.set(place, value);
  } else if (subject !== "lti.get_data") return;
  const answer = { subject: `${subject}.response`, message_id, key, value: kept.get(place) ?? null };
  source.postMessage(answer, origin);
});
