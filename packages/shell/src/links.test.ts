import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createShellAnalyser } from './analyser.ts'
import { factsOf } from './testing/facts.ts'

const analyse = await createShellAnalyser()
const facts = (command: string) => factsOf(analyse(command))

test('a link leads to where its target lies from the link, not from the working directory', () => {
  assert.deepEqual(facts('ln -s ../src/a.ts packages/a.ts'), ['reads packages/src/a.ts src/a.ts', 'writes packages/a.ts'])
  assert.deepEqual(facts('ln -s ../../x a/'), ['reads ../x', 'writes a'])
  assert.deepEqual(facts('ln -s ../x'), ['reads ../x'])
  assert.deepEqual(facts('ln -t d -s ../a c'), ['reads a d/c', 'writes c d'])
})

test('a hard link and one that ln works out itself lead to where they say', () => {
  assert.deepEqual(facts('ln ../a b'), ['reads ../a', 'writes b'])
  assert.deepEqual(facts('ln -sr src/a b/c'), ['reads src/a', 'writes b/c'])
})

test('a link that is moved or followed by the same text is not known, one that is only committed is', () => {
  for (const command of ['ln -s ../x a/l; mv a/l l', 'ln -s a b && cat b/c', 'ln -s a b; sh b']) assert.ok(facts(command).includes('unknown'), command)
  for (const command of ['mkdir -p a && ln -s ../x a/l && ls a', 'ln -s a b && git add b && git commit -m x']) assert.ok(!facts(command).includes('unknown'), command)
})

test('a variable that holds a secret by its name is not put into words, one that the text sets is', () => {
  for (const command of ['echo $AWS_SECRET_ACCESS_KEY', 'echo "${GITHUB_TOKEN:-none}"', 'test -n "$DB_PASSWORD"', 'cat <<E\n$API_KEY\nE', 'false && TOKEN=1; echo $TOKEN', 'echo "TOKEN=$TOKEN"']) assert.ok(facts(command).includes('unknown'), command)
  for (const command of ['TOKEN=a; echo $TOKEN', 'echo $HOME $PATH $USER', 'echo $token', "echo '$API_KEY'"]) assert.ok(!facts(command).includes('unknown'), command)
})
