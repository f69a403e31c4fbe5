// SPDX-License-Identifier: Apache-2.0
// What both fronts need of a form: what is still missing, what the server said about which field, what is worth sending.
import type { Field, Value, Values } from '../api/types'

export const isBlank = (v: Value | undefined): boolean => v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)

export function missing(fields: Field[], values: Values): Field[] {
  return fields.filter((f) => f.required && isBlank(values[f.name]))
}
/** {"fields.category": "…"} → {category: "…"}; what names no field of the form goes under "". */
export function wrongBy(errors: { field: string; message: string }[], fields: Field[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const e of errors) {
    const name = e.field.replace(/^fields\./, '').replace(/\[.*$/, '')
    const key = fields.some((f) => f.name === name) ? name : ''
    out[key] = out[key] ? `${out[key]};${e.message}` : e.message
  }
  return out
}
export function filled(values: Values, names: string[]): Values {
  const out: Values = {}
  for (const name of names) if (!isBlank(values[name])) out[name] = values[name]!
  return out
}
export function defaults(fields: Field[], known: Values): Values {
  const out: Values = {}
  for (const f of fields) {
    // A short text (a reason, a remark) belongs to the move it was written for; the next one begins empty.
    const again = f.kind !== 'text' || (f.max ?? 200) > 500
    const value = (again ? known[f.name] : undefined) ?? f.default
    if (value !== undefined && value !== null && f.kind !== 'files') out[f.name] = value
  }
  return out
}
