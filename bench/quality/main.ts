import { parseArgs } from 'node:util'
import type { Evaluation, Form } from './evaluate.ts'
import { evaluate, forms } from './evaluate.ts'
import { mean, measures, pairedInterval } from './measure.ts'

const usage =
  'usage: npm run bench -- quality --repos DIR... [--cases 200] [--no-history | --commits N] [--no-packs] [--json]   (DIR: a git repository with history)'

function shares(evaluation: Evaluation, form: Form): string {
  const cells = measures.map((measure) => {
    const ours = evaluation.pairs[form].map((pair) => pair.ours[measure])
    const theirs = evaluation.pairs[form].map((pair) => pair.theirs[measure])
    const [low, high] = pairedInterval(ours, theirs)
    return `${mean(ours).toFixed(3)} / ${mean(theirs).toFixed(3)} = ${(mean(ours) / mean(theirs)).toFixed(2)} [${signed(low)}, ${signed(high)}]`
  })
  return `| ${evaluation.name} | ${evaluation.cases} | ${cells.join(' | ')} |`
}

function macro(evaluations: readonly Evaluation[], form: Form): string {
  const cells = measures.map((measure) => {
    const of = (side: 'ours' | 'theirs') => mean(evaluations.map(({ pairs }) => mean(pairs[form].map((pair) => pair[side][measure]))))
    return `${of('ours').toFixed(3)} / ${of('theirs').toFixed(3)} = **${(of('ours') / of('theirs')).toFixed(2)}**`
  })
  return `| mean over repositories | | ${cells.join(' | ')} |`
}

function packLine({ name, packs }: Evaluation): string {
  const [low, high] = pairedInterval(packs.ours, packs.theirs)
  return `| ${name} | ${packs.ours.length} | ${mean(packs.ours).toFixed(3)} | ${mean(packs.theirs).toFixed(3)} | [${signed(low)}, ${signed(high)}] |`
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`

function print(evaluations: readonly Evaluation[]): void {
  for (const form of forms) {
    console.log(`\nQuery: the ${form} of a change. Ours / plain BM25 over whole files = ratio [95 % of the paired difference].\n`)
    console.log(`| repository | changes | ${measures.join(' | ')} |\n|---|---|${measures.map(() => '---|').join('')}`)
    for (const evaluation of evaluations) console.log(shares(evaluation, form))
    if (evaluations.length > 1) console.log(macro(evaluations, form))
  }
  const packed = evaluations.filter(({ packs }) => packs.ours.length > 0)
  if (packed.length > 0)
    console.log(
      '\nShare of the touched lines in a pack of 8,000 tokens.\n\n| repository | changes | ours | best windows of 60 lines | difference |\n|---|---|---|---|---|',
    )
  for (const evaluation of packed) console.log(packLine(evaluation))
}

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    repos: { type: 'string', multiple: true, default: [] },
    cases: { type: 'string', default: '200' },
    commits: { type: 'string' },
    history: { type: 'boolean', default: true },
    packs: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
  args: process.argv
    .slice(2)
    .flatMap((argument, at, all) =>
      at > 0 && !argument.startsWith('-') && !['--repos', '--cases', '--commits'].includes(all[at - 1] ?? '')
        ? ['--repos', argument]
        : [argument],
    ),
})
if (values.repos.length === 0) {
  console.error(usage)
  process.exitCode = 2
} else {
  const commits = !values.history ? 0 : values.commits === undefined ? undefined : Number(values.commits)
  const evaluations: Evaluation[] = []
  for (const repository of values.repos) {
    const evaluation = await evaluate(repository, { wanted: Number(values.cases), commits, packs: values.packs })
    evaluations.push(evaluation)
    const times = [...evaluation.times].sort((one, other) => one - other)
    console.error(
      `${evaluation.name}: ${evaluation.files} files, ${evaluation.chunks} chunks, ${evaluation.cases} changes, search p50 ${times[times.length >> 1]?.toFixed(1)} ms`,
    )
  }
  if (values.json) console.log(JSON.stringify(evaluations))
  else print(evaluations)
}
