// SPDX-License-Identifier: Apache-2.0
// The ground as a picture: cells, borders, names and points by OpenLayers, without a base map and without a graphics card.
// Everything is drawn into pictures (VectorImage) that a drag only moves: ten thousand cells are drawn anew when it rests.
import Feature from 'ol/Feature'
import GeoJSON from 'ol/format/GeoJSON'
import type { Geometry } from 'ol/geom'
import MultiPolygon from 'ol/geom/MultiPolygon'
import Point from 'ol/geom/Point'
import Polygon from 'ol/geom/Polygon'
import { defaults } from 'ol/interaction/defaults'
import DragPan from 'ol/interaction/DragPan'
import Kinetic from 'ol/Kinetic'
import VectorLayer from 'ol/layer/Vector'
import VectorImageLayer from 'ol/layer/VectorImage'
import OlMap from 'ol/Map'
import { fromLonLat } from 'ol/proj'
import VectorSource from 'ol/source/Vector'
import CircleStyle from 'ol/style/Circle'
import Fill from 'ol/style/Fill'
import RegularShape from 'ol/style/RegularShape'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import Text from 'ol/style/Text'
import View from 'ol/View'
import { bandOf, labelOf, NOTHING, type Counts } from './words'

export type Colour = 'red' | 'orange' | 'yellow' | 'blue' | 'none'
export type Spot = [number, number, number, string | null]
type Level = 'cell' | 'village' | 'street'
const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
const PALETTE = {
  light: { bands: ['#f7f9f8', '#d3e6e5', '#9cc9c9', '#5fa3a6'], line: '#9fb0b0', border: '#4c6066', ink: '#17242a', soft: '#44545b', halo: '#ffffffd0', hatch: '#8a4b00' },
  dark: { bands: ['#182327', '#1f4046', '#2b626a', '#3f858e'], line: '#3d5258', border: '#8fa3a9', ink: '#f2f7f8', soft: '#b4c3c8', halo: '#0c1417d0', hatch: '#f2bd6b' },
}
const reader = new GeoJSON({ featureProjection: 'EPSG:3857' })

/** Diagonal lines on the colour of the band: a cell without a member shows without its colour, too. */
function hatched(colour: string, line: string): CanvasPattern | string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 10
  const pen = canvas.getContext('2d')
  if (!pen) return colour
  pen.fillStyle = colour
  pen.fillRect(0, 0, 10, 10)
  pen.strokeStyle = line
  pen.lineWidth = 2
  for (const x of [-10, 0, 10]) {
    pen.beginPath()
    pen.moveTo(x, 10)
    pen.lineTo(x + 10, 0)
    pen.stroke()
  }
  return pen.createPattern(canvas, 'repeat') ?? colour
}

/** A place inside, for the label: of several parts in the largest. */
function insideOf(shape: Geometry | undefined): Point | null {
  if (shape instanceof Polygon) return new Point(shape.getInteriorPoint().getCoordinates().slice(0, 2))
  if (!(shape instanceof MultiPolygon)) return null
  const largest = shape.getPolygons().sort((a, b) => b.getArea() - a.getArea())[0]
  return largest ? insideOf(largest) : null
}

export class Ground {
  readonly map: OlMap
  private palette = PALETTE.light
  private scale = 1
  /** How much of the left side lies under the legend, in pixels. */
  aside = 0
  private counts = new Map<number, Counts>()
  private vacant = new Set<number>()
  private styles = new Map<string, Style>()
  private readonly cells = new VectorSource()
  private readonly names = new VectorSource()
  private readonly lines = { village: new VectorSource(), street: new VectorSource() }
  private readonly chosen = new VectorSource()
  private readonly layers: { cells: VectorImageLayer; names: VectorImageLayer; village: VectorImageLayer; street: VectorImageLayer; chosen: VectorLayer }
  private readonly points = new Map<string, VectorImageLayer>()

