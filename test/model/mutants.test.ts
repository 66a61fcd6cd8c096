import { createCheckout } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { explore } from './explore.ts'
import { importMutant, type Mutant, mutants } from './mutants.ts'
import { referenceWorld } from './settings.ts'
import { openSmallWorld, type SmallWorld } from './small-world.ts'
import { inWorldTime } from './time.ts'

function worldOf({ world }: Mutant): SmallWorld {
  return { changes: [], together: false, mishaps: 0, ...world }
}

async function exploreMutant(mutant: Mutant, create: typeof createCheckout) {
  const { transactions = true, asksForOrder = false, spoil } = mutant
  const settings = referenceWorld({ createCheckout: create, transactions, asksForOrder }, spoil)
  return inWorldTime(() => explore(() => openSmallWorld(settings, worldOf(mutant))))
}

describe('the model', () => {
  it.each(mutants)('The model finds $name', async (mutant) => {
    const create = mutant.patch ? await importMutant(mutant.patch, mutant.name) : createCheckout
    const { broken } = await exploreMutant(mutant, create)
    expect(broken?.violation.promise, broken?.story.join('\n')).toBe(mutant.breaks)
  })
})
