import './schemas-without-eval.ts'
import { render } from 'solid-js/web'
import { App } from './app.tsx'
import { showTheme } from './store/theme.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/components.css'
import './styles/run.css'
import './styles/diff.css'

showTheme()
const root = document.getElementById('root')
if (root) render(() => <App />, root)
