// SPDX-License-Identifier: Apache-2.0
// The phone's shell, kept whole under one version. The page, not this worker, owns what is to be sent. A newer build takes over at
// once for whoever opens a page anew; pages that are open go on with the files of the build they began with, and are told.
const CACHE = 'shell-__VERSION__'
const FILES = [/* files */]

/** The page must be of the same build as its parts: between two builds on the server it may not be, and then this is tried again. */
async function install() {
  const cache = await caches.open(CACHE)
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))
  const page = await (await cache.match('/m/')).text()
  for (const [part] of page.matchAll(/\/assets\/[\w.-]+/g))
    if (!FILES.includes(part)) {
      await caches.delete(CACHE)
      throw new Error(`${part} is of another build`)
    }
  await self.skipWaiting()
}
self.addEventListener('install', (event) => event.waitUntil(install()))

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
