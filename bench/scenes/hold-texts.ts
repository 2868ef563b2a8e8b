import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Run as a program of its own: reads the texts of a tree and holds them, and nothing else. Sends its resident memory in MB and how long it took. */
const [root = ''] = process.argv.slice(2)
const began = performance.now()
const paths = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\0')
const texts = paths.filter((path) => path !== '').map((path) => readFileSync(join(root, path), 'utf8'))
process.send?.({ files: texts.length, residentMb: process.memoryUsage.rss() / 1e6, milliseconds: performance.now() - began })
process.disconnect()
