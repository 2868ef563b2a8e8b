import type { FileGraph } from '@codeforge/contracts/code'
import Graph from 'graphology'
import forceAtlas2 from 'graphology-layout-forceatlas2'
import Sigma from 'sigma'

export interface DrawnGraph {
  /** Moves to a file and shows its neighbours; null shows everything again. */
  focus(path: string | null): void
  destroy(): void
}

/** Steps of the layout in all, and within one frame, so that the page stays responsive while it settles. */
const layoutSteps = 240
const stepsOfFrame = 4
/** Files up to which each is named on the picture. */
const allNamed = 40
const palette = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#9d755d', '#eeca3b', '#ff9da6', '#7f7f7f'] as const

/** Draws files and their connections with WebGL. Throws where the browser has none. */
export function drawGraph(container: HTMLElement, data: FileGraph, onChoose: (path: string | null) => void): DrawnGraph {
  const style = getComputedStyle(container)
  const colours = { edge: style.getPropertyValue('--graph-edge').trim(), faded: style.getPropertyValue('--graph-faded').trim() }
  const graph = graphOf(data, colours.edge)
  let chosen: string | null = null
  const isNear = (node: string): boolean => chosen === null || node === chosen || graph.areNeighbors(node, chosen)
  const renderer = new Sigma(graph, container, {
    labelColor: { color: style.color },
    labelFont: style.fontFamily,
    // A small graph has room for every name.
    labelRenderedSizeThreshold: data.files.length <= allNamed ? 0 : 7,
    hideEdgesOnMove: data.edges.length > 20_000,
    nodeReducer: (node, attributes) => (isNear(node) ? { ...attributes, forceLabel: node === chosen } : { ...attributes, color: colours.faded, label: null, zIndex: 0 }),
    edgeReducer: (edge, attributes) => (chosen === null || graph.hasExtremity(edge, chosen) ? attributes : { ...attributes, hidden: true }),
  })
  const choose = (path: string | null): void => {
    chosen = path
    renderer.refresh({ skipIndexation: true })
    onChoose(path)
  }
  renderer.on('clickNode', ({ node }) => { choose(node) })
  renderer.on('clickStage', () => { choose(null) })
  const stopLayout = settle(graph)
  return {
    focus(path) {
      choose(path)
      const place = path === null ? null : renderer.getNodeDisplayData(path)
      if (place) void renderer.getCamera().animate({ x: place.x, y: place.y, ratio: 0.3 }, { duration: 300 })
      else void renderer.getCamera().animatedReset({ duration: 300 })
    },
    destroy() {
      stopLayout()
      renderer.kill()
    },
  }
}

function graphOf({ files, edges }: FileGraph, edgeColour: string): Graph {
  const graph = new Graph({ type: 'directed', multi: false })
  const highest = Math.max(...files.map(({ rank }) => rank), 1e-9)
  const languages = [...new Set(files.map(({ language }) => language ?? ''))]
  files.forEach(({ path, rank, language }, place) => {
    // A spiral to begin with: the same tree gives the same picture.
    const angle = place * 2.399963
    graph.addNode(path, {
      label: path.slice(path.lastIndexOf('/') + 1), x: Math.sqrt(place) * Math.cos(angle), y: Math.sqrt(place) * Math.sin(angle),
      size: 2 + 10 * Math.sqrt(rank / highest), color: palette[languages.indexOf(language ?? '') % palette.length],
    })
  })
  for (const { from, to, weight } of edges) {
    const [source, target] = [files[from]?.path, files[to]?.path]
    if (source !== undefined && target !== undefined) graph.mergeEdge(source, target, { weight, size: Math.min(3, 0.3 + weight / 4), color: edgeColour })
  }
  return graph
}

function settle(graph: Graph): () => void {
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 300 }
  let left = layoutSteps
  let frame = 0
  const step = (): void => {
    forceAtlas2.assign(graph, { iterations: stepsOfFrame, settings })
    left -= stepsOfFrame
    if (left > 0) frame = requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
  return () => { cancelAnimationFrame(frame) }
}
