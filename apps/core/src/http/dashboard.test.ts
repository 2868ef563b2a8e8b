import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import fastify from 'fastify'
import { serveDashboard } from './dashboard.ts'

test('the page is served as it was built last, its files for ever, and what is missing is remembered by nobody', async () => {
  await using directory = await temporaryDirectory('dashboard')
  const build = async (name: string): Promise<void> => {
    await mkdir(join(directory.path, 'assets'), { recursive: true })
    await writeFile(join(directory.path, 'assets', name), name)
    await writeFile(join(directory.path, 'index.html'), `<script src="/assets/${name}">`)
  }
  await build('a-1.js')
  const app = fastify()
  await serveDashboard(app, { dashboardDirectory: directory.path })
  const get = async (url: string): Promise<unknown> => {
    const { statusCode, headers, body } = await app.inject(url)
    return statusCode === 200 ? [body, headers['cache-control']] : [statusCode, headers['cache-control']]
  }
  const forever = 'public, max-age=31536000, immutable'
  assert.deepEqual(await get('/runs/1'), ['<script src="/assets/a-1.js">', 'no-cache'])
  assert.deepEqual(await get('/assets/a-1.js'), ['a-1.js', forever])
  assert.deepEqual(await get('/assets/a-2.js'), [404, undefined])
  await build('a-2.js')
  await rm(join(directory.path, 'assets', 'a-1.js'))
  assert.deepEqual(await Promise.all(['/', '/assets/a-2.js', '/assets/a-1.js'].map(get)), [['<script src="/assets/a-2.js">', 'no-cache'], ['a-2.js', forever], [404, undefined]])
  for (const url of ['/assets/..%2findex.html', '/assets/', '/dist', '/assets.json']) assert.notEqual((await app.inject(url)).statusCode, 200, url)
  await app.close()
})

test('a page that is not built says how to build it, and is served once it is, by the same server', async () => {
  await using directory = await temporaryDirectory('dashboard')
  const built = join(directory.path, 'dist')
  const app = fastify()
  await serveDashboard(app, { dashboardDirectory: built })
  const before = await app.inject('/runs/1')
  assert.deepEqual([before.statusCode, before.headers['cache-control'], before.headers['retry-after']], [503, 'no-store', '5'])
  assert.match(before.body, /not built[^]*bootstrap\.mjs/)
  await mkdir(join(built, 'assets'), { recursive: true })
  await writeFile(join(built, 'assets', 'a-1.js'), 'a')
  await writeFile(join(built, 'index.html'), '<p>built</p>')
  assert.deepEqual([(await app.inject('/runs/1')).body, (await app.inject('/assets/a-1.js')).body], ['<p>built</p>', 'a'])
  await app.close()
})
