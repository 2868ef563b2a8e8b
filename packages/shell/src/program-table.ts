/** What is known about a program: data, so that it can be read, tested and extended without code. */
export interface ProgramKnowledge {
  /** What its operands are: text, files it reads, files it writes, a pattern and then files, files of which the last is written, or arguments of code it runs. */
  readonly operands: 'text' | 'read' | 'write' | 'pattern-read' | 'copy' | 'code'
  /** Options whose value is text, never a path. */
  readonly text?: readonly string[]
  /** The same by subcommand. */
  readonly textOf?: Readonly<Record<string, readonly string[]>>
  /** Options whose value is a filter by name of the files it reads. */
  readonly globs?: readonly string[]
  /** Options whose value is a file it writes. */
  readonly writes?: readonly string[]
  /** Arguments that make its operands files it writes. */
  readonly editing?: RegExp
  /** Starts of arguments that make it execute something or do what the table cannot say. */
  readonly escapes?: readonly string[]
  /** Options before the subcommand, without and with a value; they are left out of the arguments that are judged. */
  readonly flags?: readonly string[]
  readonly values?: readonly string[]
}

const words = (text: string): readonly string[] => text.split(' ')

const each = <Knowledge>(names: string, knowledge: Knowledge): Record<string, Knowledge> =>
  Object.fromEntries(words(names).map((name) => [name, knowledge]))

const nodeManager: ProgramKnowledge = {
  operands: 'code',
  flags: words('-s --silent -r --recursive --if-present -q --quiet -ws --workspaces --offline --prefer-offline'),
  values: words('--prefix --filter -F -C --dir --cwd --workspace -w --loglevel'),
}

