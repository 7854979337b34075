"use strict";
// The line from the desk: what it says, and whether it stands. Loaded before page.js, which calls it.
function receive(event) {
  const lines = event.split("\n");
  const data = lines.find((line) => line.startsWith("data: "));
  if (!data) return;
  desk.after = lines.find((line) => line.startsWith("id: ")).slice(4);
  add({ who: "desk", key: desk.after, ...JSON.parse(data.slice(6)) });
}

async function follow(alive) {
  const line = new AbortController();
  const cut = () => line.abort();
  let watch = setTimeout(cut, 40000);
  addEventListener("offline", cut, { once: true });
  const headers = { "X-Desk-Address": desk.address, "Last-Event-ID": desk.after };
  const answer = await fetch("/web/listen", { headers, signal: line.signal, cache: "no-store" });
  if (!answer.ok) throw new Error(answer.status);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    clearTimeout(watch);
    watch = setTimeout(cut, 40000);
    alive();
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    events.forEach(receive);
  }
}

function tellLine(text) {
  $("line").textContent = text;
  scroll();
}

async function listen() {
  let wait = 0.5, warning;
  const alive = () => {
    wait = 0.5;
    clearTimeout(warning);
    warning = undefined;
    if ($("line").textContent !== words.offline) return;
    tellLine(words.online);
    setTimeout(() => $("line").textContent === words.online && tellLine(""), 4000);
  };
  for (;;) {
    try {
      await follow(alive);
    } catch {
      // Whatever broke the line, the page does the same: say so after a while and try again.
    }
    warning ??= setTimeout(tellLine, 3000, words.offline);
    await pause(wait);
    wait = Math.min(wait * 2, 15);
  }
}
