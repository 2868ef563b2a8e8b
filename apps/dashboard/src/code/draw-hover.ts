import type Sigma from 'sigma'

type DrawHover = ReturnType<Sigma['getSettings']>['defaultDrawNodeHover']

const padding = 5

/** Shows the whole path of the file under the pointer, in the colours of the page: the library's own picture is white in each theme. */
export function drawHover(surface: () => string): DrawHover {
  return (context, data, { labelSize, labelFont, labelWeight, labelColor }) => {
    const path = 'key' in data ? String(data.key) : data.label ?? ''
    context.font = `${labelWeight} ${labelSize}px ${labelFont}`
    const left = data.x + data.size + 3
    context.fillStyle = surface()
    context.shadowColor = '#0008'
    context.shadowBlur = 6
    context.beginPath()
    context.roundRect(left - padding, data.y - labelSize / 2 - padding, context.measureText(path).width + 2 * padding, labelSize + 2 * padding, 4)
    context.fill()
    context.shadowBlur = 0
    context.fillStyle = labelColor.color ?? '#000'
    context.fillText(path, left, data.y + labelSize / 3)
  }
}