/** Programs by basename. One that is not here may write every path it names. */
export const programTable: Readonly<Record<string, ProgramKnowledge>> = {
  ...each('echo true false : exit return break continue sleep seq pwd whoami id uname arch nproc uptime which type set shift wait printenv locale tty tput clear basename dirname getconf ps kill times umask ulimit jobs', { operands: 'text' }),
  printf: { operands: 'text', escapes: ['-v'] },
  ...each('[ test [[', { operands: 'text', escapes: ['-v'] }),
  read: { operands: 'text', escapes: ['-u'] },
  // Only options that always take the next word as text may stand here: one that does not would hide the path after it.
  ...each('cat tac file ls wc du df comm cksum md5sum sha1sum sha256sum sha512sum b2sum readlink realpath column rev expand unexpand tsort zcat pr', { operands: 'read', escapes: words('--files0 -C --compile') }),
  ls: { operands: 'read', text: words('-I -w') },
  du: { operands: 'read', text: ['-d'], escapes: ['--files0'] },
  ...each('head tail', { operands: 'read', text: words('-n -c') }),
  nl: { operands: 'read', text: words('-b -d -f -h -i -l -n -s -v -w') },
  od: { operands: 'read', text: words('-A -j -N -S -t') },
  hexdump: { operands: 'read', text: words('-n -s -e') },
  xxd: { operands: 'copy', text: words('-c -g -l -s -o') },
  ...each('strings cmp', { operands: 'read', text: ['-n'] }),
  stat: { operands: 'read', text: ['-c'] },
  tree: { operands: 'read', text: words('-L -I -P'), writes: ['-o'] },
  diff: { operands: 'read', text: words('-I -x -W -F') },
  cut: { operands: 'read', text: words('-b -c -d -f') },
  paste: { operands: 'read', text: ['-d'] },
  tr: { operands: 'text' },
  ...each('fold fmt', { operands: 'read', text: ['-w'] }),
  join: { operands: 'read', text: words('-t -1 -2 -j -o -a -v -e') },
  date: { operands: 'text', escapes: words('-f --f -s --s') },
  hostname: { operands: 'text', escapes: words('-F --f -b') },
  bat: { operands: 'read', escapes: ['--pager', '--config'], text: words('-l --language -r --line-range --style --paging') },
  sort: { operands: 'read', escapes: words('--comp --files0'), writes: ['-o', '--output'], text: words('-k -t -S --key --field-separator') },
  uniq: { operands: 'copy', text: words('-f -s -w') },
  ...each('grep egrep fgrep zgrep', {
    operands: 'pattern-read', text: words('-e --regexp -A -B -C -m --exclude --exclude-dir --max-count --context --after-context --before-context --label -d -D'), globs: ['--include'],
  }),
  rg: {
    operands: 'pattern-read', escapes: words('--pre --hostname-bin -z --search-zip'),
    text: words('-e --regexp -A -B -C -m -t -T --type --type-not -r --replace -M --max-columns --color --sort -j --max-depth --max-count --context'), globs: words('-g --glob --iglob'),
  },
  jq: { operands: 'pattern-read', text: ['--indent'], escapes: words('-f --from-file -L --arg --raw --slurpf') },
  awk: { operands: 'pattern-read', text: ['-F', '-v'], escapes: words('-f --file -i --include -l --load -E --exec -p --p -d --d -o --o -D -W') },
  sed: { operands: 'pattern-read', text: ['-e', '--expression', '-l'], editing: /^(-[nErsuz]*i|--in)/, escapes: ['-f', '--file'] },
  find: {
    operands: 'read', escapes: ['-files0-from'], editing: /^-delete$/, writes: words('-fprintf -fprint -fprint0 -fls'),
    text: words('-name -iname -path -ipath -wholename -regex -iregex -type -size -mtime -mmin -atime -ctime -maxdepth -mindepth -perm -user -group -printf -newermt -regextype -links'),
  },
  ...each('touch mkdir rmdir truncate mktemp tee rm unlink shred dd chmod chown chgrp patch', { operands: 'write' }),
  ...each('cp mv ln install', { operands: 'copy', writes: ['-t', '--target-directory'], text: words('-S --suffix -m --mode -o -g') }),
  tar: { operands: 'write', escapes: words('--check --to-c -I --use-c -F --info --new --rsh --rmt') },
  ...each('gzip gunzip bzip2 xz zstd', { operands: 'write' }),
  ...each('zip unzip', { operands: 'write', escapes: ['-T', '--unzip'] }),
  ...each('cd pushd', { operands: 'read' }),
  popd: { operands: 'text' },
  git: {
    operands: 'read', values: ['-C'], flags: words('--no-pager -P --no-optional-locks --literal-pathspecs --no-replace-objects'),
    textOf: {
      ...each('commit tag merge stash notes', words('-m --message --author --date')),
      ...each('log show diff rev-list shortlog', words('-S -G --author --since --until --after --before --grep')),
    },
    writes: words('--output -o --output-directory'),
    escapes: words('--upl --rec --exec --ext-d --textc -x -O --open --config-env --git-dir --work-tree --super-prefix --template --edit -e --gpg-sign --ope'),
  },
  ...each('npm pnpm yarn', nodeManager),
  make: { operands: 'code', flags: words('-s --silent -k -B'), values: ['-C', '--directory', '-j'] },
  ...each('npx pnpx bunx bun deno node tsx ts-node tsc eslint prettier biome jest vitest mocha ava tap c8 nyc stylelint webpack vite rollup esbuild turbo nx knip depcruise playwright cypress', { operands: 'code' }),
  ...each('python pypy pytest tox nox mypy pyright pylint flake8 ruff black isort coverage poetry uv uvx pip pipenv pdm hatch pre-commit', { operands: 'code' }),
  ...each('gmake ninja cmake ctest meson just task rake cargo rustc go gofmt golangci-lint staticcheck gotestsum gradle gradlew mvn mvnw java javac dotnet ruby bundle rspec rubocop php phpunit composer prove perl swift mix sbt stack cabal gcc g++ cc c++ clang clang++ clang-format clang-tidy shellcheck shfmt bash sh dash source .', { operands: 'code' }),
}

/** Programs that run other commands in a way that is not resolved here, open an interactive screen, or change what later words mean. */
export const opaquePrograms: ReadonlySet<string> = new Set(words(
  'parallel watch flock script unshare chroot nsenter ssh docker podman nerdctl kubectl helm expect gdb lldb strace ltrace vim vi nvim nano pico emacs ed ex less more most man info view screen tmux at batch crontab '
  + 'systemd-run systemctl service runuser su pkexec start-stop-daemon dbus-run-session alias unalias shopt enable hash bind complete compgen fc history trap let caller mapfile readarray getopts '
  + 'coproc gawk mawk nawk busybox toybox socat rlwrap unbuffer tclsh wish osascript rbash zsh fish ksh csh tcsh eval',
))

/** How a program hands the rest of its words to another one. */
export interface WrapperKnowledge {
  /** An option that is neither here nor in `values` is not understood. */
  readonly flags: readonly string[]
  readonly values: readonly string[]
  /** Words of its own before the inner program. */
  readonly operands: number
  readonly privileged?: true
}

