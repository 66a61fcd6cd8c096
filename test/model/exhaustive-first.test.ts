import { playPairsIn, sayStates } from './play-pairs.ts'
import { shops } from './small-worlds.ts'

for (const shop of shops.slice(0, 1)) playPairsIn(shop)
sayStates()
