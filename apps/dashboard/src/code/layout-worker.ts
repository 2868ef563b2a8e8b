/** Lays a graph out beside the page, which stays fluid meanwhile. */
import Graph from 'graphology'
import forceAtlas2 from 'graphology-layout-forceatlas2'
import { startOf } from './graph-layout.ts'
import type { LayoutRequest, LayoutState } from './graph-layout.ts'

const steps = 240
const stepsAtOnce = 4
/** Files from which forces of what is far away are taken together. */
const manyFiles = 300

onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const graph = graphOf(data)
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > manyFiles }
  let toldAt = performance.now()
  for (let done = 0; done < steps; done += stepsAtOnce) {
    forceAtlas2.assign(graph, { iterations: stepsAtOnce, settings })
    if (performance.now() - toldAt < data.everyMs) continue
    tell(graph, false)
    toldAt = performance.now()
  }
  tell(graph, true)
}

function graphOf({ files, edges }: LayoutRequest): Graph {
  const graph = new Graph({ type: 'directed', multi: false })
  for (let place = 0; place < files; place += 1) graph.addNode(place, startOf(place))
  for (const { from, to, weight } of edges) graph.mergeEdge(from, to, { weight })
  return graph
}

function tell(graph: Graph, settled: boolean): void {
  const positions = new Float32Array(graph.order * 2)
  graph.forEachNode((place, { x, y }) => {
    positions[Number(place) * 2] = Number(x)
    positions[Number(place) * 2 + 1] = Number(y)
  })
  postMessage({ positions, settled } satisfies LayoutState, { transfer: [positions.buffer] })
}
