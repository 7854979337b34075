"use strict";
// Words for people are in the page (#words and data-say); everything said is set as text, never as markup.
const $ = (id) => document.getElementById(id);
const words = $("words").dataset;
const photos = new Map(); // key → File: the photos of this sitting, they do not outlive a reload
const hex = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
const json = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// ---- what this tab remembers: its address, the talk, and what is not yet acknowledged
const asked = new URLSearchParams(location.hash.slice(1));
const persona = asked.get("as") || "";
let desk = remembered() || { address: hex(16), persona, after: "", log: [], pending: [], larger: 0 };

function remembered() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("desk"));
    return kept && kept.persona === persona ? kept : null;
  } catch {
    return null;
  }
}

function remember() {
  desk.log = desk.log.slice(-200);
  try {
    sessionStorage.setItem("desk", JSON.stringify(desk));
  } catch {
    // Without storage the page still works until it is closed.
  }
}

// Resolves after so many seconds, or as soon as the network is back.
function pause(seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
  });
}

// ---- showing
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(entry) {
  const bubble = element("div", `bubble ${entry.who}${entry.card ? " card" : ""}`);
  bubble.dataset.key = entry.key;
  bubble.append(element("span", "unseen", words[entry.who]));
  if (entry.text) bubble.append(element("p", "", entry.text));
  if (photos.has(entry.key)) bubble.append(picture(photos.get(entry.key), () => {}));
  if (entry.file) bubble.append(enclosure(entry));
  if (entry.who === "me") bubble.append(element("p", "note", entry.note || ""));
  const hand = entry.choices?.length && offer(bubble, entry);
  $("log").append(bubble);
  if (hand) hand.focus({ preventScroll: true });
}

function offer(bubble, entry) {
  // The question before this one is over: its buttons go, a card's stay until it is decided.
  const held = !entry.card && document.activeElement?.closest(".bubble:not(.card) .choices");
  if (!entry.card) $("log").querySelectorAll(".bubble:not(.card) .choices").forEach((old) => old.remove());
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words.pick);
  entry.choices.forEach((label, index) => {
    const button = element("button", index === entry.chosen ? "chosen" : "", label);
    button.type = "button";
    button.onclick = (event) => tap(event, entry, index, label);
    group.append(button);
  });
  bubble.append(group);
  // Who pressed a key on a button that goes stands before the new ones, on none: a second press answers nothing.
  group.tabIndex = -1;
  return held && group;
}

function picture(blob, otherwise) {
  const image = element("img");
  image.alt = words.photo;
  image.onload = scroll;
  image.onerror = () => { image.remove(); otherwise(); };
  image.src = URL.createObjectURL(blob);
  return image;
}

function enclosure(entry) {
  const button = element("button", "file", `${words.open} ${entry.file}`);
  button.type = "button";
  button.onclick = async () => {
    const answer = await fetch(`/web/file/${entry.key}`, { headers: { "X-Desk-Address": desk.address } });
    if (!answer.ok) return button.replaceWith(element("p", "note", (await answer.json()).error));
    const blob = await answer.blob();
    if (blob.type.startsWith("image/")) return button.replaceWith(picture(blob, () => {}));
    const link = element("a");
    Object.assign(link, { href: URL.createObjectURL(blob), download: entry.file }).click();
  };
  return button;
}

function note(entry, text) {
  entry.note = text;
  remember();
  const shown = document.querySelector(`[data-key="${entry.key}"] .note`);
  if (shown) shown.textContent = text;
  scroll();
}

// The newest bubble whole, or its beginning when it is taller than the screen.
function scroll() {
  const newest = $("log").lastElementChild;
  if (newest) newest.scrollIntoView({ block: newest.offsetHeight > $("scroll").clientHeight - 30 ? "start" : "end" });
}

function add(entry) {
  desk.log.push(entry);
  remember();
  show(entry);
  document.body.classList.add("talking");
  scroll();
}

// ---- speaking: one message at a time, each under its own key until the desk has it
function say(entry, body) {
  add({ who: "me", key: entry.key, text: entry.text });
  desk.pending.push({ key: entry.key, body });
  remember();
  if (stuck) tellWaiting(words.again);
  drain();
}

function sayText(text) {
  if (text.trim()) say({ key: hex(16), text: text.trim() }, { text: text.trim() });
}

