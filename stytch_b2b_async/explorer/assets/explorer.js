"use strict";
// The pages work without this script; it makes the code follow each keystroke and replies appear in place.
const form = document.getElementById("form");
const find = (id) => document.getElementById(id);

// Search: `/` from anywhere, arrows and Enter to go.
const search = find("search");
const nav = find("endpoints");
const links = [...nav.querySelectorAll("a[data-name]")];
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const link of links) {
    const text = `${link.dataset.name} ${link.title}`.toLowerCase();
    link.parentElement.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of nav.querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
  find("nothing").hidden = links.some((link) => !link.parentElement.hidden);
}
search.addEventListener("input", filter);
nav.addEventListener("keydown", (event) => {
  const shown = links.filter((link) => !link.parentElement.hidden);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const to = shown.indexOf(document.activeElement) + step;
    (to < 0 ? search : shown[Math.min(to, shown.length - 1)])?.focus();
    event.preventDefault();
  } else if (event.key === "Enter" && event.target === search && shown.length) {
    location.assign(shown[0].href);
    event.preventDefault();
  }
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    if (getComputedStyle(nav).display === "none") nav.showPopover();
    search.focus();
    search.select();
    event.preventDefault();
  } else if (event.key === "Escape" && typing) {
    event.target.blur(); // so that `/` searches again
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    form.requestSubmit(find("send"));
  }
});
const current = nav.querySelector("[aria-current]");
if (current) nav.scrollTop = current.offsetTop - nav.clientHeight / 2;

// Buttons of replies, offers and lists.
async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const name = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = name), 1200);
}
function fill(path, value) {
  const input = find(`f-${path}`);
  for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  input.value = value;
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function addRow(rows) {
  const { placeholder, next } = rows.dataset;
  const template = rows.querySelector(":scope > template");
  template.insertAdjacentHTML("beforebegin", template.innerHTML.replaceAll(placeholder, next));
  rows.dataset.next = Number(next) + 1;
  template.previousElementSibling.querySelector("input, select, textarea, button")?.focus();
  refresh();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { copy: text, fill: path, value, reveal } = button.dataset;
  if (text !== undefined) copy(button, text);
  else if (path !== undefined) fill(path, value);
  else if (reveal) {
    const input = find(reveal);
    input.type = input.type === "password" ? "text" : "password";
    button.textContent = input.type === "password" ? "Show" : "Hide";
  } else if (button.id === "copy-snippet") {
    copy(button, [...document.querySelectorAll(".snippet")].find((shown) => shown.offsetParent).textContent);
  } else if (button.id === "copy-link") copy(button, new URL(link, location.href).href);
  else if (button.name === "_add") {
    event.preventDefault();
    addRow(button.parentElement);
  } else if (button.classList.contains("remove")) {
    const add = button.closest(".rows").querySelector(":scope > button[name=_add]");
    button.closest(".row").remove();
    add.focus();
    refresh();
  }
});

// The code follows the form; only the newest answer counts.
const action = form?.getAttribute("action"); // `form.action` is an input of that name, where there is one
let link = action;
let newest = 0;
let timer;
let tried = false;
const held = (submitter) => new URLSearchParams(new FormData(form, submitter));
function showErrors(errors) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const text = errors[place.dataset.error] ?? "";
    if (place.textContent !== text) place.textContent = text;
    const input = find(`f-${place.dataset.error}`);
    if (text) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }
}
async function preview() {
  const mine = ++newest;
  const response = await fetch(`/preview${action}`, { method: "POST", body: held() });
  if (!response.ok || mine !== newest) return;
  const answer = await response.json();
  if (mine !== newest) return;
  for (const [name, text] of Object.entries(answer.snippets)) find(`snippet-${name}`).textContent = text;
  find("snippet-note").textContent = answer.note;
  link = answer.link;
  const missing = Object.fromEntries(tried ? answer.missing.map((name) => [name, `${name} is required`]) : []);
  showErrors({ ...missing, ...answer.errors });
}
function refresh() {
  clearTimeout(timer);
  timer = setTimeout(preview, 40);
}

// Sending: what the form holds at that moment, one call at a time, each submission once.
function renew() {
  form.elements._submission.value = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))));
}
function replace(id, html) {
  if (html === undefined) return;
  const made = new DOMParser().parseFromString(html, "text/html").body;
  if (id !== "reply") return find(id)?.replaceWith(...made.childNodes);
  const heading = find(id).querySelector("h2");
  find(id).replaceChildren(heading, ...made.childNodes);
}
async function send(submitter) {
  tried = true;
  form.classList.add("sending");
  const began = performance.now();
  const body = held(submitter);
  try {
    const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const answer = await response.json();
    showErrors(answer.errors);
    for (const id of ["reply", "history", "mail"]) replace(id, answer[id]);
    if (answer.sent) renew();
    const wrong = form.querySelector("[aria-invalid]");
    if (wrong) {
      for (let fold = wrong.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      wrong.focus();
    } else {
      find("confirm")?.focus();
      find("reply").scrollIntoView({ block: "nearest" });
    }
  } catch (error) {
    const problem = document.createElement("p");
    problem.className = "problem";
    problem.textContent = `The explorer did not answer: ${error.message}`;
    find("reply").replaceChildren(find("reply").querySelector("h2"), problem);
  } finally {
    // A double click may be slower than the reply.
    setTimeout(() => form.classList.remove("sending"), 500 - (performance.now() - began));
  }
}
if (form) {
  form.addEventListener("input", (event) => {
    const offers = event.target.closest(".row, .field")?.querySelectorAll(":scope > .offers > button") ?? [];
    for (const offer of offers) offer.hidden = offer.dataset.value === event.target.value;
    refresh();
  });
  find("secrets").addEventListener("input", refresh);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.classList.contains("sending")) send(event.submitter);
  });
}

// Mail may also come from other programs that use the emulator.
async function fetchMail() {
  if (document.hidden || !find("mail")) return;
  const html = await (await fetch("/parts/mail")).text();
  const count = /data-count="(\d+)"/.exec(html)?.[1];
  if (count !== find("mail").querySelector("[data-count]").dataset.count) replace("mail", html);
}
if (find("mail")) setInterval(() => fetchMail().catch(() => {}), 3000);
