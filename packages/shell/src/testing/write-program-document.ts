import { writeFileSync } from 'node:fs'
import { programDocument } from './program-document.ts'

// Writes docs/program-table.md anew after a change to the table.
writeFileSync(new URL('../../../../docs/program-table.md', import.meta.url), programDocument())
