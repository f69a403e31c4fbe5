// SPDX-License-Identifier: Apache-2.0
// Where: asked once, when the photo is taken, and never again (the member may be home when it is sent).
import type { Place } from '../api/types'

export function whereNow(): Promise<Place | null> {
  return new Promise((done) => {
    if (!('geolocation' in navigator)) return done(null)
    navigator.geolocation.getCurrentPosition(
      (p) =>
        done({
          lon: Number(p.coords.longitude.toFixed(7)),
          lat: Number(p.coords.latitude.toFixed(7)),
          datum: 'WGS84',
          accuracy_m: Math.round(p.coords.accuracy),
        }),
      () => done(null),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
    )
  })
}

/** Metres between two points some kilometres apart at most. */
export function metres(a: Place, b: Place): number {
  const k = Math.PI / 180
  const x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * k)
  const y = b.lat - a.lat
  return Math.hypot(x, y) * k * 6371008
}

type Ring = [number, number][]
export interface Outline {
  type: string
  coordinates: Ring[] | Ring[][]
}
function polygons(o: Outline): Ring[][] {
  return o.type === 'Polygon' ? [o.coordinates as Ring[]] : (o.coordinates as Ring[][])
}
/** For a list without signal only; the server locates by exact integers. */
export function inside(o: Outline, lon: number, lat: number): boolean {
  let odd = false
  for (const rings of polygons(o))
    for (const ring of rings)
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i]!
        const [xj, yj] = ring[j]!
        if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd
      }
  return odd
}
/** A point well inside: the middle of the longest chord on the line halfway up. */
export function pointInside(o: Outline): Place {
  const ring = polygons(o)[0]![0]!
  const ys = ring.map((p) => p[1])
  const lat = (Math.min(...ys) + Math.max(...ys)) / 2 + 1e-7
  const cuts: number[] = []
  for (const rings of polygons(o))
    for (const r of rings)
      for (let i = 0, j = r.length - 1; i < r.length; j = i++) {
        const [xi, yi] = r[i]!
        const [xj, yj] = r[j]!
        if (yi > lat !== yj > lat) cuts.push(((xj - xi) * (lat - yi)) / (yj - yi) + xi)
      }
  cuts.sort((a, b) => a - b)
  let best = { lon: ring[0]![0], width: -1 }
  for (let i = 0; i + 1 < cuts.length; i += 2) {
    const width = cuts[i + 1]! - cuts[i]!
    if (width > best.width) best = { lon: (cuts[i]! + cuts[i + 1]!) / 2, width }
  }
  return { lon: Number(best.lon.toFixed(7)), lat: Number(lat.toFixed(7)), datum: 'WGS84' }
}
