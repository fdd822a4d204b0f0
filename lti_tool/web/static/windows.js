// Questions to other windows, and only to the origin that may hear them.
// Messages as in the 1EdTech drafts "LTI Client Side postMessages" and "LTI Postmessage Storage".

const PATIENCE = 2000; // milliseconds: the one who was asked may not listen at all

// The window of the platform: around our frame, or behind our tab.
const platform = () => (window.parent === window ? window.opener : window.parent);

// The frame in which the platform keeps data for tools. Where there is none of this name, the
// platform's own window answers.
function storage(name) {
  const around = platform();
  if (name === "_parent") return around;
  try {
    return around.frames[name] ?? around;
  } catch {
    return around;
  }
}

// Asks one question; gives the answer, or nothing when there is none or it is an error.
export function ask(target, origin, question) {
  if (!target || !origin) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const id = crypto.randomUUID();
    const finish = (answer) => {
      clearTimeout(timer);
      removeEventListener("message", hear);
      resolve(answer);
    };
    const hear = ({ origin: speaker, data }) => {
      if (speaker !== origin || data?.message_id !== id) return;
      if (data.subject !== `${question.subject}.response`) return;
      finish(data.error ? undefined : data);
    };
    const timer = setTimeout(finish, PATIENCE);
    addEventListener("message", hear);
    try {
      target.postMessage({ ...question, message_id: id }, origin);
    } catch {
      finish();
    }
  });
}

// Lets the platform keep a value; tells whether it did.
export async function put({ storage: name, origin, key }, value) {
  if (!name) return false;
  const answer = await ask(storage(name), origin, { subject: "lti.put_data", key, value });
  return answer?.key === key && answer.value === value;
}

// Gives back what the platform kept, and lets it forget that.
export async function take({ storage: name, origin, key }) {
  if (!name) return undefined;
  const answer = await ask(storage(name), origin, { subject: "lti.get_data", key });
  if (answer?.key !== key || !answer.value) return undefined;
  storage(name).postMessage({ subject: "lti.put_data", message_id: crypto.randomUUID(), key, value: null }, origin);
  return answer.value;
}

// Shows one step of a page and hides the others.
export function show(step) {
  for (const part of document.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== step;
}
