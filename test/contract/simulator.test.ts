import { createSimulator } from 'khalti-kit/testing'
import { afterAll } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { describeKhalti } from './describe-khalti.ts'

const secretKey = '68791341fdd94846a146f0457ff7b455'

describeKhalti('the simulator', { secretKey, fetch: createSimulator({ secretKey }).fetch })

const simulator = createSimulator({ secretKey })
const server = await serve((request) => simulator.fetch(request))
afterAll(() => server.close())

describeKhalti('the simulator over HTTP, by undici', { secretKey, baseUrl: server.url })
