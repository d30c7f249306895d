/* Makes pages pleasant; nothing depends on it. One file, no framework, no inline code.
 *
 *   <form data-keep="key">              keeps typed text on this device while offline, and sends it once back online
 *   <textarea data-draft-url="/…/">     saves the draft on the server a moment after typing stops
 *   <div data-live="/live/?t=…"
 *        data-live-fragment="/…?…">     refreshes itself when the server says that something changed
 *   <button data-copy="#id">            copies the text of another element
 *   <details class="menu">              closes on Escape and on a click elsewhere
 */
"use strict";
/* htmx reads this when the page is ready, which comes after this file: no styles and no code made from strings (the
   content security policy forbids both), no page kept in its own history, and a refused form (422) is shown. */
if (window.htmx) {
  Object.assign(window.htmx.config, {
    includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true, historyCacheSize: 0,
    refreshOnHistoryMiss: true, scrollBehavior: "auto",
    responseHandling: [
      { code: "204", swap: false }, { code: "[23]..", swap: true }, { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
}
(() => {
  const body = document.body;
  const text = (name) => body.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "";
  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) || "";
  const token = (form) => form?.elements?.csrfmiddlewaretoken?.value || cookie("csrftoken");
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the page still works */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* the same */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  function say(form, words) {
    let place = form.querySelector("[data-draft-status]");
    if (!place) {
      place = document.createElement("p");
      place.className = "draft";
      place.setAttribute("role", "status");
      place.dataset.draftStatus = "";
      form.append(place);
    }
    place.textContent = words;
  }

  /* Another person, or nobody, is signed in on this device: forget what the last one saw and typed. */
  function forgetOthers() {
    const who = body.dataset.who || "";
    const last = store.get("who");
    if (last && last !== who) {
      store.keys().filter((key) => key.startsWith("keep:")).forEach(store.drop);
      navigator.serviceWorker?.controller?.postMessage("forget");
    }
    store.set("who", who);
  }

  /* The same form is sent once, however often the button is pressed. */
  function sendOnce(event) {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented) return;
    if (form.classList.contains("busy")) { event.preventDefault(); return; }
    form.classList.add("busy");
    setTimeout(() => form.classList.remove("busy"), 8000);
  }

  function keyOf(form) { return `keep:${form.dataset.keep || form.getAttribute("action") || location.pathname}`; }

  function words(form) {
    const kept = {};
    for (const field of form.elements) {
      const typed = field.tagName === "TEXTAREA" || ["text", "search"].includes(field.type);
      if (field.name && typed && field.value.trim()) kept[field.name] = field.value;
    }
    return kept;
  }

  function keep(form) {
    const kept = words(form);
    if (Object.keys(kept).length) store.set(keyOf(form), kept); else store.drop(keyOf(form));
  }

  function restore(form) {
    const kept = store.get(keyOf(form));
    if (!kept) return;
    let changed = false;
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (!field || !("value" in field) || field.value.includes(value)) continue;
      /* What was typed here while offline is newer than the server's draft; two that differ both stay. */
      if (value.startsWith(field.value)) field.value = value;
      else if (field.tagName === "TEXTAREA") field.value += `\n\n${value}`;
      else continue;
      changed = true;
    }
    if (changed) say(form, text("restored"));
    store.drop(keyOf(form));
  }

  function sendWhenBack(event) {
    const form = event.target;
    if (!form.matches("form[data-keep]")) return;
    if (navigator.onLine) { store.drop(keyOf(form)); return; }
    event.preventDefault();
    event.stopPropagation();
    keep(form);
    say(form, text("waiting"));
    if (form.dataset.waiting) return;
    form.dataset.waiting = "1";
    addEventListener("online", () => { delete form.dataset.waiting; form.requestSubmit(event.submitter || undefined); }, { once: true });
  }

  const timers = new WeakMap();
  function saveSoon(event) {
    const field = event.target;
    const form = field.form;
    if (form?.dataset.keep !== undefined && !navigator.onLine) { keep(form); say(form, text("kept")); }
    const url = field.dataset?.draftUrl;
    if (!url) return;
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => save(field, url), 1500));
  }

  async function save(field, url) {
    const sent = field.value;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "X-CSRFToken": token(field.form), "X-Requested-With": "fetch" },
        body: new URLSearchParams({ [field.name]: sent }),
        keepalive: sent.length < 30000,
      });
      if (answer.ok && field.value === sent) { store.drop(keyOf(field.form)); say(field.form, text("saved")); }
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      keep(field.form);
      say(field.form, text("kept"));
    }
  }

  /* Live: the server only says that something changed; what changed is fetched as the reader may see it. */
  function listen(place) {
    if (!window.EventSource || !window.htmx || place.dataset.listening) return;
    place.dataset.listening = "1";
    const source = new EventSource(place.dataset.live);
    let soon = 0;
    const refresh = () => {
      if (!place.isConnected) { source.close(); return; }
      clearTimeout(soon);
      soon = setTimeout(() => window.htmx.ajax("GET", place.dataset.liveFragment, { target: place, swap: place.dataset.liveSwap || "innerHTML" }), 300);
    };
    source.addEventListener("change", refresh);
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
  }

  async function copy(button) {
    const from = document.querySelector(button.dataset.copy);
    await navigator.clipboard?.writeText(from.value ?? from.textContent.trim());
    button.setAttribute("aria-live", "polite");
    if (button.dataset.copied) button.textContent = button.dataset.copied;
  }

  function enliven(root) {
    root.querySelectorAll("form[data-keep]").forEach(restore);
    root.querySelectorAll("[data-live]").forEach(listen);
    root.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    root.querySelector("[data-focus]")?.focus();
  }

  document.addEventListener("submit", sendWhenBack, true);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("input", saveSoon);
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement?.closest("details.menu[open]");
    closeMenus(null);
    open?.querySelector("summary")?.focus();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token(event.target.closest("form"));
  });
  document.addEventListener("htmx:afterRequest", (event) => event.target.classList?.remove("busy"));
  document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
  for (const failure of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failure, (event) => {
      const form = event.target.closest?.("form");
      if (form) { keep(form); say(form, text("failed")); }
    });
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form.busy").forEach((form) => form.classList.remove("busy"));
  });

  forgetOthers();
  if (!window.htmx) enliven(document);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
})();
