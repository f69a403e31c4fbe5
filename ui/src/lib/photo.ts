// SPDX-License-Identifier: Apache-2.0
// Photos are shrunk here, before anything is kept or sent. Drawing them anew drops what the camera wrote into the file
// (place, device, time): what we need of it is asked for once and stands in the form.
import { db, type Photo } from './keep'
import { makeRoom } from './outbox'

const LONGEST = 1600

async function sha256(blob: Blob): Promise<string> {
  if (!crypto.subtle) return ''
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return Array.from(new Uint8Array(hash), (x) => x.toString(16).padStart(2, '0')).join('')
}

/** Photos that are being shrunk and kept just now. Whoever hands in a form waits for them: none is left behind. */
const taking = new Set<Promise<unknown>>()
export async function photosTaken(): Promise<void> {
  while (taking.size) await Promise.allSettled(taking)
}
export function takePhotos(files: File[], work: (file: File) => Promise<void>): Promise<void> {
  const all = (async () => {
    for (const file of files) await work(file)
  })()
  taking.add(all)
  return all.finally(() => taking.delete(all))
}
export async function takePhoto(file: File): Promise<Photo> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('canvas')
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  const blob = await new Promise<Blob>((done, fail) => canvas.toBlob((b) => (b ? done(b) : fail(new Error('jpeg'))), 'image/jpeg', 0.82))
  const hash = await sha256(blob)
  const photo: Photo = { id: hash || crypto.randomUUID(), blob, hash, at: new Date().toISOString() }
  await makeRoom(async () => (await db()).put('photos', photo))
  return photo
}

const urls = new Map<string, string>()
/** Where to show a photo from: this phone while it is kept here, else the server. */
export async function photoUrl(id: string): Promise<string> {
  const known = urls.get(id)
  if (known) return known
  const photo = await (await db()).get('photos', id)
  if (!photo) return `/api/v1/files/${id}`
  const url = URL.createObjectURL(photo.blob)
  urls.set(id, url)
  return url
}
