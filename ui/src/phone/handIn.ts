// SPDX-License-Identifier: Apache-2.0
// A form of the phone that is handed in: kept as it is typed, taken up again where it was left, sent by one tap. What a tap needs
// and is not there yet is waited for: no tap is lost.
import { computed, nextTick, onMounted, onUnmounted, reactive, ref, watch } from 'vue'
import { defs, filingMoves, flowNamed, loadFlows, mayFile } from '../lib/defs'
import type { DraftForm } from '../lib/keep'
import { draftDrop, draftGet, draftPut, enqueue, HandedIn, outbox, whenHandedIn } from '../lib/outbox'
import { photosTaken } from '../lib/photo'
import { session } from '../lib/session'

export interface Parcel {
  form: DraftForm
  title: string
  where: string
}
export function useHandIn(what: string, flowName: string) {
  const blank = (): DraftForm => ({ flow: flowName, move: '', subject: null, subjectName: '', place: null, matter: null, picture: undefined, fields: {}, foundAt: undefined })
  const form = reactive<DraftForm>(blank())
  const flow = computed(() => flowNamed(flowName))
  const roles = computed(() => session.me?.seats.map((s) => s.role) ?? [])
  const moves = computed(() => filingMoves(flow.value).filter((m) => mayFile(m, roles.value)))
  const move = computed(() => moves.value.find((m) => m.move === form.move))
  /** Taken up again: what was written before and not handed in. */
  const found = ref(false)
  /** Somebody has pressed the button: from now on what is missing is said. */
  const tried = ref(false)
  const sending = ref(false)
  /** This draft was handed in from another window. */
  const elsewhere = ref(false)
  /** The phone has no room: the form stands as it is. */
  const full = ref(false)
  const sentId = ref('')
  const sent = computed(() => outbox.items.find((i) => i.id === sentId.value))

  let ready = false
  watch(form, () => ready && void draftPut(what, form), { deep: true })
  /** Changes made in it are the program's, not the person's: they are not kept as a draft. */
  async function quietly(work: () => void | Promise<void>): Promise<void> {
    ready = false
    await work()
    await nextTick()
    ready = true
  }
  const fresh = (): Promise<void> =>
    quietly(() => {
      Object.assign(form, blank())
      sentId.value = ''
      tried.value = found.value = full.value = false
    })
  async function discard(): Promise<void> {
    await draftDrop(what)
    await fresh()
  }
  async function open(then?: () => Promise<void>): Promise<void> {
    await quietly(async () => {
      const draft = await draftGet(what)
      if (draft) {
        Object.assign(form, draft.form)
        found.value = Object.keys(draft.form.fields).length > 0
      }
      await then?.()
    })
  }
  async function send(lacks: () => string[], pack: () => Parcel): Promise<void> {
    if (sending.value) return
    sending.value = true
    full.value = false
    try {
      await photosTaken()
      if (!defs.flows.length) await loadFlows(true).catch(() => undefined)
      tried.value = true
      if (lacks().length || !move.value) return
      ready = false
      const parcel = pack()
      sentId.value = (await enqueue(what, parcel.form, parcel.title, parcel.where)).id
      window.scrollTo(0, 0)
    } catch (e) {
      ready = true
      if (!(e instanceof HandedIn)) return void (full.value = true)
      elsewhere.value = true
      await fresh()
    } finally {
      sending.value = false
    }
  }
  onUnmounted(
    whenHandedIn(what, () => {
      if (sentId.value || sending.value) return
      elsewhere.value = true
      void fresh()
    }),
  )
  return { form, flow, moves, move, found, tried, sending, elsewhere, full, sent, fresh, discard, open, send, onOpen: (then?: () => Promise<void>) => onMounted(() => open(then)) }
}
