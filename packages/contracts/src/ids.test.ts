import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestId, RunId, TenantId, defaultTenant } from './ids.ts'

test('an id is a UUID and nothing else', () => {
  const good = '0198c0de-0000-7000-8000-000000000001'
  assert.equal(RunId.parse(good), good)
  for (const bad of ['', 'run-1', `${good} `, good.slice(1), `${good}\n`, '../../etc/passwd']) assert.equal(RunId.safeParse(bad).success, false, bad)
})

test('the default tenant is a tenant', () => {
  assert.equal(TenantId.parse(defaultTenant), defaultTenant)
})

test('a request id from outside cannot break a header, a line or a subject', () => {
  assert.equal(RequestId.safeParse('req-1:a.b_c').success, true)
  for (const bad of ['', 'a b', 'a\nb', 'a/b', 'ä', '*', '>', 'x'.repeat(129)]) assert.equal(RequestId.safeParse(bad).success, false, JSON.stringify(bad))
})
