import { render } from 'solid-js/web'
export function App(props: { name: string }) {
  return <Hello name={props.name} />
}
const Hello = (props: { name: string }) => <p>{props.name}</p>
