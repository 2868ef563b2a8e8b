import fc from 'fast-check'

/** One language for each way in which texts are split into tokens, and more. */
export const languages = [
  'typescript',
  'python',
  'go',
  'rust',
  'php',
  'kotlin',
  'shell',
  'powershell',
  'perl',
  'css',
  'sql',
  'ruby',
  'c',
  'cpp',
  'csharp',
  'java',
  'lua',
]

const piece = fc.oneof(
  fc.constantFrom(
    '/* a\n * b */',
    "// it's",
    '# no',
    '#[a]',
    '$#',
    '"a\\"b"',
    "'x'",
    "'open",
    '"""a\n"b"""',
    "'''",
    '`a ${b} c`',
    '/[/]a/g',
    '\\\n',
    '\\',
    '<<EOF\na\nEOF\n',
  ),
  fc.constantFrom(
    'name',
    'const',
    'empty?',
    'save!',
    'a!=b',
    '#private',
    '$dollar',
    'kebab-case',
    'x'.repeat(70),
    '0x1F_u8',
    '1.5e3',
    'r#"a"#',
    '@"a""b"',
    '%w[a b]',
    '=begin\na\n=end\n',
  ),
  fc.constantFrom('{', '}', '(', ')', '[[', ']]', ';', '\n', '\t', ' ', '--[[ a ]]', '-- a', '\0', '\r\n'),
  fc.string({ maxLength: 6 }),
)
/** A text of what is hard to split into tokens, in no language in particular. */
export const oddText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