  constructor(target: HTMLElement, pick: (area: number | null) => void) {
    const picture = (source: VectorSource, zIndex: number, declutter = false): VectorImageLayer => new VectorImageLayer({ source, zIndex, imageRatio: 1.6, declutter })
    this.layers = {
      cells: picture(this.cells, 1),
      village: picture(this.lines.village, 2),
      street: picture(this.lines.street, 3),
      names: picture(this.names, 6, true),
      chosen: new VectorLayer({ source: this.chosen, zIndex: 5 }),
    }
    this.layers.cells.setStyle((f) => this.cellStyle(f.getId() as number))
    this.layers.names.setStyle((f, resolution) => this.nameStyle(f as Feature, resolution))
    this.map = new OlMap({
      target,
      controls: [],
      // The wheel zooms only what was clicked or tabbed into: whoever scrolls to the list is not caught.
      interactions: defaults({ onFocusOnly: true, dragPan: false }).extend([new DragPan({ kinetic: new Kinetic(-0.005, 0.05, 100) })]),
      layers: Object.values(this.layers),
      view: new View({ center: [0, 0], zoom: 2, maxZoom: 19, constrainResolution: false }),
    })
    this.map.on('click', (e) => pick((this.cells.getFeaturesAtCoordinate(e.coordinate)[0]?.getId() as number | undefined) ?? null))
    this.paint(false, 1)
  }
  destroy(): void {
    this.map.setTarget(undefined)
    this.map.dispose()
  }

  /* ---- what there is ---- */

  setAreas(level: Level, collection: unknown): void {
    const features = reader.readFeatures(collection)
    const source = level === 'cell' ? this.cells : this.lines[level]
    source.clear(true)
    source.addFeatures(features)
    this.names.removeFeatures(this.names.getFeatures().filter((f) => f.get('of') === level))
    for (const f of features) {
      const at = insideOf(f.getGeometry())
      if (at) this.names.addFeature(new Feature({ geometry: at, of: level, area: f.getId(), name: String(f.get('name') ?? ''), width: f.getGeometry()?.getExtent() }))
    }
  }
  setCounts(counts: Map<number, Counts>, vacant: Set<number>): void {
    this.counts = counts
    this.vacant = vacant
    this.layers.cells.changed()
    this.layers.names.changed()
  }
  /** A layer of points by its name; null takes it away. */
  setPoints(name: string, spots: Spot[] | null): void {
    const old = this.points.get(name)
    if (old) this.map.removeLayer(old)
    this.points.delete(name)
    if (!spots) return
    const source = new VectorSource()
    source.addFeatures(spots.map(([id, lon, lat, colour]) => new Feature({ geometry: new Point(fromLonLat([lon, lat])), colour: colour ?? 'none', subject: id })))
    const layer = new VectorImageLayer({ source, zIndex: 4, imageRatio: 1.6 })
    layer.setStyle((f, resolution) => this.spotStyle(f.get('colour') as Colour, name === 'sites', resolution > 16 ? 0.65 : resolution > 6 ? 0.85 : 1))
    this.points.set(name, layer)
    this.map.addLayer(layer)
  }
  choose(area: number | null, show = false): void {
    this.chosen.clear()
    const shape = area === null ? undefined : this.cells.getFeatureById(area)?.getGeometry()
    if (!shape) return
    this.chosen.addFeature(new Feature(shape))
    if (show) this.map.getView().fit(shape.getExtent(), { padding: [120, 120, 120, 120], maxZoom: 16, duration: 0 })
  }

  /* ---- where one looks ---- */

  zoom(by: number): void {
    const view = this.map.getView()
    view.animate({ zoom: (view.getZoom() ?? 12) + by, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150 })
  }
  /** All there is, or one park office. */
  fit(street?: number): void {
    const shape = street ? this.lines.street.getFeatureById(street)?.getGeometry() : undefined
    const extent = shape?.getExtent() ?? this.cells.getExtent()
    if (extent && Number.isFinite(extent[0])) this.map.getView().fit(extent, { padding: [24, 24, 24, 24 + this.aside] })
  }

  /* ---- how it looks ---- */

