import { createSignal } from 'solid-js'

export type Theme = 'system' | 'light' | 'dark'

const key = 'codeforge.theme'
const [theme, setSignal] = createSignal<Theme>(stored())

/** The theme that was chosen; `system` follows the operating system. */
export { theme }

/** Chooses a theme and remembers it in this browser. */
export function setTheme(next: Theme): void {
  setSignal(next)
  showTheme()
  try {
    localStorage.setItem(key, next)
  } catch {
    // A browser that stores nothing still shows the theme.
  }
}

/** Lets the page follow the chosen theme. */
export function showTheme(): void {
  if (theme() === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme()
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}
