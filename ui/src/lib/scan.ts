// SPDX-License-Identifier: Apache-2.0
// Reads a QR code: by the browser's own reader where it has one that knows QR, else by a small one that is loaded when somebody scans
// (it lies in the phone's shell, so that it is there without signal too).
export interface Reader {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>
}
type Native = { new (o: { formats: string[] }): Reader; getSupportedFormats(): Promise<string[]> }

let reader: Promise<Reader> | undefined
async function find(): Promise<Reader> {
  const native = (globalThis as unknown as { BarcodeDetector?: Native }).BarcodeDetector
  if (native && (await native.getSupportedFormats().catch((): string[] => [])).includes('qr_code')) return new native({ formats: ['qr_code'] })
  return new (await import('qr/decode.js')).BarcodeDetector()
}
export async function readCode(image: ImageBitmapSource): Promise<string> {
  reader ??= find()
  reader.catch(() => (reader = undefined))
  const codes = await (await reader).detect(image).catch(() => [])
  return codes[0]?.rawValue.trim() ?? ''
}
/** What stands in the code is the subject's number, alone or at the end of an address. */
export const numberIn = (text: string): string => text.split(/[/=#?]/).pop()?.trim() ?? ''
