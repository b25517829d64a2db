// Improvements to pages that already work without JavaScript.
import { initAll } from "./govuk/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// Double-submit guard: a second press within ten seconds is ignored.

const GUARD_MS = 10_000;
const submitted = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (submitted.get(form) ?? -GUARD_MS) < GUARD_MS) event.preventDefault();
  else submitted.set(form, Date.now());
});
// Coming back with the browser's Back button brings the same form objects back.
addEventListener("pageshow", () => submitted.clear());

// Printing.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Live regions: fetch the same inner HTML, replace it when it differs, say so politely.

// As every page writes a time: 9am, 2:45pm, midday.
function clockTime() {
  const now = new Date();
  const [hour, minute] = [now.getHours(), now.getMinutes()];
  if (hour === 12 && minute === 0) return "midday";
  return `${hour % 12 || 12}${minute ? `:${String(minute).padStart(2, "0")}` : ""}${hour < 12 ? "am" : "pm"}`;
}

// Two fetches of an unchanged list differ in their CSRF tokens only.
function withoutTokens(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const token of template.content.querySelectorAll("[name=csrf_token]")) token.setAttribute("value", "");
  return template.innerHTML.trim();
}

function keepFresh(region) {
  const state = region.parentElement.querySelector(".ld-live__state");
  const words = document.createElement("span");
  const pause = document.createElement("button");
  const announcer = document.createElement("span");
  announcer.className = "govuk-visually-hidden";
  announcer.setAttribute("aria-live", "polite");
  pause.type = "button";
  pause.className = "ld-live__pause";
  state.replaceChildren(words, pause, announcer);
  let paused = false;
  let stopped = false;
  const seconds = Number(region.dataset.refreshSeconds);
  let current = withoutTokens(region.innerHTML);

  const show = (text) => {
    words.textContent = text;
    pause.textContent = paused ? "Start updates" : "Pause updates";
    pause.hidden = stopped;
  };

  // Somebody typing in the region, or on a control that cannot be found again, is left alone.
  const isBusy = () => {
    const focused = document.activeElement;
    return region.contains(focused) && (!focused.id || focused.matches("input, select, textarea"));
  };

  const replace = (html) => {
    const focusedId = region.contains(document.activeElement) && document.activeElement.id;
    region.innerHTML = html;
    initAll({ scope: region });
    if (focusedId) document.getElementById(focusedId)?.focus();
    const changed = `This page changed at ${clockTime()}.`;
    // What changes every second is told once a minute, so that a screen reader can be heard.
    if (seconds >= 10 || announcer.textContent !== changed) announcer.textContent = changed;
  };

  async function refresh() {
    if (paused || stopped || document.hidden || isBusy()) return;
    let answer;
    try {
      answer = await fetch(region.dataset.refreshUrl, { headers: { Accept: "text/html" } });
    } catch {
      if (!paused) show("No connection. Trying again.");
      return;
    }
    if (paused) return;
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      stopped = true;
      show("Updates have stopped. Reload the page to sign in again.");
      return;
    }
    if (!answer.ok) {
      show("The last update failed. Trying again.");
      return;
    }
    const html = await answer.text();
    if (paused || isBusy()) return;
    const latest = withoutTokens(html);
    if (latest !== current) replace(html);
    current = latest;
    show(`Up to date at ${clockTime()}.`);
  }

  pause.addEventListener("click", () => {
    paused = !paused;
    show(paused ? `Paused at ${clockTime()}.` : "");
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, seconds * 1000);
  show("This page updates by itself.");
}

document.querySelectorAll("[data-refresh-url][data-refresh-seconds]").forEach(keepFresh);

// Preview: what a form would come to, asked again while somebody types.

function previewAsTyped(form) {
  const region = document.getElementById(form.dataset.preview);
  const announcer = document.createElement("span");
  announcer.className = "govuk-visually-hidden";
  announcer.setAttribute("aria-live", "polite");
  region.before(announcer);
  form.querySelector("[name=preview]")?.remove();
  let waiting;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    let answer;
    try {
      answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form) });
    } catch {
      announcer.textContent = "No connection: the preview is not up to date.";
      return;
    }
    const html = await answer.text();
    if (!answer.ok || answer.redirected || mine !== asked) return;
    region.innerHTML = html;
    announcer.textContent = region.querySelector("[data-preview-said]")?.textContent ?? "";
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
}

document.querySelectorAll("form[data-preview-url]").forEach(previewAsTyped);

// Keyboard: / goes to the search box, 1-9 follow the marked links. Can be turned off (WCAG 2.1.4).

const KEYS_OFF = "keyboard-shortcuts-off";
const SEARCH = "input[type=search], form[role=search] input[type=text]";
const areKeysOff = () => localStorage.getItem(KEYS_OFF) !== null;

function pressKey(event) {
  if (areKeysOff() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const target =
    event.key === "/"
      ? document.querySelector(SEARCH)
      : /^[1-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  // Only links are followed: one stray key must never send a form.
  if (target.matches("a[href]")) target.click();
}

const toggle = document.querySelector("[data-shortcuts-toggle]");
if (toggle && document.querySelector(`[data-key], ${SEARCH}`)) {
  const show = () => {
    toggle.textContent = areKeysOff() ? "Turn keyboard shortcuts on" : "Turn keyboard shortcuts off";
    document.body.classList.toggle("ld-keys-off", areKeysOff());
  };
  toggle.addEventListener("click", () => {
    if (areKeysOff()) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
    show();
  });
  toggle.hidden = false;
  show();
  document.addEventListener("keydown", pressKey);
}

initAll();
