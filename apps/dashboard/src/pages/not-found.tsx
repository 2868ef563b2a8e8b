import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Empty } from '../components/notice.tsx'
import { useTitle } from '../components/use-title.ts'

export function NotFoundPage(): JSX.Element {
  useTitle(() => 'Not found')
  return <><h1 class="sr-only">Not found</h1><Empty title="There is nothing at this address."><A href="/">Go to the start</A></Empty></>
}