/** Programs that hand the rest of their words to another program. */
export const wrapperTable: Readonly<Record<string, WrapperKnowledge>> = {
  sudo: { flags: words('-n -E -H -k -S -b -i -s --'), values: words('-u -g -p -C -h -U -D'), operands: 0, privileged: true },
  doas: { flags: words('-n -s -L --'), values: ['-u', '-C'], operands: 0, privileged: true },
  env: { flags: words('-i - -0 --ignore-environment --'), values: ['-u', '--unset'], operands: 0 },
  nice: { flags: ['--'], values: ['-n', '--adjustment'], operands: 0 },
  ionice: { flags: ['-t', '--'], values: ['-c', '-n'], operands: 0 },
  nohup: { flags: ['--'], values: [], operands: 0 },
  setsid: { flags: words('-f -w -c --'), values: [], operands: 0 },
  stdbuf: { flags: words('-oL -eL -o0 -e0 -i0 --'), values: words('-o -e -i'), operands: 0 },
  timeout: { flags: words('--foreground --preserve-status -v --verbose --'), values: words('-k -s --kill-after --signal'), operands: 1 },
  time: { flags: words('-p -v --'), values: ['-f', '--format'], operands: 0 },
  exec: { flags: words('-c -l --'), values: ['-a'], operands: 0 },
  command: { flags: ['-p', '--'], values: [], operands: 0 },
  builtin: { flags: ['--'], values: [], operands: 0 },
  xargs: { flags: words('-0 --null -r --no-run-if-empty -t -x --'), values: words('-n -L -P -s -d -I -a --max-args --max-procs --delimiter'), operands: 0 },
}

/** Environment variables that change what other programs execute or what later words mean. */
export const meaningfulVariables = /^(PATH|LD_.*|DYLD_.*|BASH_.*|ENV|IFS|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|GIT_.*|.*EDITOR|VISUAL|.*PAGER|LESS.*|BROWSER|HOME|XDG_.*|CDPATH|GLOBIGNORE|GREP_.*|RIPGREP_.*|TAR_OPTIONS|PERL.*|RUBY.*|SHELL|TMPDIR|SSH_.*|POSIXLY_CORRECT|AWK.*)$/

/** Exceptions from them that do no harm. */
export const harmlessVariables = /^(GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS)$/

const always: readonly string[] = []

/** Programs that reach the network: always (empty list), or with these first arguments. */
export const networkPrograms: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(words('curl wget nc ncat netcat telnet ftp sftp scp ssh socat rsync ping ping6 dig nslookup host whois traceroute nmap aria2c http https gh glab hub aws gcloud az heroku vercel netlify flyctl terraform apt apt-get aptitude dnf yum apk brew snap pacman sendmail mail mutt twine').map((name) => [name, always])),
  git: words('push pull fetch clone ls-remote submodule send-email svn lfs request-pull'),
  npm: words('install i ci add publish update up upgrade login adduser view info audit outdated search unpublish deprecate dist-tag access token owner create init it cit install-test whoami ping'),
  pnpm: words('install i add publish update up dlx create audit outdated fetch import view info login deploy'),
  yarn: words('install add publish upgrade up dlx create npm info audit outdated login'),
  bun: words('install i add publish update create x'),
  pip: words('install download search index wheel'),
  uv: words('add sync pip publish tool lock'),
  poetry: words('add install publish update lock'),
  pipenv: words('install update lock sync'),
  cargo: words('install publish fetch search login update add yank owner'),
  go: words('get install'),
  gem: words('install push update fetch'),
  bundle: words('install update add'),
  composer: words('install update require global'),
  hg: words('push pull clone'),
  svn: words('checkout co commit ci update up'),
}

/** Interpreters and the starts of arguments by which they take code as text. */
export const textRunners: Readonly<Record<string, readonly string[]>> = {
  python: ['-c'], pypy: ['-c'], node: words('-e --eval -p --print'), deno: ['eval', 'repl'], bun: words('-e --eval -p'),
  perl: words('-e -E -n -p -i -l -0'), ruby: words('-e -n -p'), php: ['-r'], tsx: words('-e --eval -p'), 'ts-node': words('-e --eval -p'), julia: ['-e'],
  npx: ['-c', '--call'], npm: ['-c', '--call'],
}

/** Interpreters that read code from their input where no file is named. */
export const inputRunners: ReadonlySet<string> = new Set(words('python pypy node perl ruby php lua bash sh dash tsx ts-node bun julia'))