  paint(dark: boolean, scale: number): void {
    this.palette = dark ? PALETTE.dark : PALETTE.light
    this.scale = scale
    this.styles.clear()
    this.layers.village.setStyle(new Style({ stroke: new Stroke({ color: this.palette.border, width: 1.2, lineDash: [6, 4] }) }))
    this.layers.street.setStyle(new Style({ stroke: new Stroke({ color: this.palette.border, width: 2.6 }) }))
    this.layers.chosen.setStyle([
      new Style({ stroke: new Stroke({ color: this.palette.halo, width: 7 }) }),
      new Style({ stroke: new Stroke({ color: dark ? '#ffd479' : '#0d3f8a', width: 4 }) }),
    ])
    for (const layer of [this.layers.cells, this.layers.names, ...this.points.values()]) layer.changed()
  }
  get bands(): string[] {
    return this.palette.bands
  }
  private keep(key: string, make: () => Style): Style {
    let style = this.styles.get(key)
    if (!style) this.styles.set(key, (style = make()))
    return style
  }
  private cellStyle(area: number): Style {
    const band = bandOf(this.counts.get(area)?.open ?? 0)
    const vacant = this.vacant.has(area)
    return this.keep(`cell ${band} ${vacant}`, () => {
      const colour = this.palette.bands[band] ?? this.palette.ink
      return new Style({ fill: new Fill({ color: vacant ? hatched(colour, this.palette.hatch) : colour }), stroke: new Stroke({ color: this.palette.line, width: 0.8 }) })
    })
  }
  private nameStyle(f: Feature, resolution: number): Style | undefined {
    const level = f.get('of') as Level
    if (level === 'cell') {
      const area = f.get('area') as number
      const text = labelOf(this.counts.get(area) ?? NOTHING, this.vacant.has(area))
      return text ? this.textStyle(text, 700, 14, this.palette.ink, 3 + this.weight(area)) : undefined
    }
    const [west = 0, , east = 0] = f.get('width') as number[]
    const wide = (east - west) / resolution
    if (level === 'street') return wide > 90 && wide < 1400 ? this.textStyle(f.get('name') as string, 700, 17, this.palette.ink, 2) : undefined
    return wide > 130 ? this.textStyle(f.get('name') as string, 400, 13, this.palette.soft, 1) : undefined
  }
  /** Where labels do not all fit, the one that says most stays. */
  private weight(area: number): number {
    const c = this.counts.get(area) ?? NOTHING
    return Math.min(c.open + 4 * c.late + 8 * (c.suspected + c.major), 200)
  }
  private textStyle(text: string, weight: number, size: number, colour: string, zIndex: number): Style {
    return this.keep(`text ${zIndex} ${text}`, () =>
      new Style({ zIndex, text: new Text({ text, font: `${weight} ${Math.round(size * this.scale)}px ${FONT}`, fill: new Fill({ color: colour }), stroke: new Stroke({ color: this.palette.halo, width: 3 }), overflow: true, padding: [1, 2, 1, 2] }) }),
    )
  }
  private spotStyle(colour: Colour, site: boolean, near: number): Style {
    return this.keep(`spot ${colour} ${site} ${near}`, () => {
      const css = getComputedStyle(document.documentElement)
      const fill = new Fill({ color: css.getPropertyValue(colour === 'none' ? '--edge' : `--${colour}`).trim() || this.palette.ink })
      const stroke = new Stroke({ color: site ? this.palette.ink : this.palette.halo, width: site ? 2 : 1 })
      const s = this.scale * near
      if (colour === 'red') return new Style({ zIndex: 4, image: new RegularShape({ points: 4, radius: 8 * s, fill, stroke }) })
      if (colour === 'orange') return new Style({ zIndex: 3, image: new RegularShape({ points: 3, radius: 6.5 * s, fill, stroke }) })
      if (colour === 'yellow') return new Style({ zIndex: 2, image: new RegularShape({ points: 4, radius: 5 * s, angle: Math.PI / 4, fill, stroke }) })
      return new Style({ zIndex: 1, image: new CircleStyle({ radius: 3 * s, fill, stroke }) })
    })
  }
}
