import type { JSX } from 'solid-js'

const paths = {
  home: 'M3 10.5 12 3l9 7.5M5.5 9v11h13V9',
  runs: 'M4 12h4l2.5-7 4 14 2.5-7H20',
  projects: 'M3.5 6.5h6l2 2.5h9v10.5h-17z',
  questions: 'M4 5h16v11H9.5L5.5 19.5V16H4z',
  policies: 'M12 3.5 19 6v6c0 4.4-3 7.3-7 8.5-4-1.2-7-4.1-7-8.5V6z',
  system: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2z',
  contrast: 'M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17z',
  plus: 'M12 5v14M5 12h14',
  chevron: 'm9 6 6 6-6 6',
  download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14',
  branch: 'M7 4v16M7 15c6 0 10-1 10-7M17 4.5a1.75 1.75 0 1 0 0 3.5 1.75 1.75 0 0 0 0-3.5z',
} as const

export type IconName = keyof typeof paths

/** A line drawing beside a text that says the same. */
export function Icon(props: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">
      <path d={paths[props.name]} />
    </svg>
  )
}