// The page moves when something is said: the second half of a double press would land on another button.
let pressed = { at: -Infinity };
function pressedTwice(event) {
  const now = { at: event.timeStamp, x: event.clientX, y: event.clientY, on: event.currentTarget };
  const near = event.detail && Math.hypot(now.x - pressed.x, now.y - pressed.y) < 30;
  const twice = now.at - pressed.at < 700 && (near || now.on === pressed.on);
  pressed = now;
  return twice;
}

function tap(event, entry, index, label) {
  if (pressedTwice(event)) return;
  const button = event.currentTarget;
  button.parentElement.querySelectorAll("button").forEach((other) => other.classList.toggle("chosen", other === button));
  entry.chosen = index;
  say({ key: hex(16), text: label }, { tap: { token: entry.token, index } });
}

function sayPhoto(file) {
  const key = hex(16);
  if (file.size > Number(document.body.dataset.mostBytes)) return add({ who: "me", key, text: words.photo, note: words.tooBig });
  photos.set(key, file);
  say({ key, text: "" }, null);
}

function post({ key, body }) {
  if (body) return fetch("/web/say", json({ address: desk.address, key, ...body }));
  const headers = { "Content-Type": "application/octet-stream", "X-Desk-Address": desk.address, "X-Desk-Key": key };
  return fetch("/web/photo", { method: "POST", headers, body: photos.get(key) });
}

// True once the desk has answered for good; a message it refuses carries the reason.
async function attempt(message, entry) {
  if (!message.body && !photos.has(message.key)) return note(entry, words.lost), true;
  const slow = setTimeout(tellWaiting, 1500, words.sending);
  try {
    const answer = await post(message);
    if (answer.ok) return note(entry, ""), true;
    if (answer.status >= 500 || answer.status === 429) return false;
    note(entry, (await answer.json()).error || words.failed);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(slow);
  }
}

// Everything that waits for the line says so, also what is written while it is broken.
const entryOf = ({ key }) => desk.log.find((one) => one.key === key) || {};
const tellWaiting = (text) => desk.pending.map(entryOf).forEach((entry) => note(entry, text));

let draining = false, stuck = false;
async function drain() {
  if (draining) return;
  draining = true;
  for (let wait = 1; desk.pending.length; ) {
    const message = desk.pending[0];
    stuck = !(await attempt(message, entryOf(message)));
    if (!stuck) {
      desk.pending.shift();
      remember();
      wait = 1;
    } else {
      tellWaiting(words.again);
      await pause(wait);
      wait = Math.min(wait * 2, 15);
    }
  }
  draining = false;
}

// ---- the page comes alive
// The line grows with what is written, and half a sentence outlives a reload.
function keep() {
  desk.draft = $("text").value;
  remember();
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight}px`;
}
const draft = (line) => { $("text").value = line; keep(); };

$("say").onsubmit = (event) => {
  event.preventDefault();
  sayText($("text").value);
  draft("");
  $("text").focus();
};
// What a QR code wants said stands ready to be sent; only a window's name is sent at once. A reload says neither again.
function obey(asked) {
  const line = asked.get("say"), at = asked.get("at");
  if (!line && !at) return;
  history.replaceState(null, "", persona ? `#as=${persona}` : location.pathname);
  if (at) return say({ key: hex(16), text: words.scanned }, { text: `/start at-${at.slice(0, 40)}` });
  draft(line);
  $("text").focus();
}

$("text").oninput = keep;
$("text").onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("say").requestSubmit();
};
$("photo").onchange = () => {
  [...$("photo").files].forEach(sayPhoto);
  $("photo").value = "";
};
document.querySelectorAll("[data-say]").forEach((button) => { button.onclick = (event) => pressedTwice(event) || sayText(button.dataset.say); });
function resize() {
  document.documentElement.dataset.larger = desk.larger;
  remember();
  scroll();
}
$("larger").onclick = () => { desk.larger = (desk.larger + 1) % 3; resize(); };
addEventListener("resize", scroll);
addEventListener("hashchange", () => location.reload());
function askToStay(event) { if (desk.pending.length) event.preventDefault(); }
addEventListener("beforeunload", askToStay);

(async () => {
  desk.log.forEach(show);
  if (desk.log.length) document.body.classList.add("talking");
  resize();
  draft(desk.draft || "");
  // A screen reader has heard the talk before the reload: only what comes from now on is read out.
  if (desk.log.length) await pause(0.3);
  $("log").ariaLive = "polite";
  await window.rehearse?.();
  obey(asked);
  drain();
  listen();
})();
