"use strict";
// A demonstration: any colleague in another tab, any time of day. Loaded before page.js, which calls it.
async function stepIn() {
  const answer = await fetch("/web/persona", json({ address: desk.address, person: persona }));
  const told = await answer.json();
  $("persona").textContent = answer.ok ? words.persona + told.label : told.error;
}

async function tellTime() {
  const told = await (await fetch("/web/now")).json();
  $("now").textContent = told.text;
  if (!$("at").value) $("at").value = told.now.slice(0, 16);
}

async function rehearse() {
  const people = [...$("people").options];
  $("find").oninput = () => $("people").replaceChildren(...people.filter((one) => (one.value + one.text).toLowerCase().includes($("find").value.trim().toLowerCase())));
  $("step").onsubmit = (event) => {
    event.preventDefault();
    open(`/#as=${$("people").value}`, "_blank", "noopener");
  };
  $("clock").onsubmit = async (event) => {
    event.preventDefault();
    const answer = await fetch("/web/clock", json({ at: $("at").value }));
    $("tooltip").textContent = answer.ok ? "" : (await answer.json()).error || words.failed;
    tellTime();
  };
  const tick = () => tellTime().catch(() => {});
  document.querySelector(".demo").ontoggle = tick;
  tick();
  setInterval(tick, 15000);
  if (persona) await stepIn().catch(() => {});
}
