const sourceEndings = new Set(
  'c cc cpp cxx h hh hpp hxx cs go java kt kts scala groovy js jsx mjs cjs ts tsx mts cts vue svelte py pyi rb erb rake php rs swift m mm lua pl pm sh bash zsh ex exs erl hs ml mli clj cljs dart r jl zig nim y l sql proto s asm'.split(
    ' ',
  ),
)
const testFolder =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|testing|testdata|test-data|test_data|fixtures?|__fixtures__|testsuite|unittests?|e2e|[\w-]+[-_]tests?|test-[\w-]+)\//i
const testName =
  /(^|\/)(test_[^/]*|conftest\.py|[^/]*[._-](test|tests|spec|specs|test-d|unit)\.\w+|[^/]*(Test|Tests|TestCase|IT|Spec)\.(java|kt|scala|cs|php|swift|groovy))$/

/** Whether a path is source code by its ending; documents, data and configuration are not. */
export function isSource(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return !/\.min\.(js|css)$/.test(name) && sourceEndings.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
}

export function isTest(path: string): boolean {
  return testFolder.test(path) || testName.test(path)
}
