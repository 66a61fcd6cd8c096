import { it } from 'vitest'
import { explore } from './explore.ts'
import { referenceWorld } from './settings.ts'
import { beginSmallWorlds, openSmallWorld } from './small-world.ts'
import { inWorldTime } from './time.ts'

it('smokes', { timeout: 600000 }, async () => {
  await inWorldTime(async () => {
    for (const [tx, first, second, face, change] of [
      [true, 'settle', 'settle', 'Completed'],
      [true, 'settle', 'settle', 'Completed'],
      [false, 'settle', 'settle', 'Completed'],
      [true, 'settle', 'return', 'Completed', 'Refunded'],
      [true, 'initiate', 'settle', 'Initiated', 'Completed'],
      [true, 'changed cart', 'settle', 'Initiated', 'Completed'],
      [true, 'reconcile', 'initiate', 'Expired', 'Completed'],
    ] as never[][]) {
      const t0 = process.hrtime.bigint(),
        c0 = process.cpuUsage()
      const settings = referenceWorld({ transactions: tx, asksForOrder: tx })
      const g = await beginSmallWorlds(settings)
      const s = await explore(() =>
        openSmallWorld(settings, g, {
          first,
          second,
          face,
          changes: change ? [change] : ([] as never),
          together: false,
        }),
      )
      const c = process.cpuUsage(c0)
      console.log(
        tx,
        first,
        second,
        face,
        change,
        'ms',
        Number(process.hrtime.bigint() - t0) / 1e6,
        'cpu ms',
        (c.user + c.system) / 1000,
        s.states,
        s.histories,
        s.ends,
        s.broken?.violation.message,
        '\n' + (s.broken?.story.join('\n') ?? ''),
      )
    }
  })
})
