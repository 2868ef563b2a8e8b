import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import type { ConnectionState } from './api/live-stream.ts'
import { Icon } from './components/icon.tsx'
import type { IconName } from './components/icon.tsx'
import { openQuestions } from './store/inbox.ts'
import { connection } from './store/live.ts'
import { setTheme, theme } from './store/theme.ts'
import type { Theme } from './store/theme.ts'

const places: readonly { readonly path: string; readonly label: string; readonly icon: IconName }[] = [
  { path: '/', label: 'Home', icon: 'home' },
  { path: '/runs', label: 'Runs', icon: 'runs' },
  { path: '/projects', label: 'Projects', icon: 'projects' },
  { path: '/questions', label: 'Questions', icon: 'questions' },
  { path: '/policies', label: 'Policies', icon: 'policies' },
  { path: '/system', label: 'System', icon: 'system' },
]

/** Where one can go, and whether the page is live. */
export function Sidebar(): JSX.Element {
  return (
    <header class="sidebar">
      <A class="brand" href="/" end activeClass="">
        <img src="/favicon.svg" alt="" width="26" height="26" />CodeForge
      </A>
      <nav class="nav" aria-label="Main">
        <For each={places}>
          {({ path, label, icon }) => (
            <A class="nav-link" href={path} end={path === '/'}>
              <Icon name={icon} /><span class="nav-label">{label}</span>
              <Show when={path === '/questions' && (openQuestions()?.length ?? 0) > 0}>
                <span class="badge" aria-label={`${openQuestions()?.length ?? 0} open`}>{openQuestions()?.length}</span>
              </Show>
            </A>
          )}
        </For>
      </nav>
      <div class="sidebar-foot">
        <ConnectionSign />
        <ThemeButton />
      </div>
    </header>
  )
}

const connectionWords: Readonly<Record<ConnectionState, string>> = { open: 'Live', connecting: 'Connecting…', waiting: 'Reconnecting…' }

function ConnectionSign(): JSX.Element {
  return <p class={`connection connection-${connection()}`} role="status"><span class="connection-dot" aria-hidden="true" />{connectionWords[connection()]}</p>
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const themeIcons: Readonly<Record<Theme, IconName>> = { system: 'contrast', light: 'sun', dark: 'moon' }

function ThemeButton(): JSX.Element {
  const title = (): string => `Theme: ${theme()}. Change to ${nextTheme[theme()]}`
  return <button type="button" class="icon-button" aria-label={title()} title={title()} onClick={() => { setTheme(nextTheme[theme()]) }}><Icon name={themeIcons[theme()]} /></button>
}
