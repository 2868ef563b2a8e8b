import { Base, type Kind } from './base.ts'
export interface Shape extends Kind {
  area(): number
}
export type Name = string
export enum Colour {
  red,
}
export namespace Inner {
  export const depth = 1
}
export class Round extends Base implements Shape {
  area(): number {
    return compute(this.size)
  }
}
export const make = (size: number): Round => new Round(size)
export const limit = 3
