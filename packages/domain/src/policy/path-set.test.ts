import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultBlockedPaths, defaultProtectedPaths } from '@codeforge/contracts/policy-profile'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { pathMatcher } from './path-set.ts'

const segment = fc.constantFrom('a', 'b', 'src', '.env', '.env.local', '.env.example', 'key.pem', 'x.ts', 'a-b.json', '.git', 'config', 'id_rsa', '.ssh', 'environment')
const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
const globSegment = fc.constantFrom('a', 'src', '**', '*', '*.ts', '.env*', '*.pem', 'a-*.json', '.git', '?', '{a,b}', '[ab]', 'x.ts')
const globs = fc.array(fc.array(globSegment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')), { minLength: 1, maxLength: 6 })

/** The same by the library alone. */
function plainly(list: readonly string[]): (path: string) => boolean {
  const wanted = picomatch(list.filter((glob) => !glob.startsWith('!')), { dot: true })
  const taken = list.filter((glob) => glob.startsWith('!')).map((glob) => picomatch(glob.slice(1), { dot: true }))
  return (path) => wanted(path) && !taken.some((matches) => matches(path))
}

test('globs that are sorted match what picomatch matches', () => {
  fc.assert(fc.property(globs, paths, (list, path) => {
    assert.equal(pathMatcher(list)(path), plainly(list)(path), `${list.join(' ')} against ${path}`)
  }), { numRuns: 3000 })
})

test('so do the lists of blocked and protected paths, those that are taken out again among them', () => {
  for (const list of [defaultBlockedPaths, defaultProtectedPaths.map((glob) => glob.toLowerCase())]) {
    const [sorted, plain] = [pathMatcher(list), plainly(list)]
    fc.assert(fc.property(fc.oneof(paths, fc.constantFrom('.github/workflows/a.yml', 'deep/.docker/config.json', 'jenkinsfile', 'a/jenkinsfile', '.gitlab-ci.yml', 'a/.kube/x/y')), (path) => {
      assert.equal(sorted(path), plain(path), path)
    }), { numRuns: 1000 })
  }
})
