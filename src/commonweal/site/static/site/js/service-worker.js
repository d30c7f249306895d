/* Lets people read again what they have already seen when there is no connection.
 *
 * Static files with a content hash in their name never change, so the copy is used first. Pages come from the network;
 * the last copy is shown only when the network fails. Copies of pages are deleted when somebody signs in or out.
 */
"use strict";
const FILES = "files-1";
const PAGES = "pages-1";
const MOST_PAGES = 60;
const OFFLINE = "/offline/";
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const NEVER = /^\/(account|live|media|uploads|language|demo)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.add(OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const keep = [FILES, PAGES];
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => !keep.includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(PAGES));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && /^\/(account|demo)\//.test(url.pathname)) {
    event.waitUntil(caches.delete(PAGES));
    return;
  }
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(HASHED.test(url.pathname) ? copyFirst(request) : networkFirst(request, FILES));
  } else if (request.mode === "navigate" && !NEVER.test(url.pathname)) {
    event.respondWith(networkFirst(request, PAGES));
  }
});

async function copyFirst(request) {
  const cache = await caches.open(FILES);
  const copy = await cache.match(request);
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function networkFirst(request, name) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && mayKeep(answer)) {
      const cache = await caches.open(name);
      await cache.put(request, answer.clone());
      if (name === PAGES) await tidy(cache);
    }
    return answer;
  } catch (failure) {
    const copy = (await caches.match(request)) || (request.mode === "navigate" && (await caches.match(OFFLINE)));
    if (copy) return copy;
    throw failure;
  }
}

function mayKeep(answer) {
  return !/no-store/.test(answer.headers.get("Cache-Control") || "");
}

async function tidy(cache) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => cache.delete(key)));
}
