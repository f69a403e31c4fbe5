// SPDX-License-Identifier: Apache-2.0
// The phone's shell, kept whole under one version. The page, not this worker, owns what is to be sent.
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

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('shell-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return
  const page = request.mode === 'navigate'
  if (!page && !FILES.includes(url.pathname)) return
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(page ? '/m/' : url.pathname)).then((kept) => kept ?? fetch(request)))
})
