import type { FileGraph } from '@codeforge/contracts/code'
import Graph from 'graphology'
import Sigma from 'sigma'
import { drawHover } from './draw-hover.ts'
import { languageColours } from './graph-colours.ts'
import { startOf } from './graph-layout.ts'
import type { LayoutRequest, LayoutState } from './graph-layout.ts'

export interface DrawnGraph {
  /** Moves to a file and shows its neighbours; null shows everything again. */
  focus(path: string | null): void
  zoom(direction: 'in' | 'out' | 'whole'): void
  /** Takes the colours of the page as they are now. */
  recolour(): void
  destroy(): void
}

/** Files up to which each is named on the picture. */
const allNamed = 40
/** Connections above which they are left out while the picture moves: drawing them would make it stutter. */
const manyEdges = 3000
const layoutEveryMs = { few: 60, many: 250 } as const

interface Look {
  readonly text: string
  readonly font: string
  readonly edge: string
  readonly faded: string
  readonly surface: string
}

/** Draws files and their connections with WebGL. Throws where the browser has none. */
export function drawGraph(container: HTMLElement, data: FileGraph, onChoose: (path: string | null) => void): DrawnGraph {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const many = data.edges.length > manyEdges
  let look = lookOf(container)
  let [chosen, settled] = [null as string | null, false]
  const graph = graphOf(data)
  const isNear = (node: string): boolean => chosen === null || node === chosen || graph.areNeighbors(node, chosen)
  const renderer = new Sigma(graph, container, {
    labelColor: { color: look.text },
    labelFont: look.font,
    // A small graph has room for every name.
    labelRenderedSizeThreshold: data.files.length <= allNamed ? 0 : 7,
    hideEdgesOnMove: many,
    minCameraRatio: 0.02,
    maxCameraRatio: 4,
    defaultDrawNodeHover: drawHover(() => look.surface),
    nodeReducer: (node, attributes) => (isNear(node) ? { ...attributes, forceLabel: node === chosen } : { ...attributes, color: look.faded, label: null, zIndex: 0 }),
    edgeReducer: (edge, attributes) => ({ ...attributes, color: look.edge, hidden: (many && !settled) || (chosen !== null && !graph.hasExtremity(edge, chosen)) }),
  })
  const choose = (path: string | null): void => {
    chosen = path
    renderer.refresh({ skipIndexation: true })
  }
  renderer.on('clickNode', ({ node }) => { onChoose(node) })
  renderer.on('clickStage', () => { onChoose(null) })
  const stopLayout = settle(graph, data, { everyMs: layoutEveryMs[many ? 'many' : 'few'], calm }, () => { settled = true })
  const camera = renderer.getCamera()
  const duration = calm ? 0 : 300
  return {
    focus(path) {
      choose(path)
      const place = path === null ? null : renderer.getNodeDisplayData(path)
      if (place) void camera.animate({ x: place.x, y: place.y, ratio: 0.3 }, { duration })
    },
    zoom(direction) {
      void { in: async () => camera.animatedZoom({ duration }), out: async () => camera.animatedUnzoom({ duration }), whole: async () => camera.animatedReset({ duration }) }[direction]()
    },
    recolour() {
      look = lookOf(container)
      renderer.setSetting('labelColor', { color: look.text })
      renderer.refresh({ skipIndexation: true })
    },
    destroy() {
      stopLayout()
      renderer.kill()
    },
  }
}

function lookOf(container: HTMLElement): Look {
  const style = getComputedStyle(container)
  return {
    text: style.color, font: style.fontFamily, surface: style.backgroundColor,
    edge: style.getPropertyValue('--graph-edge').trim(), faded: style.getPropertyValue('--graph-faded').trim(),
  }
}

function graphOf(data: FileGraph): Graph {
  const graph = new Graph({ type: 'directed', multi: false })
  const highest = Math.max(...data.files.map(({ rank }) => rank), 1e-9)
  const colours = new Map(languageColours(data).map(({ language, colour }) => [language, colour]))
  data.files.forEach(({ path, rank, language }, place) => {
    graph.addNode(path, { label: path.slice(path.lastIndexOf('/') + 1), ...startOf(place), size: 2 + 10 * Math.sqrt(rank / highest), color: colours.get(language ?? '') })
  })
  for (const { from, to, weight } of data.edges) {
    const [source, target] = [data.files[from]?.path, data.files[to]?.path]
    if (source !== undefined && target !== undefined) graph.mergeEdge(source, target, { size: Math.min(3, 0.3 + weight / 4) })
  }
  return graph
}

/** Lets a worker find the places. Who wants no motion sees them when they are found. */
function settle(graph: Graph, data: FileGraph, { everyMs, calm }: { readonly everyMs: number; readonly calm: boolean }, onSettled: () => void): () => void {
  const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data: { positions, settled } }: MessageEvent<LayoutState>) => {
    if (settled) onSettled()
    if (calm && !settled) return
    let place = 0
    graph.updateEachNodeAttributes((_path, attributes) => ({ ...attributes, x: positions[place++], y: positions[place++] }), { attributes: ['x', 'y'] })
    if (settled) worker.terminate()
  }
  worker.postMessage({ files: data.files.length, edges: data.edges, everyMs } satisfies LayoutRequest)
  return () => { worker.terminate() }
}
