// Send edits: one message on its way at a time, then the latest; and notice a server that is gone.

const PATIENCE = 6000; // milliseconds without a word from the server until it counts as gone
const AGAIN = 3000; // milliseconds until the latest edits are sent again

export function connect(model, { onView, onOther, onLost, onBack, onSend }) {
  let serial = 0; // of the latest edits
  let answered = 0; // serial of the edits that the latest view answers
  let travelling = null; // edits on their way
  let waiting = null; // the latest edits, if these wait
  let latest = null; // the latest edits, on their way or not
  let lost = false;
  let timer = null;

  function fail() {
    clearTimeout(timer);
    if (!lost) onLost();
    lost = true;
    travelling = null;
    timer = setTimeout(() => {
      travelling = latest ?? { type: "ping", serial };
      post(travelling);
    }, AGAIN);
  }

  function post(message, buffers) {
    clearTimeout(timer);
    timer = setTimeout(fail, PATIENCE);
    try {
      Promise.resolve(model.send(message, undefined, buffers)).catch(fail);
    } catch {
      fail();
    }
  }

  function pump() {
    if (travelling || !waiting) return;
    travelling = waiting;
    waiting = null;
    post(travelling);
  }

  function heard() {
    clearTimeout(timer);
    if (lost) onBack();
    lost = false;
  }

  function receive(message, buffers) {
    heard();
    if (message.type === "received" || message.type === "view") {
      if (travelling && (message.serial ?? message.view.serial) >= travelling.serial) travelling = null;
      if (message.type === "view" && message.view.serial >= answered) {
        answered = message.view.serial;
        onView(message.view, answered === serial, message.uses);
      }
      pump();
    } else onOther(message, buffers);
  }

  function ping() {
    if (document.visibilityState === "visible" && !travelling) post({ type: "ping", serial });
  }

  model.on("msg:custom", receive);
  document.addEventListener("visibilitychange", ping);

  return {
    // Edits of now, in the order of time.
    push(edits) {
      serial += 1;
      latest = { type: "edits", serial, ...edits };
      waiting = latest;
      onSend(serial);
      if (!lost) pump();
    },
    // Anything that is answered by a message of its own.
    ask(message, buffers) {
      post(message, buffers);
    },
    // Stop the fit of the latest edits, whose number is returned.
    stop() {
      post({ type: "stop", serial });
      return serial;
    },
    startAt(first) {
      serial = Math.max(serial, first);
      answered = Math.max(answered, first);
    },
    close() {
      clearTimeout(timer);
      model.off("msg:custom", receive);
      document.removeEventListener("visibilitychange", ping);
    },
  };
}
