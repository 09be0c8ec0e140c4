// Sends without leaving the page, and looks for the answer. Without this script the page does the same by itself.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const composer = document.getElementById("composer");
  if (!composer) return;

  const words = composer.dataset;
  const box = composer.elements.text;
  const me = composer.elements.as.value;
  const ask = composer.querySelector(".ask");
  const status = document.getElementById("status");
  const heard = document.getElementById("heard");
  const turns = document.querySelector(".turns");
  const drawn = new Map(Array.from(turns.children, (turn) => [turn, turn.innerHTML]));
  const RETRIES_MS = [400, 800, 1600, 3200];
  const PATIENCE_MS = 120000;
  // What others do reaches this conversation by itself, so it is looked at now and then.
  const NOW_AND_THEN_MS = 5000;
  const AFTER_A_CHANGE_MS = 8000;

  let sending = false;
  let tried = null;
  let expected = null;
  let etag = "";
  let looking = false;
  let troubled = false;
  let forgetting = 0;
  let following = true;
  let changed = 0;
  let again = 0;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  function say(text, trouble = false) {
    status.textContent = text;
    status.classList.toggle("trouble", trouble);
  }

  // --- Sending: the same event id on every retry, so that a message which did arrive is not taken twice.

  async function post(event, what) {
    const response = await fetch("/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: me, event, ...what }),
      signal: AbortSignal.timeout(15000),
    });
    if (response.ok) return "";
    if (response.status >= 500) throw new Error("not kept");
    return (await response.json()).error;
  }

  async function persist(event, what) {
    for (const wait of [...RETRIES_MS, null]) {
      try {
        return await post(event, what);
      } catch {
        if (wait === null) return words.unreachable;
        say(words.retrying);
        await pause(wait);
      }
    }
  }

  async function sent(event, what) {
    sending = true;
    ask.setAttribute("aria-disabled", "true");
    say(words.sending);
    const problem = await persist(event, what);
    say(problem, problem !== "");
    ask.removeAttribute("aria-disabled");
    sending = false;
    return problem;
  }

  async function send(text) {
    if (sending) return;
    const event = composer.elements.event;
    if (tried !== null && tried !== text) event.value = newId();
    tried = text;
    const problem = await sent(event.value, { text });
    if (problem) {
      if (!box.value) box.value = text;
      box.focus();
      return;
    }
    if (box.value === text) box.value = "";
    expect(event.value);
    event.value = newId();
    tried = null;
  }

  // A button or a form of a card, or a change of one's own message.
  async function act(what) {
    if (sending) return;
    const event = newId();
    if (await sent(event, what)) return;
    if ("revises" in what || "withdraws" in what) {
      changed = Date.now();
      document.getElementById("text").focus({ preventScroll: true });
      look();
    } else {
      expect(event);
    }
  }

  function expect(event) {
    expected = `web:${me}:${event}`;
    following = true;
    look();
  }

  function filledIn(form, submitter) {
    const what = {};
    for (const [name, value] of new FormData(form, submitter)) {
      if (name === "as" || name === "event") continue;
      what[name] = name in what ? `${what[name]},${value}` : value;
    }
    return what;
  }

  document.addEventListener("submit", (submitted) => {
    const form = submitted.target;
    if (new URL(form.action).pathname !== "/messages") return;
    submitted.preventDefault();
    const what = filledIn(form, submitted.submitter);
    if (form === composer || (form.id === "suggested" && "text" in what)) send(what.text);
    else act(what);
  });

  box.addEventListener("keydown", (key) => {
    if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
    key.preventDefault();
    composer.requestSubmit();
  });

  // --- Looking: one fragment, fetched at growing intervals until nothing is waiting any more.

  async function fetched() {
    const response = await fetch(words.conversation, {
      headers: etag ? { "If-None-Match": etag } : {},
      signal: AbortSignal.timeout(15000),
    });
    if (response.status === 304) return;
    if (!response.ok) throw new Error("no conversation");
    etag = response.headers.get("ETag") || "";
    show(await response.text());
  }

  function waiting() {
    const there = expected === null || Array.from(turns.children).some((turn) => turn.dataset.key === expected);
    return !there || turns.dataset.waiting === "yes" || Date.now() - changed < AFTER_A_CHANGE_MS;
  }

  async function look() {
    if (looking) return;
    looking = true;
    clearTimeout(again);
    turns.classList.remove("stopped");
    const started = Date.now();
    let trouble = "";
    for (let wait = 400; ; wait = Math.min(wait * 1.25, 3000)) {
      trouble = await fetched().then(() => "", () => words.disconnected);
      if (!waiting()) break;
      if (Date.now() - started > PATIENCE_MS) {
        trouble = trouble || words.stopped;
        break;
      }
      await pause(wait);
    }
    looking = false;
    turns.classList.toggle("stopped", waiting());
    if (trouble && waiting()) say(trouble, true);
    else if (troubled) say("");
    troubled = trouble !== "" && waiting();
    again = setTimeout(lookNowAndThen, NOW_AND_THEN_MS);
  }

  async function lookNowAndThen() {
    if (looking) return;
    if (document.visibilityState === "visible") await fetched().catch(() => {});
    if (waiting()) look();
    else again = setTimeout(lookNowAndThen, NOW_AND_THEN_MS);
  }

  // --- Showing: only the turns that changed are replaced, so that an open quotation stays open.

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".turns");
    const old = new Map(Array.from(turns.children, (turn) => [turn.dataset.key, turn]));
    turns.dataset.waiting = fresh.dataset.waiting;
    for (const turn of Array.from(fresh.children)) {
      const kept = old.get(turn.dataset.key);
      old.delete(turn.dataset.key);
      if (kept && drawn.get(kept) === turn.innerHTML) {
        kept.id = turn.id;
        continue;
      }
      drawn.set(turn, turn.innerHTML);
      if (kept) kept.replaceWith(turn);
      else turns.append(turn);
      announce(turn);
    }
    old.forEach((gone) => gone.remove());
  }

  function announce(turn) {
    const answers = Array.from(turn.querySelectorAll(".said"), (said) => said.innerText.trim());
    turn.classList.toggle("arrived", answers.length > 0);
    heard.textContent = answers.length ? [words.answered, ...answers].join("\n") : words.waiting;
    clearTimeout(forgetting);
    forgetting = setTimeout(() => { heard.textContent = ""; }, 10000);
    if (following) turn.scrollIntoView({ block: "start" });
  }

  for (const moved of ["wheel", "touchmove"]) {
    addEventListener(moved, () => { following = false; }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  if (waiting()) look();
  else again = setTimeout(lookNowAndThen, NOW_AND_THEN_MS);
})();
