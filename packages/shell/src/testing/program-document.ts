import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { programFolder } from '../program-table.ts'

interface Shown {
  readonly about: string
  readonly examples: Readonly<Record<string, string>>
}

const preface = `# The program table

What CodeForge knows about programs, and so what it can say of a command before it runs. Made from \`packages/shell/programs/*.yaml\`; a test
keeps the two equal (\`node packages/shell/src/testing/write-program-document.ts\` writes it anew). Each row shows examples and what the analysis says of
them, which a test runs too. A program that is not here may do anything: it counts as running the project's code, and as writing whatever it names.

| word | meaning |
|---|---|
| reads, writes | paths the command names, relative to the workspace; \`?\` is one that is not known |
| network, privileged, destructive, interactive, exhausts | what it may do besides |
| project | it executes what files of the project say |
| text | it executes code given in its words or on its input |
| splits names | a crafted file name could pass for several, or for an option |
| unknown | its text does not say what it would do; no policy lets that pass silently |
| runs | what a program that runs another comes to |
| nothing | none of these |
`

/** The table of programs as a document for people. */
export function programDocument(): string {
  const files = readdirSync(programFolder).filter((name) => name.endsWith('.yaml')).sort()
  const sections = files.map((file) => {
    const text = readFileSync(new URL(file, programFolder), 'utf8')
    const rows = Object.entries(parse(text) as Record<string, Shown>).map(([names, { about, examples }]) =>
      `| ${names.split(' ').map(code).join(' ')} | ${about} | ${Object.entries(examples).map(([command, facts]) => `${code(command)}: ${cell(facts)}`).join('<br>')} |`)
    return `## ${title(file)}\n\n${(/^# (.*)$/m.exec(text)?.[1] ?? '').trim()}\n\n| programs | what they do | examples |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `${preface}\n${sections.join('\n')}`
}

function title(file: string): string {
  const name = file.replace('.yaml', '')
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function code(text: string): string {
  return `<code>${cell(text)}</code>`
}

function cell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '&#124;').replaceAll('*', '&#42;').replaceAll('_', '&#95;').replaceAll('`', '&#96;').replaceAll('\n', ' ')
}
