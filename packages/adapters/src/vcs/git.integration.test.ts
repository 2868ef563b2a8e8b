import { describeVcsContract } from '@codeforge/ports/testing/vcs'
import { gitConfig, gitVcs } from './git.ts'

describeVcsContract('git', (dataDirectory) => gitVcs.open(gitConfig.parse({ dataDirectory, keepUnreachableSeconds: 0 })))
