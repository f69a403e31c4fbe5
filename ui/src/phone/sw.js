// SPDX-License-Identifier: Apache-2.0
// The phone's shell, kept whole under one version. The page, not this worker, owns what is to be sent. A newer build takes over at
// once for whoever opens a page anew; pages that are open go on with the files of the build they began with, and are told.
const CACHE = 'shell-__VERSION__'
const FILES = [/* files */]

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' }))))
      .then(() => self.skipWaiting()),
  )
})

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== CACHE)
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)))
  await self.clients.claim()
  if (old.length) for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage('newer')
}
self.addEventListener('activate', (event) => event.waitUntil(activate()))

async function kept(path) {
  return (await (await caches.open(CACHE)).match(path)) ?? (path.startsWith('/assets/') ? caches.match(path) : undefined)
}
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return
  const page = request.mode === 'navigate'
  if (!page && !FILES.includes(url.pathname) && !url.pathname.startsWith('/assets/')) return
  event.respondWith(kept(page ? '/m/' : url.pathname).then((found) => found ?? fetch(request)))
})
