import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

/** The server's content security policy forbids inline scripts and data URLs in scripts, so everything stays a file. `publish.mjs` takes a build to where it is served from. */
export default defineConfig({
  plugins: [solid()],
  build: { outDir: 'dist/next', emptyOutDir: true, target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:4747', ws: true }, '/login': 'http://127.0.0.1:4747' } },
})
