import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PoolName } from '@codeforge/contracts/job'
import type { Delivery, Queue } from '../queue.ts'

/** Opens a queue with nothing in it. */
export type OpenQueue = () => Promise<Queue & AsyncDisposable>

export const never = new AbortController().signal
export const always = (slots: number) => (): number => slots
export const soon = (): AbortSignal => AbortSignal.timeout(10_000)

export const pool = (name: string): PoolName => name
export const coded = (code: string) => (error: unknown): boolean => error instanceof CodeForgeError && error.code === code

/** Reads so many deliveries and leaves the iteration open. */
export async function take(deliveries: AsyncIterable<Delivery>, count: number): Promise<Delivery[]> {
  const iterator = deliveries[Symbol.asyncIterator]()
  const taken: Delivery[] = []
  while (taken.length < count) {
    const next = await iterator.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}

/** Reads one delivery; fails where the iteration ends. */
export async function takeOne(deliveries: AsyncIterable<Delivery>): Promise<Delivery> {
  const [delivery] = await take(deliveries, 1)
  assert.ok(delivery, 'the iteration ended without a delivery')
  return delivery
}

/** Waits until a condition holds; fails after ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'it did not come about within 10 s')
    await sleep(10)
  }
}

/** True when nothing arrives for a moment. The pending read stays. */
export async function nothingArrives(next: Promise<unknown>, milliseconds = 150): Promise<boolean> {
  return (await Promise.race([next.then(() => false), sleep(milliseconds, true)]))
}

/** Reads so many transient messages, or fewer where the iteration ends. */
export async function hear(messages: AsyncIterable<{ readonly subject: string; readonly payload: unknown }>, count: number) {
  const iterator = messages[Symbol.asyncIterator]()
  const heard: { readonly subject: string; readonly payload: unknown }[] = []
  while (heard.length < count) {
    const next = await iterator.next()
    if (next.done) break
    heard.push(next.value)
  }
  return heard
}
