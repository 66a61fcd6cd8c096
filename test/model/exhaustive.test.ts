import { playDeeds, playPairsIn, sayStates } from './play-pairs.ts'
import { shops } from './small-worlds.ts'

// The first kind of shop takes as long as the others: it has a file of its own, which another core can take.
for (const shop of shops.slice(1)) playPairsIn(shop)
playDeeds()
sayStates()
