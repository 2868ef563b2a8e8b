import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { BudgetScope, BudgetStore } from '../../store/budgets.ts'
import type { StoreTest } from './subject.ts'

const purse = (scope: BudgetScope, limitMicroUsd: number) => ({ scope, limitMicroUsd })

async function held(budgets: BudgetStore, scope: BudgetScope): Promise<number | undefined> {
  return (await budgets.get(scope))?.heldMicroUsd
}

export function describeBudgets(test: StoreTest): void {
  describe('budgets', () => {
    test('a hold is taken from every purse, and settled in every purse', async ({ budgets }) => {
      const [run, day] = [purse('run:1', 100), purse('tenant:1:2026-01-31', 9_000_000_000)]
      assert.equal(await budgets.hold([run, day], 60), null)
      assert.deepEqual(await budgets.get('run:1'), { scope: 'run:1', limitMicroUsd: 100, heldMicroUsd: 60, spentMicroUsd: 0 })
      await budgets.settle(['run:1', 'tenant:1:2026-01-31'], 60, 25)
      assert.deepEqual(await budgets.get('run:1'), { scope: 'run:1', limitMicroUsd: 100, heldMicroUsd: 0, spentMicroUsd: 25 })
      assert.deepEqual(await budgets.get(day.scope), { scope: day.scope, limitMicroUsd: 9_000_000_000, heldMicroUsd: 0, spentMicroUsd: 25 })
      assert.equal(await budgets.get('run:2'), null)
      assert.deepEqual(await budgets.find(['run:2', 'run:1']), [await budgets.get('run:1')])
      await budgets.settleAll([{ scope: 'run:3', held: 5, spent: 7 }, { scope: day.scope, held: 0, spent: 1 }, { scope: 'run:1', held: 0, spent: 2 }])
      const spent = async (scope: BudgetScope) => (await budgets.get(scope))?.spentMicroUsd
      assert.deepEqual(await Promise.all(['run:1', day.scope, 'run:3'].map(spent)), [27, 26, 7])
      await budgets.settleAll([])
    })

    test('a hold that does not fit everywhere is taken nowhere, and the short purse is named', async ({ budgets }) => {
      assert.equal(await budgets.hold([purse('run:1', 100), purse('day', 50)], 60), 'day')
      assert.deepEqual([await held(budgets, 'run:1'), await held(budgets, 'day')], [0, 0])
      assert.equal(await budgets.hold([purse('run:1', 100), purse('day', 60)], 60), null)
    })

    test('what is spent and what is held leave less for the next hold', async ({ budgets }) => {
      await budgets.hold([purse('run:1', 100)], 50)
      await budgets.settle(['run:1'], 50, 30)
      await budgets.hold([purse('run:1', 100)], 40)
      assert.equal(await budgets.hold([purse('run:1', 100)], 31), 'run:1')
      assert.equal(await budgets.hold([purse('run:1', 100)], 30), null)
    })

    test('a limit that is raised or lowered counts from the next hold on', async ({ budgets }) => {
      await budgets.hold([purse('day', 100)], 100)
      assert.equal(await budgets.hold([purse('day', 150)], 50), null)
      assert.equal(await budgets.hold([purse('day', 120)], 1), 'day')
    })

    test('more may be spent than was held, which refuses even the smallest hold after', async ({ budgets }) => {
      await budgets.hold([purse('run:1', 100)], 90)
      await budgets.settle(['run:1'], 90, 130)
      assert.equal((await budgets.get('run:1'))?.spentMicroUsd, 130)
      assert.equal(await budgets.hold([purse('run:1', 100)], 0), 'run:1')
    })

    test('spend is booked in a purse that nobody has held from', async ({ budgets }) => {
      await budgets.settle(['day'], 0, 40)
      assert.equal(await budgets.hold([purse('day', 50)], 11), 'day')
      assert.equal(await budgets.hold([purse('day', 50)], 10), null)
    })

    test('many holds at once never exceed a limit', async ({ budgets }) => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => budgets.hold([purse('day', 100)], 7)))
      assert.equal(answers.filter((answer) => answer === null).length, 14)
      assert.equal(await held(budgets, 'day'), 98)
    })

    test('holds of many purses stand together, each with its own amount', async ({ budgets }) => {
      await budgets.holdAll([{ ...purse('run:1', 100), amount: 60 }, { ...purse('day', 1_000), amount: 90 }])
      await budgets.holdAll([{ ...purse('day', 1_000), amount: 910 }, { ...purse('run:2', 100), amount: 100 }])
      await budgets.holdAll([])
      assert.deepEqual([await held(budgets, 'run:1'), await held(budgets, 'run:2'), await held(budgets, 'day')], [60, 100, 1_000])
    })

    test('of many holds that do not all fit none stands, nor what their transaction wrote', async (store) => {
      await store.budgets.hold([purse('day', 100)], 50)
      const holding = store.transaction(async ({ budgets, settings }, allAsked) => {
        const asked = Promise.all([settings.set('key', 'value'), budgets.holdAll([{ ...purse('run:1', 100), amount: 51 }, { ...purse('day', 100), amount: 51 }])])
        allAsked()
        await asked
      })
      await assert.rejects(holding, { code: 'budget-exhausted' })
      assert.deepEqual([await held(store.budgets, 'run:1'), await held(store.budgets, 'day'), await store.settings.get('key')], [undefined, 50, null])
      await store.budgets.holdAll([{ ...purse('day', 100), amount: 50 }])
    })

    test('holds over the same purses in another order do not block each other', async (store) => {
      const purses = ['a', 'b', 'c'].map((scope) => purse(scope, 1_000))
      await Promise.all(Array.from({ length: 30 }, (_, index) => store.transaction(async ({ budgets }) => {
        const order = index % 2 === 0 ? purses : purses.toReversed()
        await budgets.hold(order, 10)
        await budgets.settle(order.map(({ scope }) => scope).toReversed(), 10, 1)
      })))
      assert.deepEqual(await store.budgets.get('b'), { scope: 'b', limitMicroUsd: 1_000, heldMicroUsd: 0, spentMicroUsd: 30 })
    })

    test('a hold of a transaction that fails does not stand', async (store) => {
      await assert.rejects(store.transaction(async ({ budgets }) => {
        await budgets.hold([purse('day', 100)], 60)
        throw new Error('no')
      }), { message: 'no' })
      assert.equal(await store.budgets.hold([purse('day', 100)], 100), null)
    })
  })
}
