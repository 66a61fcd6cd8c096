// Every door opens, and none of them does anything.
import * as index from 'khalti-kit'
import * as checkout from 'khalti-kit/checkout'
import * as msw from 'khalti-kit/msw'
import * as next from 'khalti-kit/next'
import * as node from 'khalti-kit/node'
import * as postgres from 'khalti-kit/postgres'
import * as react from 'khalti-kit/react'
import * as schemas from 'khalti-kit/schemas'
import * as testing from 'khalti-kit/testing'

export const doors = { index, checkout, msw, next, node, postgres, react, schemas, testing }

const empty = Object.entries(doors).filter(([, door]) => Object.keys(door).length === 0)
if (empty.length > 0) throw new Error(`nothing is exported by ${empty.map(([name]) => name)}`)
